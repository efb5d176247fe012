"""What clients send about many cases: filters by the words of the queue's page."""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field

from service.api.wire import Body, Text
from service.desk.filters import REASON
from service.desk.views import LONGEST_NAME


class CaseFilters(Body):
    """The filters of the queue. `view`: `open` leaves out what is snoozed, `mine` is assigned to the
    caller, `all` is all that is open."""

    view: Literal["open", "mine", "all", "decided"] | None = None
    action: Literal["review", "terminate"] | None = None
    subject: Literal["account", "list", "campaign"] | None = None
    due: Literal["overdue"] | None = None
    unassigned: Literal["true"] | None = None
    band: Literal["high", "mid", "low"] | None = None
    order: Literal["harm", "due", "age", "risk"] | None = None
    plan: Text | None = None
    country: Text | None = None
    reason: Annotated[str, Field(pattern=REASON)] | None = None

    def given(self) -> dict[str, str]:
        """Return the filters that are set."""
        return self.model_dump(exclude_none=True)


class KeepView(Body):
    """Filters to keep under a name; `shared`: everybody's, which a lead keeps."""

    name: Annotated[Text, Field(min_length=1, max_length=LONGEST_NAME)]
    filters: CaseFilters
    shared: bool = False


QUEUE_BODIES: Final[tuple[type[BaseModel], ...]] = (CaseFilters, KeepView)
