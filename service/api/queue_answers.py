"""What the API answers about many cases at once."""

from datetime import datetime
from typing import Final

from service.api.answers import Answer
from service.desk.records import CaseView


class CaseViewAnswer(Answer, frozen=True, kw_only=True):
    """Filters of the queue under a name; everybody's where `shared`."""

    view_id: str
    name: str
    owner: str
    shared: bool
    filters: dict[str, str]
    created_at: datetime


class CaseViewsAnswer(Answer, frozen=True, kw_only=True):
    """The caller's views and the shared ones, by name."""

    views: tuple[CaseViewAnswer, ...]


QUEUE_ANSWERS: Final[tuple[type[Answer], ...]] = (CaseViewAnswer, CaseViewsAnswer)


def view_answer(view: CaseView) -> CaseViewAnswer:
    fields = CaseViewAnswer.__struct_fields__
    return CaseViewAnswer(**{name: getattr(view, name) for name in fields})
