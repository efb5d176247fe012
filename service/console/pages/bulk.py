"""Many cases at once: what is meant, what an act would do with samples, and the act with its reason."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from service.console.page import Page, Shown, Visit
from service.console.pages.case import CATEGORIES
from service.console.pages.queue import assignees, link
from service.desk.bulk import LONGEST_REASON, MOST, SAMPLES
from service.desk.bulk_impact import Chosen, Refused, told_as
from service.desk.bulk_promise import BulkAct
from service.desk.cases import ACTIONS, SNOOZES, VERDICTS
from service.desk.filters import filters_of
from service.desk.records import Role

_PICKED: Final = "case-"
_NOBODY: Final = "nobody"
_MOST_TOLD: Final = 50


def show(visit: Visit) -> Shown:
    chosen, act = _chosen(visit), _act(visit)
    found = visit.desk.warden.bulk.look(chosen, act, visit.person, visit.at)
    kept = {**(chosen.filters or {}), **dict.fromkeys((_PICKED + i for i in chosen.case_ids), "1")}
    return Shown("bulk.html", {
        "found": found, "told": told_as(act) if act else "", "act": act,
        "kept": kept | ({"all": "true"} if chosen.filters is not None else {}),
        "filtered": filters_of(visit.query) if chosen.filters is not None else {},
        "queue": f"/console/queue{link(filters_of(visit.query))}", "why": _by_reason(found.refused),
        "refused": found.refused[:_MOST_TOLD], "most": MOST, "samples": SAMPLES,
        "verdicts": VERDICTS, "actions": [a for a in ACTIONS if a != "terminate"],
        "categories": CATEGORIES, "snoozes": tuple(SNOOZES), "nobody": _NOBODY,
        "people": (*assignees(visit), _NOBODY), "longest": LONGEST_REASON,
    })  # fmt: skip


def do(visit: Visit) -> Shown:
    form = visit.form
    bulk = visit.desk.warden.bulk
    done = bulk.do(form.get("shown", ""), form.get("reason", ""), visit.person, visit.at)
    return Shown("bulk_done.html", {
        "done": done, "told": told_as(done.act), "why": _by_reason(done.left_out),
        "some": done.left_out[:_MOST_TOLD],
    })  # fmt: skip


def _chosen(visit: Visit) -> Chosen:
    """Return the cases that are ticked, or with none ticked all that the filters find."""
    ticked = tuple(name.removeprefix(_PICKED) for name in visit.query if name.startswith(_PICKED))
    if not ticked and visit.query.get("all") == "true":
        return Chosen(filters=filters_of(visit.query))
    return Chosen(case_ids=ticked)


def _act(visit: Visit) -> BulkAct | None:
    """Return the act that the address asks for; `in_force` is its action, which filters have, too."""
    asked = visit.query
    what = asked.get("do", "")
    if what == "decide":
        return BulkAct(
            act=what, verdict=asked.get("verdict", ""), action=asked.get("in_force") or None,
            category=_of(CATEGORIES, asked.get("category", "")),
        )  # fmt: skip
    if what == "assign":
        to = asked.get("to", _NOBODY).strip() or _NOBODY
        return BulkAct(act=what, to=None if to == _NOBODY else to)
    if what == "snooze":
        return BulkAct(act=what, how_long=asked.get("how_long", ""))
    return None


def _of(known: Sequence[str], text: str) -> str | None:
    return text if text in known else None


def _by_reason(refused: Sequence[Refused]) -> list[tuple[str, int]]:
    return Counter(one.why for one in refused).most_common()


PAGE = Page("bulk", "/queue/bulk", "Many cases", get=show, post=do, role=Role.REVIEWER)
