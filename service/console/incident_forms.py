"""The acts on incidents that two pages offer: note, mark the removal as requested, close."""

from service.console.page import Gone, Visit
from service.desk.records import Role
from service.errors import ServiceError


def may_act(visit: Visit) -> bool:
    """Return whether the person may do more than look."""
    return visit.person.rank >= Role.REVIEWER


def act(visit: Visit, here: str) -> Gone:
    """Do what a form asks, through what the API does it with; then show `here` again."""
    acts, form = visit.desk.warden.incident_acts, visit.form
    incident_id, chosen = form.get("incident_id", "")[:128], form.get("act", "")
    if chosen == "note":
        acts.note(incident_id, visit.person, form.get("note", ""), visit.at)
        return Gone(here, "Noted.")
    if chosen == "request_removal":
        acts.request_removal(incident_id, visit.person, visit.at)
        return Gone(here, "Marked: the removal is requested.")
    if chosen == "close":
        if not form.get("reason", "").strip():
            raise ServiceError("Say why it is closed.")
        acts.close(incident_id, visit.person, form["reason"], visit.at)
        return Gone(here, "Closed. If it is still so, the next look opens it anew.")
    return Gone(here, "Nothing was done: that is no act.")
