"""One installation as people who run it look at it: settings, versions, the store, what is kept how long."""

from collections.abc import Sequence
from dataclasses import dataclass

from features.records import Subject
from service.about import Setting
from service.stores.contract import StoreFacts
from service.stores.retention import Rule, rules
from service.warden import Warden


@dataclass(frozen=True)
class Versions:
    """What decides here. None: there is none."""

    code: str
    schema: str
    policy: str
    model: str | None
    challenger: str | None
    feature_sets: dict[str, str]


@dataclass(frozen=True)
class Installation:
    """All of it, as of now."""

    settings: tuple[Setting, ...]
    versions: Versions
    store: StoreFacts
    retention: tuple[Rule, ...]


def view_installation(warden: Warden, settings: Sequence[Setting], code: str) -> Installation:
    """Return how an installation is set; `code` is the version of the code that serves."""
    store = warden.store.facts()
    model = warden.model.current()
    challenger = warden.beside.challenger.current() if warden.beside is not None else None
    return Installation(
        settings=tuple(settings),
        versions=Versions(
            code=code,
            schema=store.revision,
            policy=warden.policy.current().version,
            model=None if model is None else model.version,
            challenger=None if challenger is None else challenger.version,
            feature_sets={one.value: warden.catalogue.fingerprint(one) for one in Subject},
        ),
        store=store,
        retention=rules(),
    )
