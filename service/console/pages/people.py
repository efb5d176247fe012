"""Who may sign in; people are added on the command line."""

from service.console.page import Gone, Group, Page, Shown, Visit
from service.desk.records import Role
from service.errors import ServiceError


def show(visit: Visit) -> Shown:
    return Shown("people.html", {"people": visit.desk.warden.store.people()})


def disable(visit: Visit) -> Gone:
    name = visit.form.get("name", "")
    if name == visit.person.name:
        raise ServiceError("nobody locks themselves out; ask another admin")
    visit.desk.sign_in.disable(name, visit.person.name, visit.at)
    return Gone("/console/people", f"{name} can sign in no more.")


PAGE = Page(
    "people",
    "/people",
    "People",
    get=show,
    post=disable,
    role=Role.ADMIN,
    place=30,
    group=Group.ADMIN,
)
