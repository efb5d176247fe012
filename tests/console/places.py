"""Every page of the console with addresses that fill it, found by `discover`.

A page in a new file is visited by itself. A route's parameter, or a name in its query that chooses
what is shown, is filled from the tables below; a parameter that nobody fills is an error.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote, urlencode

from features.discovery import discover
from service.console import pages
from service.console.page import Page, Visit
from service.desk.records import Role, Session
from service.errors import ServiceError
from tests.console.corpus import ids
from tests.console.full import IP, Full

PAGES: Final = tuple(page for page in discover(pages, Page) if page.get is not None)
# What is no page of its own, but a part of one.
PARTS: Final = ("evidence", "frame")
WHO: Final = {Role.VIEWER: "vera", Role.REVIEWER: "bob", Role.LEAD: "ann", Role.ADMIN: "root"}
# Names in a query that open something, and what there is.
KNOWN: Final[dict[str, tuple[str, ...]]] = {
    "id": ("raw",), "ip": (IP,), "counter": ("sent",), "by": ("plan",), "guide": ("2",),
    "view": ("all", "text", "source"), "past": ("1",), "since": ("7d",),
}  # fmt: skip


class NotReached(LookupError):
    """A page has a parameter that no table fills."""


@dataclass(frozen=True)
class Place:
    """A page, and a path that shows something on it."""

    page: Page
    path: str


def parameters(full: Full) -> dict[str, list[str]]:
    """Return what the routes' parameters are filled with, the fullest first."""
    return {
        "case_id": [full.cases[0], full.cases[1], "d-raw"], "appeal_id": full.appeals,
        "policy_id": full.policies, "what": ["leaked", "delayed"], "account_id": [ids()[0], "raw"],
        "campaign_id": ["javascript:running"], "list_id": ["data:list"],
    }  # fmt: skip


def paths(page: Page, full: Full) -> list[str]:
    """Return the paths of a page's route. Raises `NotReached`."""
    known, found = parameters(full), [page.route]
    for name in re.findall(r"{(\w+)(?::\w+)?}", page.route):
        if name not in known:
            raise NotReached(f"say in tests/console/places.py what {{{name}}} of {page.name} is")
        found = [
            re.sub(rf"{{{name}(:\w+)?}}", quote(value, safe=""), path)
            for path in found
            for value in known[name]
        ]
    return [f"/console{path}" for path in found]


def places(full: Full, *some: Page) -> Iterator[Place]:
    """Yield some pages, or all, with their paths and each name of the query that opens something."""
    for page in some or PAGES:
        found = paths(page, full)
        for path in found:
            yield Place(page, path)
        for name in asked_by(page, found[0], full):
            for value in (*(ids()[:1] if name == "id" else ()), *KNOWN.get(name, ())):
                yield Place(page, f"{found[0]}?{urlencode({name: value})}")


class Asked(Mapping[str, str]):
    """A query that answers everything alike, and notes the names that were looked up."""

    def __init__(self, value: str | None) -> None:
        self.names: dict[str, None] = {}
        self._value = value

    def __getitem__(self, name: str) -> str:
        self.names[name] = None
        if self._value is None:
            raise KeyError(name)
        return self._value

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def asked_by(page: Page, path: str, full: Full) -> list[str]:
    """Return the names in the query that a page reads: its handler is asked with and without them."""
    console, at = full.served.app.state.console, full.served.house.clock.now
    person = full.served.house.store.person("root")
    session = Session(token_hash="", person="root", csrf="", started_at=at, expires_at=at)
    found: dict[str, None] = {"said": None}
    for value in (None, "x", "1"):
        asked = Asked(value)
        visit = Visit(console.desk, person, session, at, _given(page, path), asked, {})
        with suppress(ServiceError):
            page.get(visit)
        found |= asked.names
    return list(found)


def _given(page: Page, path: str) -> dict[str, str]:
    """Return the values of the route's parameters in a path."""
    pattern = re.sub(r"{(\w+)(?::\w+)?}", r"(?P<\1>[^/]+)", page.route)
    found = re.fullmatch(f"/console{pattern}", path)
    assert found is not None, path
    return {name: unquote(value) for name, value in found.groupdict().items()}
