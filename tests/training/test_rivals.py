"""What others do: each stops what its rule says, no sooner and no later."""

from datetime import UTC, datetime, timedelta

import pytest

from features.records import Event, EventType, Stream
from models.inflight import Signal, State
from models.inflight.records import Rules
from training.baselines import SES_REVIEW
from training.rivals import HeldSubset, RateLimits, Rival, TestAlone, compared_with

START = datetime(2026, 3, 1, tzinfo=UTC)
RULES = Rules(
    signals=(Signal("hard_bounce", 0.05, 1.0),), false_stop=0.001, first_share=0.1, growth=5,
    wait=timedelta(minutes=9), doubtful_wait=timedelta(hours=1), pause_wait=timedelta(hours=1), stop_risk=0.1, pause_at=20, safe_at=50,
)  # fmt: skip


def _score(rival: Rival, recipients: int = 1_000, stream: Stream = Stream.BROADCAST) -> str:
    return rival.score_campaign("c", "a", recipients, stream, (), None, None, START).action


def _events(rival: Rival, kind: EventType, times: int) -> None:
    events = [
        Event(event_id=f"{kind}{i}", type=kind, account_id="a", campaign_id="c", occurred_at=START)
        for i in range(times)
    ]
    rival.ingest(events, START)


@pytest.mark.parametrize(("bounces", "state"), [(2, State.DONE), (3, State.STOPPED)])
def test_a_tenth_is_held_for_two_hours_against_fixed_limits(bounces: int, state: State) -> None:
    rival = HeldSubset()
    assert _score(rival) == "allow"
    first = rival.release("c", 1_000, START).answer
    assert (first.granted, first.check_again_at) == (100, START + timedelta(hours=2))
    _events(rival, EventType.HARD_BOUNCE, bounces)
    second = rival.release("c", 900, START + timedelta(hours=2)).answer
    assert second.state is state
    assert second.granted == (900 if state is State.DONE else 0)


def test_transactional_mail_is_not_held() -> None:
    rival = HeldSubset()
    _score(rival, stream=Stream.TRANSACTIONAL)
    assert rival.release("c", 1_000, START).answer.granted == 1_000


def test_rate_limits_pause_for_good_over_a_representative_volume() -> None:
    rival = RateLimits(limits=SES_REVIEW)
    _score(rival)
    _events(rival, EventType.SENT, 199)
    _events(rival, EventType.HARD_BOUNCE, 10)
    assert _score(rival) == "allow"
    rival.ingest([Event(event_id="s", type=EventType.SENT, account_id="a", occurred_at=START)], START)  # fmt: skip
    assert _score(rival) == "review"
    _events(rival, EventType.SENT, 10_000)
    assert _score(rival) == "review"


def test_the_test_alone_stops_on_evidence_only() -> None:
    rival = TestAlone(rules=RULES)
    _score(rival)
    assert rival.release("c", 1_000, START).answer.granted == 100
    _events(rival, EventType.HARD_BOUNCE, 25)
    stopped = rival.release("c", 900, START + timedelta(minutes=9)).answer
    assert stopped.state is State.STOPPED


def test_every_rival_starts_without_memory() -> None:
    made = compared_with(RULES)
    assert len(made) == 4
    for make in made.values():
        assert make() is not make()
        assert not make().campaigns
