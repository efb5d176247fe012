"""Labels out of a store: what people said, what was reported and what the mail shows, as of a time."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec import structs

from features.records import Account, Event, EventType, Stream
from models.decision import Decision, Seen
from models.policy.audits import RELEASED, Audit, audited
from service.labelling import LabelBook, estimate_by_audit
from service.review import Verdict
from service.stores.contract import Incident
from tests.service.conftest import START

KEY = b"k" * 32


def scored(
    house: Any, account: str = "a", campaign: str = "c", recipients: int = 2_000
) -> Decision:
    at = house.clock.now
    house.warden.put_account(Account(account_id=account, created_at=START, paid=True), at)
    found: Decision = house.warden.score_campaign(
        campaign, account, recipients, Stream.BROADCAST, [], None, None, at
    )
    return found


def mailed(house: Any, account: str = "a", campaign: str = "c", **counts: int) -> None:
    events = [
        Event(
            event_id=f"{account}{campaign}{kind}{n}", type=EventType(kind), account_id=account,
            campaign_id=campaign, occurred_at=house.clock.now, mailbox_provider="yahoo",
        )
        for kind, times in counts.items()
        for n in range(times)
    ]  # fmt: skip
    house.warden.ingest(events, house.clock.now)


def verdict_of(house: Any, decision: Decision, days: float) -> tuple[str | None, str]:
    found = LabelBook(house.store, decision.as_of + timedelta(days=days)).of(decision).resolution
    return (found.won.verdict if found.won else None), found.why


def test_mail_labels_a_decision_once_it_has_matured(house: Any) -> None:
    good, bad = scored(house), scored(house, "b", "c2")
    mailed(house, sent=2_000, delivered=1_990, hard_bounce=10)
    mailed(house, "b", "c2", sent=2_000, delivered=1_500, hard_bounce=500)
    assert verdict_of(house, good, 3) == (
        None, f"no label yet: what came of the mail can be believed from {good.as_of + timedelta(days=21):%Y-%m-%d}",
    )  # fmt: skip
    assert verdict_of(house, good, 22)[0] == "legitimate"
    assert verdict_of(house, bad, 2)[0] == "careless"


def test_a_verdict_counts_until_it_is_taken_back_and_an_appeal_outranks_it(house: Any) -> None:
    decision = scored(house)
    mailed(house, sent=2_000, delivered=1_500, hard_bounce=500)
    house.warden.give_verdict(decision.decision_id, Verdict("legitimate"), house.clock.now)
    assert verdict_of(house, decision, 9)[0] == "legitimate"
    assert "reviewer" in verdict_of(house, decision, 9)[1]


def test_an_account_cut_off_within_a_week_is_no_negative(house: Any) -> None:
    decision = scored(house)
    mailed(house, sent=2_000, delivered=2_000)
    house.clock.forward(days=2)
    later = scored(house, campaign="later")
    held = structs.replace(later, decision_id="held", action="review")
    house.store.save_decision(held, recipients=10)
    verdict, why = verdict_of(house, decision, 60)
    assert verdict is None
    assert "held within a week" in why


def test_one_report_is_nothing_two_that_agree_are_a_label(house: Any) -> None:
    decision = scored(house)
    for reports, label in ((1, None), (2, "abusive")):
        house.store.put_incident(
            Incident(
                incident_id="i", kind="report", key="report:phishing:a:", severity=1,
                opened_at=house.clock.now, updated_at=house.clock.now, account_id="a",
                facts={"category": "phishing", "reports": reports},
            )
        )  # fmt: skip
        assert verdict_of(house, decision, 3)[0] == label


def drawn(number: int, action: str = "allow", risk: float = 0.1, **seen: Any) -> Decision:
    audit = Audit(allow=0.2, throttle=0.1, release_throttles=0.5, release_below_risk=0.3)
    made = Decision(
        decision_id=f"d{number}", subject=seen.pop("subject", None), account_id="a",
        as_of=START, action=action, limits=None, risk=risk, malicious=0.0, careless=risk,
        forecast=None, reasons=(), rules=(), policy_version="p", model_version="m",
        feature_set="f", valid_until=START, degraded=seen.pop("degraded", False),
        seen=Seen(stream="broadcast", **seen),
    )  # fmt: skip
    return audited(made, audit, KEY)


def test_shares_are_drawn_as_stated_and_the_same_each_time() -> None:
    found = [drawn(n) for n in range(4_000)]
    assert found == [drawn(n) for n in range(4_000)]
    chances = [d.seen.audit_chance for d in found if d.seen]
    assert set(chances) == {None, 0.2}
    assert sum(c is not None for c in chances) == pytest.approx(800, abs=90)
    other = [audited(drawn(n, "review"), Audit(0.5, 0.5, 0.5, 1.0), KEY) for n in range(200)]
    assert all(d.seen and d.seen.audit_chance is None for d in other)  # held is looked at anyway


def test_some_slowed_mail_goes_out_and_its_chance_is_kept() -> None:
    found = [drawn(n, "throttle") for n in range(2_000)]
    released = [d for d in found if RELEASED in d.rules]
    assert len(released) == pytest.approx(1_000, abs=110)
    assert all(d.action == "allow" and d.seen and d.seen.release_chance == 0.5 for d in released)


@pytest.mark.parametrize(
    "barred",
    [{"risk": 0.3}, {"degraded": True}, {"standing": "throttle"}],
)
def test_what_must_not_be_let_out_is_not(barred: dict[str, Any]) -> None:
    assert all(drawn(n, "throttle", **barred).action == "throttle" for n in range(200))


def test_precision_and_recall_come_from_judged_cases(house: Any) -> None:
    decision = scored(house)
    for number in range(30):
        chance = None if number < 10 else 0.1
        made = structs.replace(
            decision, decision_id=f"x{number}", account_id=f"acc{number}",
            action="review" if chance is None else "allow", seen=Seen(audit_chance=chance),
        )  # fmt: skip
        house.store.save_decision(made, recipients=100)
        word = "abusive" if number in (0, 1, 10) else "legitimate"
        house.warden.give_verdict(f"x{number}", Verdict(word), house.clock.now)
    found = estimate_by_audit(house.store, START - timedelta(days=1), house.clock.now)
    assert (found.held, found.abusive_held, found.drawn, found.abusive_drawn) == (10, 2, 20, 1)
    assert found.precision.value == 0.2
    assert found.missed.value == pytest.approx(10)
    assert found.recall.value == pytest.approx(2 / 12)
