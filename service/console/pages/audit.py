"""What people did, and whether the log of it holds."""

from collections.abc import Iterator
from itertools import chain as joined

from service.console.page import Group, Page, Shown, Visit
from service.desk.chain import Broken, verify
from service.desk.records import Entry, Role


def show(visit: Visit) -> Shown:
    store = visit.desk.warden.store

    def pages() -> Iterator[tuple[Entry, ...]]:
        after = 0
        while page := store.entries(after):
            yield page
            after = page[-1].number

    try:
        head, fault = verify(visit.desk.keys.audit, joined.from_iterable(pages())), ""
    except Broken as error:
        head, fault = None, str(error)
    return Shown(
        "audit.html", {"entries": store.newest_entries(limit=200), "head": head, "fault": fault}
    )


PAGE = Page("audit", "/audit", "Audit log", get=show, role=Role.LEAD, place=20, group=Group.ADMIN)
