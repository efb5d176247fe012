"""Views of the queue that people keep: filters under a name, one's own or, by a lead, everybody's."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from service.desk.cases import NotAllowed
from service.desk.filters import filters_of
from service.desk.records import Actor, CaseView, Deed, Role, ViewChange
from service.errors import ServiceError, UnknownView, ViewMoved
from service.stores.contract import Store

MOST_OF_ONE: Final = 50
LONGEST_NAME: Final = 60


class Views:
    """The views of one store. `key` seals the audit log."""

    def __init__(self, store: Store, key: bytes, new_id: Callable[[], str]) -> None:
        self._store, self._key, self._new_id = store, key, new_id

    def seen(self, person: Actor) -> tuple[CaseView, ...]:
        """Return a person's own views and the shared ones, by name."""
        return self._store.case_views(person.name)

    def keep(
        self, person: Actor, name: str, filters: Mapping[str, str], shared: bool, at: datetime
    ) -> CaseView:
        """Keep filters under a name. Raises `NotAllowed`, `ViewMoved` for a name taken, `ServiceError`."""
        _check_role(person, shared)
        name = name.strip()
        if not (0 < len(name) <= LONGEST_NAME and name.isprintable()):
            raise ServiceError(f"a view has a name of 1 to {LONGEST_NAME} characters in one line")
        mine = [view for view in self.seen(person) if view.owner == person.name]
        if name in {view.name for view in mine}:
            raise ViewMoved(f"you have a view called {name} already")
        if len(mine) >= MOST_OF_ONE:
            raise ViewMoved(f"you have {MOST_OF_ONE} views, which is the most; delete one first")
        view = CaseView(
            view_id=self._new_id(), name=name, owner=person.name, shared=shared,
            filters=filters_of(filters), created_at=at,
        )  # fmt: skip
        deed = Deed(
            at=at, actor=person.name, act="view.keep", target=view.view_id, after=_told(view)
        )
        self._store.record(self._key, deed, ViewChange(before=None, after=view))
        return view

    def drop(self, person: Actor, view_id: str, at: datetime) -> CaseView:
        """Give a view up: one's own, as a lead any shared one. Raises `UnknownView`, `NotAllowed`."""
        view = next((one for one in self.seen(person) if one.view_id == view_id), None)
        if view is None:
            raise UnknownView(f"no view {view_id[:128]!r}")
        _check_role(person, shared=view.owner != person.name)
        deed = Deed(at=at, actor=person.name, act="view.drop", target=view_id, before=_told(view))
        self._store.record(self._key, deed, ViewChange(before=view, after=None))
        return view


def _check_role(person: Actor, shared: bool) -> None:
    """Who keeps views reviews; what is everybody's, a lead keeps and gives up."""
    if person.rank < Role.REVIEWER:
        raise NotAllowed("this needs the role reviewer")
    if shared and person.rank < Role.LEAD:
        raise NotAllowed("what everybody sees needs the role lead")


def _told(view: CaseView) -> dict[str, str | int | float | None]:
    return {
        "name": view.name, "shared": int(view.shared),
        "filters": " ".join(f"{name}={text}" for name, text in view.filters.items()),
    }  # fmt: skip
