"""What clients send about policies and exemptions."""

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, StringConstraints

from service.api.wire import Body, Id, LongText, Time
from service.policies.acts import MOST_TEXT


def _text_for_the_store(text: str) -> str:
    """The databases refuse NUL; every other character is for the check to judge."""
    if "\x00" in text:
        raise ValueError("a policy has no NUL characters")
    return text


PolicyText = Annotated[
    str, StringConstraints(max_length=MOST_TEXT), AfterValidator(_text_for_the_store)
]
ActionName = Literal["allow", "throttle", "trickle", "review", "terminate"]
LaneName = Literal["account", "list", "broadcast", "transactional"]
RuleName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.]{0,79}$")]


class WritePolicy(Body):
    """A draft: the whole policy as YAML."""

    text: PolicyText
    note: LongText = ""


class CheckPolicy(Body):
    """A policy that is only looked at."""

    text: PolicyText


class BacktestPolicy(Body):
    """From when history is replayed; 30 days when left out."""

    since: Time | None = None


class StartCanary(Body):
    """Which share of the accounts gets the version."""

    share: Annotated[float, Field(gt=0, le=0.5)]
    why: LongText = ""


class PublishPolicy(Body):
    """Why: needed where the version was not backtested."""

    why: LongText = ""


class MakeExemption(Body):
    """What is set aside for one account, and until when."""

    account_id: Id
    kind: Literal["allow_list", "snooze", "exception"]
    expires_at: Time
    at_most: ActionName | None = None
    at_least: ActionName | None = None
    rules: Annotated[tuple[RuleName, ...], Field(max_length=50, strict=False)] = ()
    lanes: Annotated[tuple[LaneName, ...], Field(max_length=4, strict=False)] = ()
    note: LongText = ""


POLICY_BODIES: Final = (
    WritePolicy,
    CheckPolicy,
    BacktestPolicy,
    StartCanary,
    PublishPolicy,
    MakeExemption,
)
