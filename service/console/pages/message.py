"""The message of a case: as a safe page in a sandboxed frame, as text, as source."""

from typing import Final

from service.console.page import Framed, Page, Shown, Visit
from service.desk.preview import NoMessage, Preview
from service.desk.records import Role

VIEWS: Final = ("page", "text", "source")


def show(visit: Visit) -> Shown:
    case = visit.desk.cases.find(visit.path["case_id"], visit.person.name)
    try:
        found: Preview | None = _read(visit)
    except NoMessage:
        found = None
    view = visit.query.get("view", "")
    usual = "page" if found is not None and found.page else "text"
    chosen = view if view in VIEWS else usual
    return Shown(
        "message.html", {"case": case, "m": found, "view": chosen, "views": VIEWS}, frames=True
    )


def frame(visit: Visit) -> Framed:
    return Framed(_read(visit).page)


def _read(visit: Visit) -> Preview:
    wanted = visit.query.get("decision") or None
    read = visit.desk.warden.read_message
    return read(visit.path["case_id"], visit.person, visit.at, wanted)


PAGE = Page("message", "/cases/{case_id}/message", "Message", get=show, role=Role.REVIEWER)
FRAME = Page("frame", "/cases/{case_id}/message/page", "Message", get=frame, role=Role.REVIEWER)
