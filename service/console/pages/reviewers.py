"""How reviewers judge: blind second looks, pace, what was overturned; and what a lead has to settle."""

from datetime import timedelta
from typing import Final

from markupsafe import Markup

from service.console.page import Gone, Group, Page, Shown, Visit
from service.console.pages.case import CATEGORIES
from service.console.reviewer_charts import agreement_chart
from service.desk.cases import VERDICTS, Ruling
from service.desk.records import Role
from service.desk.reviewers import DAYS, Quality, quality
from service.desk.settling import SETTLING_ACTIONS

HERE: Final = "/console/reviewers"
_SPANS: Final = (30, 90, 365)
_SETTLED_AT_ONCE: Final = 50


def show(visit: Visit) -> Shown:
    """Show a lead everybody, and everybody else their own row alone."""
    warden, lead = visit.desk.warden, visit.person.rank >= Role.LEAD
    asked = visit.query.get("days", "")
    days = int(asked) if asked in {str(span) for span in _SPANS} else DAYS
    found = quality(warden.store, visit.at - timedelta(days=days), visit.at)
    rows = [one for one in found.reviewers if lead or one.name == visit.person.name]
    share = warden.policy.current().audit.second_looks
    return Shown("reviewers.html", {
        "q": found, "rows": rows, "lead": lead, "days": days, "spans": _SPANS, "share": share,
        "charts": _charts(found) if lead else (),
        "by_person": agreement_chart({one.name: one.agreement for one in rows}, "Agreement by reviewer"),
        "differing": warden.second_looks.waiting(_SETTLED_AT_ONCE) if lead else (),
        "verdicts": VERDICTS, "actions": SETTLING_ACTIONS, "categories": CATEGORIES,
    })  # fmt: skip


def _charts(found: Quality) -> list[tuple[str, Markup]]:
    groups = (
        ("verdict", found.by_verdict), ("category", found.by_category), ("subject", found.by_subject),
    )  # fmt: skip
    drawn = [(by, agreement_chart(group, f"Agreement by {by}")) for by, group in groups]
    return [(by, chart) for by, chart in drawn if chart]


def settle(visit: Visit) -> Gone:
    form = visit.form
    ruling = Ruling(
        form.get("verdict", ""), form.get("action") or None, form.get("category") or None,
        form.get("note", "").strip()[:4_000] or None,
    )  # fmt: skip
    case_id = form.get("case_id", "")[:128]
    after = visit.desk.warden.second_looks.settle(case_id, visit.person, ruling, visit.at)
    return Gone(HERE, f"Settled: {after.account_id} was {ruling.verdict}.")


PAGE = Page(
    "reviewers", "/reviewers", "Reviewers", get=show, post=settle, role=Role.REVIEWER, place=40,
    group=Group.LEARN,
)  # fmt: skip
