"""Block lists as people look at them: what each list says of us, and whether it is watched at all."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from features.blocklists import BlockList
from service.stores.contract import Incident, IncidentQuery, Store

KIND: Final = "listing"
# Listings that are looked at, the newest; a page of more would help nobody.
MOST: Final = 500


@dataclass(frozen=True)
class ListState:
    """A list and the incidents that it opened, IPs before domains, the longest listed first.

    `watched`: it is asked now. `wrong` is the incident of a list that answers its test points
    wrongly and is not used.
    """

    name: str
    kind: str | None
    procedure: str
    terms: str
    watched: bool
    wrong: Incident | None
    listings: tuple[Incident, ...]


def by_list(
    store: Store, watched: Sequence[BlockList], *, is_open: bool = True
) -> tuple[ListState, ...]:
    """Return the lists that are watched or have said something, those that list us first."""
    query = IncidentQuery(kind=KIND, is_open=is_open, limit=MOST)
    found: dict[str, list[Incident]] = {one.name: [] for one in watched}
    for incident in store.incidents(query):
        found.setdefault(str(incident.facts.get("list")), []).append(incident)
    known = {one.name: one for one in watched}
    states = [_state(name, known.get(name), incidents) for name, incidents in found.items()]
    return tuple(sorted(states, key=lambda one: (-len(one.listings), one.wrong is None, one.name)))


def is_ip(subject: str) -> bool:
    """Return whether a list names an IP, not a domain."""
    try:
        ipaddress.ip_address(subject)
    except ValueError:
        return False
    return True


def _state(name: str, known: BlockList | None, incidents: list[Incident]) -> ListState:
    wrong = next((one for one in incidents if one.facts.get("subject") is None), None)
    listings = [one for one in incidents if one.facts.get("subject") is not None]
    facts: dict[str, Any] = listings[0].facts if listings else {}
    return ListState(
        name=name,
        kind=None if known is None else known.kind.value,
        procedure=known.procedure if known else str(facts.get("procedure") or ""),
        terms=known.terms if known else str(facts.get("terms") or ""),
        watched=known is not None,
        wrong=wrong,
        listings=tuple(sorted(listings, key=_order)),
    )


def _order(incident: Incident) -> tuple[Any, ...]:
    subject = str(incident.facts.get("subject"))
    return not is_ip(subject), incident.opened_at, subject
