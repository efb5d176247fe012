"""What a case page tells: ties by name, reasons shared, evidence of running mail, what would follow."""

import math
from collections.abc import Iterator
from datetime import timedelta

import pytest

from features.facts import TieKind
from features.records import Account, Event, EventType, Stream
from service.desk.cases import Ruling
from service.desk.graph import graph_of
from service.desk.insight import insight
from service.desk.records import CaseQuery, KeyHolder, Role
from service.stores import open_store
from service.stores.contract import Label, Store
from tests.service.conftest import START, House

ANN = KeyHolder(name="ann", rank=Role.LEAD)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = open_store(store_url)
    opened.migrate()
    yield opened
    opened.close()


def put(store: Store, name: str, minutes: int = 0, **ties: int) -> None:
    at = START + timedelta(minutes=minutes)
    keys = {TieKind[kind.upper()]: key for kind, key in ties.items()}
    store.put_account(Account(account_id=name, created_at=at), keys, at)


def test_ties_name_who_shares_what_the_rarest_first(store: Store) -> None:
    put(store, "me", device=1, signup_net=2, payment=3)
    for n in range(230):
        put(store, f"net-{n}", n, signup_net=2)
    put(store, "twin", device=1, signup_net=2)
    put(store, "alone", device=9)
    store.add_label(
        Label(label_id="l", decision_id="d", account_id="twin", verdict="abusive", known_at=START)
    )
    device, net = store.tied("me")
    assert (device.kind, device.accounts, net.kind, net.accounts) == ("device", 1, "signup_net", 200)  # fmt: skip
    assert [(p.account_id, p.flagged) for p in device.peers] == [("twin", True)]
    assert net.peers[0].account_id == "net-229"
    assert store.tied("alone") == store.tied("nobody") == ()
    graph = graph_of(store, "me")
    assert graph.neighbours[0].account.account_id == "twin"
    assert (len(graph.neighbours), graph.more) == (14, 200 - 14)


def held(house: House, account: str, recipients: int = 555, stream: Stream = Stream.BROADCAST) -> str:  # fmt: skip
    if house.store.account(account) is None:
        house.warden.put_account(Account(account_id=account, created_at=START), START)
    return house.warden.score_campaign(
        f"c-{account}-{recipients}", account, recipients, stream, [], None, None, house.clock.now
    ).decision_id


def test_a_reason_counts_the_other_accounts_that_were_given_it(house: House) -> None:
    case_id = held(house, "one")
    for account in ("two", "three"):
        held(house, account)
    held(house, "two", 555)
    case = house.warden.cases.find(case_id, "ann")
    found = insight(house.warden, case, house.warden.decision(case_id), house.clock.now, "ann")
    assert found.shared["POLICY_RULE"] == 2
    later = insight(
        house.warden, case, house.warden.decision(case_id), START + timedelta(days=31), "ann"
    )
    assert later.shared["POLICY_RULE"] == 0


def test_effects_say_what_goes_waits_and_ends(house: House) -> None:
    warden, at = house.warden, house.clock.now
    warden.put_account(Account(account_id="a", created_at=START, paid=True), START)
    for name, stream, mails in (("news", Stream.BROADCAST, 300), ("slips", Stream.TRANSACTIONAL, 40)):  # fmt: skip
        warden.score_campaign(name, "a", mails, stream, [], None, None, at)
        warden.release(name, 10, at)
    case = warden.cases.find(held(house, "a"), "ann")
    found = insight(warden, case, warden.decision(case.decision_id), at, "ann")
    by_action = {one.action: one for one in found.effects}
    left = 290 + 30
    # A rule holds the campaign of the case itself whatever is in force on the account.
    assert {a: (e.goes, e.waits, e.ends) for a, e in by_action.items()} == {
        "allow": (left, 555, 0), "throttle": (left, 555, 0),
        "review": (30, 555 + 290, 0), "terminate": (0, 0, left + 555),
    }  # fmt: skip
    assert by_action["allow"].next_action == "review"
    assert by_action["terminate"].two_people
    # And it is so: what is put in force does that to a campaign under way.
    warden.cases.decide(case.case_id, ANN, Ruling("careless", "review"), at)
    assert warden.release("news", 10, at + timedelta(hours=2)).answer.granted == 0
    assert warden.release("slips", 10, at + timedelta(hours=2)).answer.granted > 0


def test_evidence_is_that_of_the_release_and_grows(house: House) -> None:
    warden, clock = house.warden, house.clock
    case = warden.cases.find(held(house, "b"), "ann")
    warden.score_campaign("run", "b", 5_000, Stream.TRANSACTIONAL, [], None, None, clock.now)
    for step in range(3):
        granted = warden.release("run", 100, clock.now).answer.granted
        events = [
            Event(
                event_id=f"{step}-{n}-{kind}", account_id="b", campaign_id="run", type=kind,
                occurred_at=clock.now,
            )
            for n in range(granted)
            for kind in (EventType.SENT, EventType.DELIVERED if n % 4 else EventType.HARD_BOUNCE)
        ]  # fmt: skip
        warden.ingest(events, clock.now)
        clock.forward(minutes=5)
    told = warden.release("run", 0, clock.now).answer
    (one,) = insight(warden, case, warden.decision(case.decision_id), clock.now, "ann").running
    assert one.signals == told.evidence
    assert (one.running.state, one.limit) == ("stopped", -math.log(0.001))
    totals = [total for *_, total in one.path]
    assert totals == sorted(totals)
    assert totals[-1] == pytest.approx(one.total)
    assert one.total > one.limit


def test_estimates_weigh_mail_by_risk_and_by_what_people_said(house: House) -> None:
    from service.desk.estimate import delayed, leaked

    warden, at = house.warden, house.clock.now
    case_id = held(house, "c")
    warden.put_account(Account(account_id="d", created_at=START), START)
    decision = warden.score_campaign("out", "d", 200, Stream.BROADCAST, [], None, None, at)
    mail = house.store.campaign_mail(at - timedelta(hours=1), 100)
    out, back = leaked(mail), delayed(mail)
    assert (out.mails, back.mails) == (200, 555)
    assert out.mean == pytest.approx(200 * decision.risk)
    assert out.low <= out.mean <= out.high <= 200
    risk = warden.decision(case_id).risk
    assert back.mean == pytest.approx(555 * (1 - risk))
    warden.cases.decide(case_id, ANN, Ruling("abusive"), at)
    sure = delayed(house.store.campaign_mail(at - timedelta(hours=1), 100))
    assert (sure.mean, sure.low, sure.high, sure.judged) == (0, 0, 0, 1)
    assert house.store.count_cases(CaseQuery()) == 0
