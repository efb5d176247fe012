"""What clients send to the desk."""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field

from service.api.wire import Body, LongText, Text


class SnoozeCase(Body):
    """How long a case is hidden."""

    how_long: Literal["1h", "4h", "1d"]


class AssignCase(Body):
    """Whose case it is; null makes it nobody's."""

    to: Annotated[Text | None, Field(description="the name of a person who signs in")]


class DecideCase(Body):
    """A verdict on a case. `action` is what shall be in force; left out, nothing changes."""

    verdict: Literal["abusive", "careless", "legitimate"]
    action: Literal["allow", "throttle", "review", "terminate"] | None = None
    category: Text | None = None
    note: LongText | None = None


class JudgeAppeal(Body):
    """A word on an appeal. Upheld names the verdict; overturned is `legitimate` by itself."""

    outcome: Literal["upheld", "overturned"]
    verdict: Literal["abusive", "careless", "legitimate"] | None = None
    note: LongText | None = None


class SettleLook(Body):
    """A lead's word where two verdicts differ. `action` is what shall be in force; left out, nothing
    changes but what the verdict itself lifts."""

    verdict: Literal["abusive", "careless", "legitimate"]
    action: Literal["allow", "throttle", "review"] | None = None
    category: Text | None = None
    note: LongText | None = None


class CloseIncident(Body):
    """Why an incident is over."""

    reason: LongText = ""


class NoteIncident(Body):
    """What somebody has to say about an incident."""

    note: Annotated[LongText, Field(min_length=1)]


DESK_BODIES: Final[tuple[type[BaseModel], ...]] = (
    SnoozeCase,
    AssignCase,
    DecideCase,
    JudgeAppeal,
    SettleLook,
    CloseIncident,
    NoteIncident,
)
