"""A page is a value in a file of `service.console.pages`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from service.about import About
from service.desk.cases import Cases
from service.desk.records import Person, Role, Session
from service.desk.sign_in import Keys, SignIn
from service.policies.acts import PolicyActs
from service.promotion import ModelActs
from service.warden import Warden
from service.webhooks.doorkeeper import Doorkeeper


@dataclass(frozen=True)
class Desk:
    """What the pages work with. `public_url`: where browsers find this server, if it is set.
    `tour`: the first page leads newcomers to a case. `about` is how this server is set."""

    warden: Warden
    cases: Cases
    sign_in: SignIn
    keys: Keys
    lab: PolicyActs | None = None
    public_url: str = ""
    models: ModelActs | None = None
    tour: bool = False
    doorkeeper: Doorkeeper = field(default_factory=lambda: Doorkeeper({}))
    about: About = field(default_factory=About)


@dataclass(frozen=True)
class Visit:
    """One request of a signed-in person. `path` holds the route's parameters."""

    desk: Desk
    person: Person
    session: Session
    at: datetime
    path: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str]


@dataclass(frozen=True)
class Shown:
    """A template and what it shows; `frames`: it has a frame of ours."""

    template: str
    values: dict[str, Any] = field(default_factory=dict)
    frames: bool = False


@dataclass(frozen=True)
class Framed:
    """What a sandboxed frame of a page of ours shows: inert HTML of somebody else."""

    html: str


@dataclass(frozen=True)
class Gone:
    """Where to look next, after a change; `said` is shown there once."""

    to: str
    said: str = ""


class Group(StrEnum):
    """The groups of the navigation, in its order; the value is the word shown."""

    WORK = "Work"
    PLATFORM = "Platform"
    LEARN = "Learn"
    ADMIN = "Admin"


@dataclass(frozen=True)
class Page:
    """One page. `place` orders it in its group of the navigation, None keeps it out.

    `group` is the part of the navigation that is open while the page is looked at; `post`
    changes things.
    """

    name: str
    route: str
    title: str
    get: Callable[[Visit], Shown | Gone | Framed] | None = None
    post: Callable[[Visit], Shown | Gone] | None = None
    role: Role = Role.VIEWER
    place: int | None = None
    group: Group = Group.WORK
