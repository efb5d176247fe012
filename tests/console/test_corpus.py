"""Nothing that somebody else can set becomes markup: every page, every field, as HTML and in a browser."""

import inspect
import typing
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlencode

import httpx
import msgspec
import pytest
from selectolax.lexbor import LexborHTMLParser

from service.console.page import Page
from service.desk.records import Role
from service.stores.contract import Store
from tests.console.conftest import Served
from tests.console.corpus import (
    EVALUATED,
    MADE,
    TURNS,
    VECTORS,
    NotFilled,
    bundles,
    holds_text,
    hostile,
)
from tests.console.full import Full, fill
from tests.console.places import PAGES, PARTS, NotReached, asked_by, paths, places

WRITES: Final = ("put_", "add_", "keep_", "save_", "record", "ingest", "advance", "settle")
# What takes only names that are ours.
OURS: Final = {"keep_feature_set"}
# Elements that our pages have; a picture or a frame among them is the message's alone.
NEVER: Final = (
    "img, object, embed, base, style, applet, math, video, audio, template, [xss], [style]"
)
LINKS: Final = ("href", "src", "action", "formaction", "xlink:href", "data", "srcset", "poster")


@pytest.fixture(scope="module")
def full(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Full:
    return fill(served, tmp_path_factory.mktemp("shelf"))


@pytest.fixture(scope="module")
def clients(served: Served, full: Full) -> Iterator[dict[str, httpx.Client]]:
    with served.browse("ann") as lead, served.browse("root") as admin:
        yield {"lead": lead, "admin": admin}


def test_every_write_of_the_store_is_in_the_fill(full: Full) -> None:
    writes = {name for name in vars(Store) if name.startswith(WRITES)} - OURS
    assert writes - full.called == set(), "fill these in tests/console/full.py"
    made = {
        kind for name in writes for kind in _records(typing.get_type_hints(getattr(Store, name)))
    }
    missing = {kind.__name__ for kind in made if holds_text(kind)} - {one.__name__ for one in MADE}
    assert missing == set(), "make these with `hostile` in tests/console/full.py"


def _records(hints: dict[str, Any]) -> set[type]:
    """Return the records in a method's arguments, and those in their fields."""
    found: set[type] = set()
    waiting = [hint for name, hint in hints.items() if name != "return"]
    while waiting:
        hint = waiting.pop()
        waiting += typing.get_args(hint)
        if inspect.isclass(hint) and issubclass(hint, msgspec.Struct) and hint not in found:
            found.add(hint)
            waiting += typing.get_type_hints(hint, include_extras=True).values()
    return found


def test_a_field_that_nobody_fills_is_an_error() -> None:
    class Odd(msgspec.Struct, kw_only=True):
        name: str
        more: list[dict[str, str]] = []

    with pytest.raises(NotFilled, match=r"Odd\.more"):
        hostile(Odd)
    assert VECTORS[1] in hostile(Odd, more=[]).name


def test_a_parameter_that_nobody_fills_is_an_error(full: Full) -> None:
    with pytest.raises(NotReached, match="planet"):
        paths(page_at("/planets/{planet}"), full)


def page_at(route: str) -> Page:
    return Page("new", route, "New", get=PAGES[0].get)


def faults(html: str, part: bool = False) -> list[str]:
    """Return what no page of ours has: markup of somebody else, or what made it possible."""
    tree = LexborHTMLParser(html)
    found = [f"<{node.tag}> {node.html}"[:200] for node in tree.css(NEVER) if not part]
    if EVALUATED in html:
        found.append("a template in somebody's words was evaluated")
    if turn := TURNS.search(html):
        found.append(f"{turn[0]!r} turns the direction of what follows")
    for node in tree.css("*"):
        found += [f"<{node.tag} {name}={value}>" for name, value in node.attributes.items() if not _may_have(node.tag, name, value or "")]  # fmt: skip
        if node.tag == "script" and not (node.attributes.get("src") and not node.text()):
            found.append(f"inline {node.html}"[:200])
    return found


def _may_have(tag: str | None, name: str, value: str) -> bool:
    if name.startswith("on"):
        return False
    if name not in LINKS:
        return True
    if tag in ("script", "link"):
        return value.startswith("/console/static/") or value == "data:,"
    return value == "" or (value[0] in "/#?" and value[1:2] not in ("/", "\\"))


def test_the_faults_are_seen() -> None:
    for vector in VECTORS[:16]:
        assert faults(f"<p>{vector}</p>"), vector
    for odd in ("<a href='//x'>", "<a href=' javascript:x'>", "<b onx=1>", f"<p>{EVALUATED}", "<p>\u202e"):  # fmt: skip
        assert faults(odd), odd
    assert faults("<a href='/console/'></a><a href='?id=javascript:x'></a><svg></svg>") == []


@pytest.mark.parametrize("who", ["lead", "admin"])
def test_no_page_makes_markup_of_the_corpus(
    full: Full, clients: dict[str, httpx.Client], who: str
) -> None:
    shown, opened = "", set[str]()
    for place in places(full):
        answer = clients[who].get(place.path)
        if who == "lead" and place.page.role is Role.ADMIN:
            assert answer.status_code == 403, place.path
            continue
        assert answer.status_code in (200, 404), place.path
        assert faults(answer.text, part=place.page.name in PARTS) == [], place.path
        opened |= {place.page.name} if answer.status_code == 200 else set()
        shown += LexborHTMLParser(answer.text).text()
    assert opened >= {page.name for page in PAGES if page.role < Role.ADMIN or who == "admin"}
    plain = "".join(shown.split())
    unseen = [v for v in VECTORS if not TURNS.search(v) and "".join(v.split()) not in plain]
    assert unseen == [], "a page has to show what it is proof against"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_the_address_says_is_only_text(
    full: Full, clients: dict[str, httpx.Client], page: Page
) -> None:
    path = paths(page, full)[0]
    names = asked_by(page, path, full)
    for words in bundles(250):
        answer = clients["admin"].get(f"{path}?{urlencode(dict.fromkeys(names, words))}")
        assert answer.status_code < 500, path
        assert faults(answer.text, part=page.name in PARTS) == [], path
