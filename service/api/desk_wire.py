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


DESK_BODIES: Final[tuple[type[BaseModel], ...]] = (SnoozeCase, AssignCase, DecideCase)
