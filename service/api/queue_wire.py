"""What clients send about many cases: filters by the words of the queue's page."""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field, model_validator

from service.api.wire import Body, Id, LongText, Text
from service.desk.bulk import LONGEST_REASON, MOST
from service.desk.bulk_impact import Chosen
from service.desk.bulk_promise import MOST_CHARACTERS, BulkAct
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


class BulkCases(Body):
    """One act on many cases. First with `dry_run`, which changes nothing: `cases` (500 ids at most) or
    `filters`, and the act with what it needs: `decide` a `verdict` and maybe an `action` and a
    `category`, `assign` whom `to` (null: nobody), `snooze` for `how_long`. Then, to do what was shown,
    `dry_run` false with `shown` as it was answered and a `reason`; the rest is left out."""

    dry_run: bool = True
    cases: Annotated[list[Id], Field(min_length=1, max_length=MOST)] | None = None
    filters: CaseFilters | None = None
    act: Literal["decide", "assign", "snooze"] | None = None
    verdict: Literal["abusive", "careless", "legitimate"] | None = None
    action: Literal["allow", "throttle", "review"] | None = None
    category: Text | None = None
    to: Text | None = None
    how_long: Literal["1h", "4h", "1d"] | None = None
    shown: (
        Annotated[str, Field(max_length=MOST_CHARACTERS, pattern=r"^[A-Za-z0-9_\-]+$")] | None
    ) = None
    reason: Annotated[LongText, Field(min_length=1, max_length=LONGEST_REASON)] | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> "BulkCases":
        given = self.model_fields_set - {"dry_run"}
        if not self.dry_run:
            if given != {"shown", "reason"} or not self.shown or not self.reason:
                raise ValueError(
                    "what is done is in `shown`: send it with a `reason`, and nothing else"
                )
            return self
        if (self.cases is None) == (self.filters is None):
            raise ValueError("say which by `cases` or by `filters`")
        needed = _NEEDED.get(self.act or "", set())
        if not needed <= given or given & {"shown", "reason"} - needed:
            raise ValueError(
                "a dry run says an `act` with what it needs, and no `shown` or `reason`"
            )
        if given & _OF_ACTS - _MAY.get(self.act or "", set()):
            raise ValueError(f"this is not for the act {self.act}")
        return self

    def chosen(self) -> Chosen:
        """Return which cases are meant."""
        if self.filters is not None:
            return Chosen(filters=self.filters.given())
        return Chosen(case_ids=tuple(self.cases or ()))

    def asked(self) -> BulkAct | None:
        """Return what is to be done to each; None where nothing is said."""
        if self.act is None:
            return None
        return BulkAct(
            act=self.act, verdict=self.verdict or "", action=self.action, category=self.category,
            to=self.to, how_long=self.how_long or "",
        )  # fmt: skip


_NEEDED: Final = {"decide": {"verdict"}, "assign": {"to"}, "snooze": {"how_long"}}
_MAY: Final = {**_NEEDED, "decide": {"verdict", "action", "category"}}
_OF_ACTS: Final = {name for some in _MAY.values() for name in some}


QUEUE_BODIES: Final[tuple[type[BaseModel], ...]] = (CaseFilters, KeepView, BulkCases)
