"""Sources: what comes from each, what is silent or refused, how to connect it; and who is told of changes."""

from typing import Final

from service.api.source_answers import host_of
from service.console.overview_charts import sparkline
from service.console.page import Group, Page, Shown, Visit
from service.desk.records import Role
from service.sources import EXPECTED, QUIET_AT_LEAST, SourceView, view_sources

WAYS: Final = {
    "webhook": "Set this as the vendor's webhook; an ingest key is the password of the URL.",
    "log": "Post batches of its lines there with an ingest key, or run the command after each rotation.",
    "mail": "Deliver the mailbox by sendwarden lmtp, read its Maildir, or post each mail there.",
    "own": "Post your own events there as NDJSON with an ingest key.",
}


def show(visit: Visit) -> Shown:
    warden = visit.desk.warden
    warden.refusals.flush()
    found = view_sources(warden.store, visit.desk.doorkeeper, visit.at)
    return Shown("sources.html", {
        "heard": [(one, _chart(one)) for one in found.sources if one.heard],
        "others": [one for one in found.sources if not one.heard],
        "receivers": [(one, host_of(one.endpoint.url)) for one in found.receivers],
        "base": visit.desk.public_url or "https://YOUR-SERVER", "ways": WAYS,
        "silent": sum(one.silent for one in found.sources),
        "expected": int(EXPECTED), "hours": int(QUIET_AT_LEAST.total_seconds() // 3_600),
    })  # fmt: skip


def _chart(one: SourceView) -> object:
    return sparkline(one.days, f"New events of {one.source.name} by day")


PAGE = Page(
    "sources", "/sources", "Sources", get=show, role=Role.REVIEWER, place=12, group=Group.ADMIN
)
