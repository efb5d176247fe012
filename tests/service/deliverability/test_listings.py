"""Block lists on a real name server: probed, believed, and let go."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from features.blocklists import BlockList, Health, ListKind, check_list, name_in
from features.dns.questions import Answer, answered
from features.records import Account, Event, EventType, SendingDomain
from service.deliverability.blocklist_file import BadBlockLists, read_block_lists
from service.deliverability.listings import ListingWatch
from service.resolver import DnsResolver
from service.stores.contract import Incident, IncidentQuery

CODES = {"127.0.0.2": "spam source", "127.0.0.3": "snowshoe"}


def a_list(zone: str, kind: ListKind = ListKind.IP, **changes: Any) -> BlockList:
    made = {"name": zone, "zone": zone, "kind": kind, "procedure": "https://lists.test/remove"}
    return BlockList(**(made | {"codes": CODES if kind is ListKind.IP else {}} | changes))


@pytest.mark.parametrize(
    ("zone", "health"),
    [
        ("bl.test", Health.SANE),
        ("all.test", Health.LISTS_ALL),
        ("parked.test", Health.REFUSES),
        ("refusing-bl.test", Health.REFUSES),
        ("empty.test", Health.LISTS_NOTHING),
    ],
)
def test_a_list_is_probed_before_it_is_believed(
    nsd: Callable[[], DnsResolver], zone: str, health: Health
) -> None:
    assert answered(check_list(a_list(zone)), nsd()) is health


def test_names_are_reversed() -> None:
    assert name_in("bl.test", ListKind.IP, "192.0.2.99") == "99.2.0.192.bl.test"
    assert name_in("bl.test", ListKind.IP, "2001:db8::1").startswith("1.0.0.0.0.0")
    assert name_in("dbl.test", ListKind.DOMAIN, "Shop.Example.") == "shop.example.dbl.test"
    with pytest.raises(ValueError, match="appear"):
        name_in("bl.test", ListKind.IP, "shop.example")


class Desk:
    """An installation that watches; answers come from the name server through `ask`."""

    def __init__(self, house: Any, ask: Any, *lists: BlockList) -> None:
        self.house, self.asked, self.told = house, [], []  # type: ignore[var-annotated]
        self.paused = 0.0
        self.ask = ask
        self.watch = ListingWatch(lists, self._ask, self._pause)

    def _ask(self, question: Any) -> Answer:
        self.asked.append(question.name)
        found: Answer = self.ask(question)
        return found

    def _pause(self, seconds: float) -> None:
        self.paused += seconds

    def look(self) -> list[Incident]:
        told = self.told
        at, new_id = self.house.clock(), iter(f"incident-{len(told)}-{i}" for i in range(99))
        return self.watch.look(
            self.house.store, at, lambda: next(new_id), lambda event, _: told.append(event)
        )

    def open_incidents(self) -> list[Incident]:
        return list(self.house.store.incidents(IncidentQuery(kind="listing", is_open=True)))


def send(house: Any, account: str, ip: str, **counts: int) -> None:
    at = house.clock()
    house.warden.put_account(Account(account_id=account, created_at=at), at)
    events = [
        Event(event_id=f"{account}{ip}{kind}{i}", type=EventType(kind), account_id=account,
              occurred_at=at, sending_ip=ip, mailbox_provider="yahoo")
        for kind, n in counts.items() for i in range(n)
    ]  # fmt: skip
    house.warden.ingest(events, at)


def test_a_listing_opens_a_case_and_closes_when_it_is_gone(
    house: Any, nsd: Callable[[], DnsResolver]
) -> None:
    send(house, "clean", "192.0.2.9", sent=500, delivered=499, hard_bounce=1)
    send(house, "culprit", "192.0.2.9", sent=300, delivered=250, trap_hit=3, complaint=5)
    send(house, "other", "192.0.2.10", sent=10)
    desk = Desk(house, nsd(), a_list("bl.test"))
    (incident,) = desk.look()
    assert incident.key == "listing:bl.test:192.0.2.9", (
        "a code that is not configured is no listing"
    )
    facts = incident.facts
    assert facts["codes"] == {"127.0.0.3": "snowshoe"}
    assert facts["text"] == "seen at a trap"
    assert facts["causes"][0]["account_id"] == incident.account_id == "culprit"
    assert facts["causes"][0]["probability"] > 0.9
    assert facts["causes"][0]["evidence"]["trap_hit"] == 2
    assert "192.0.2.9" in facts["removal_request"]
    assert "culprit" not in facts["removal_request"], "no customer is named to outsiders"
    desk.ask = lambda question: (
        Answer(exists=False) if question.name.startswith("9.2.0.192") else nsd()(question)
    )
    assert desk.look() == [], "nothing is asked again within six hours"
    house.clock.forward(hours=7)
    (closed,) = desk.look()
    assert closed.incident_id == incident.incident_id
    assert closed.closed_at == house.clock()
    assert desk.told == ["listing.opened", "listing.closed"]
    assert desk.open_incidents() == []


def test_silence_neither_lists_nor_clears(house: Any, nsd: Callable[[], DnsResolver]) -> None:
    send(house, "a", "192.0.2.9", sent=10)
    desk = Desk(house, nsd(), a_list("bl.test"))
    assert len(desk.look()) == 1
    desk.ask = lambda _: Answer(records=None)
    house.clock.forward(days=2)
    assert desk.look() == []
    assert len(desk.open_incidents()) == 1


@pytest.mark.parametrize("zone", ["all.test", "parked.test", "empty.test", "refusing-bl.test"])
def test_a_list_that_answers_wrongly_is_disabled_with_an_alert(
    house: Any, nsd: Callable[[], DnsResolver], zone: str
) -> None:
    send(house, "a", "192.0.2.9", sent=10)
    desk = Desk(house, nsd(), a_list(zone))
    (incident,) = desk.look()
    assert incident.facts["disabled"]
    assert not any(name.startswith("9.2.0.192") for name in desk.asked)
    assert desk.look() == []


def test_domains_are_asked_at_domain_lists(house: Any, nsd: Callable[[], DnsResolver]) -> None:
    at = house.clock()
    for name in ("bad.example", "fine.example"):
        house.warden.put_account(Account(account_id=name, created_at=at), at)
        house.warden.put_domain(SendingDomain(domain=name, account_id=name), at)
    desk = Desk(house, nsd(), a_list("dbl.test", ListKind.DOMAIN))
    (incident,) = desk.look()
    assert (incident.account_id, incident.facts["subject"]) == ("bad.example", "bad.example")


def test_questions_are_spread_over_time(house: Any, nsd: Callable[[], DnsResolver]) -> None:
    for i in range(20, 40):
        send(house, "a", f"192.0.2.{i}", sent=1)
    desk = Desk(house, nsd(), a_list("bl.test", per_second=10.0))
    desk.look()
    assert len(desk.asked) == 22
    assert desk.paused == pytest.approx(2.2)


def test_the_shipped_file_enables_nothing() -> None:
    assert read_block_lists() == ()


@pytest.mark.parametrize(
    "text",
    [
        "lists: 3",
        "lists: [{name: A}]",
        "{",
        "lists:\n- &a {name: x, zone: z, kind: ip, procedure: p}\n- *a",
    ],
)
def test_a_bad_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "lists.yaml"
    path.write_text(text)
    with pytest.raises(BadBlockLists):
        read_block_lists(path)


def test_an_enabled_list_is_read(tmp_path: Path) -> None:
    path = tmp_path / "lists.yaml"
    path.write_text("lists:\n- {name: x, zone: z.test, kind: ip, procedure: p, enabled: true}")
    (found,) = read_block_lists(path)
    assert (found.zone, found.per_second) == ("z.test", 5.0)
