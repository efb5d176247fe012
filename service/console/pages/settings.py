"""Settings in force, without secrets; versions, the store, and what is kept how long. Only to look at."""

from service.console.page import Group, Page, Shown, Visit
from service.desk.records import Role
from service.installation import view_installation


def show(visit: Visit) -> Shown:
    about = visit.desk.about
    found = view_installation(visit.desk.warden, about.settings, about.code)
    changed = [one for one in found.settings if one.origin != "default"]
    return Shown("settings.html", {
        "found": found, "changed": changed,
        "usual": [one for one in found.settings if one.origin == "default"],
    })  # fmt: skip


PAGE = Page(
    "settings", "/settings", "Settings", get=show, role=Role.ADMIN, place=14, group=Group.ADMIN
)
