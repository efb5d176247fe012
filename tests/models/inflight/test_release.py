"""Stages, waits, stops: what a sender is granted."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import hypothesis.strategies as st
import pytest
from hypothesis import given

from models.inflight import Answer, Plan, Progress, Signal, State, release
from models.inflight.release import Rules

START = datetime(2026, 3, 1, tzinfo=UTC)
RULES = Rules(
    signals=(Signal("hard_bounce", 0.05, 0.8), Signal("complaint", 0.003, 0.2)),
    false_stop=0.001,
    first_share=0.1,
    growth=5,
    wait=timedelta(minutes=9),
    doubtful_wait=timedelta(hours=1),
    pause_wait=timedelta(hours=1),
    stop_risk=0.1,
    pause_at=20,
    safe_at=50,
)


def _plan(**change: object) -> Plan:
    fields: dict[str, object] = {
        "decision_id": "d",
        "account_id": "a",
        "recipients": 1_000,
        "action": "throttle",
        "first_stage": 20,
    }
    return Plan(**{**fields, **change})  # type: ignore[arg-type]


def _send_all(
    plan: Plan, bounce_share: float = 0.0, answered: float = 1.0
) -> tuple[Progress, list[Answer]]:
    """Ask as a sender does, whenever it is told to; bounces come back at once."""
    progress, at, answers = Progress(), START, []
    while True:
        bounced = int(progress.granted * bounce_share)
        counts = {"hard_bounce": bounced, "delivered": int(answered * progress.granted) - bounced}
        progress, answer = release(plan, progress, counts, plan.recipients, at, RULES)
        answers.append(answer)
        if answer.check_again_at is None:
            return progress, answers
        assert answer.check_again_at > at
        at = answer.check_again_at


def test_stages_grow_and_all_of_it_goes_within_half_an_hour() -> None:
    progress, answers = _send_all(_plan(), answered=0.0)
    assert [answer.granted for answer in answers] == [20, 100, 500, 380]
    assert answers[-1].state is State.DONE
    assert progress.opened_at is not None
    assert progress.opened_at - START < timedelta(minutes=30)


def test_a_bad_campaign_is_stopped_in_its_first_stages() -> None:
    progress, answers = _send_all(_plan(), bounce_share=0.25)
    assert answers[-1].state is State.STOPPED
    assert progress.granted <= 120
    again, answer = release(_plan(), progress, {}, 10, START + timedelta(days=1), RULES)
    assert (answer.granted, answer.state, again.stopped_at) == (0, State.STOPPED, progress.stopped_at)  # fmt: skip


def test_growing_doubt_stops_the_growth_and_still_ends() -> None:
    _, answers = _send_all(_plan(recipients=400), bounce_share=0.11)
    grants = [answer.granted for answer in answers]
    assert grants[:2] == [20, 100]
    assert answers[-1].state in (State.DONE, State.STOPPED)


def test_proof_of_few_bounces_opens_every_stage() -> None:
    plan = _plan(recipients=50_000, first_stage=200)
    _, answers = _send_all(plan)
    assert len(answers) < len(_send_all(plan, answered=0.0)[1])


def test_malice_is_not_disproved_by_few_bounces() -> None:
    plan = _plan(recipients=5_000, first_stage=200, doubtful=True)
    _, answers = _send_all(plan)
    times = [a.check_again_at for a in answers if a.check_again_at]
    assert [answer.granted for answer in answers] == [200, 1_000, 3_800]
    assert all(later - earlier >= timedelta(hours=1) for earlier, later in pairwise(times))


def test_what_may_not_go_is_held_or_stopped() -> None:
    _, held = release(_plan(action="review", first_stage=None), Progress(), {}, 5, START, RULES)
    _, ended = release(_plan(action="terminate", first_stage=None), Progress(), {}, 5, START, RULES)
    assert (held.granted, held.state) == (0, State.HOLDING)
    assert (ended.granted, ended.state) == (0, State.STOPPED)


def test_an_allowed_transactional_stream_goes_at_once() -> None:
    _, answer = release(_plan(action="allow", first_stage=None), Progress(), {}, 9**9, START, RULES)
    assert (answer.granted, answer.state) == (1_000, State.DONE)


@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 90)), max_size=30),
    st.integers(0, 3_000),
    st.one_of(st.none(), st.integers(1, 500)),
)
def test_no_sequence_of_asks_gets_more_than_there_is_or_than_a_stage(
    asks: list[tuple[int, int]], recipients: int, first_stage: int | None
) -> None:
    plan, progress, at = _plan(recipients=recipients, first_stage=first_stage), Progress(), START
    for want, minutes in asks:
        at += timedelta(minutes=minutes)
        before = progress
        progress, answer = release(plan, progress, {}, want, at, RULES)
        assert 0 <= answer.granted <= want
        assert progress.granted == before.granted + answer.granted <= recipients
        if first_stage is not None and progress.stage:
            assert progress.in_stage <= first_stage * RULES.growth ** (progress.stage - 1)


@pytest.mark.parametrize("want", [-5, 0])
def test_asking_for_nothing_grants_nothing(want: int) -> None:
    _, answer = release(_plan(), Progress(), {}, want, START, RULES)
    assert answer.granted == 0


def test_a_later_score_does_not_change_what_the_evidence_rests_on() -> None:
    """A forecast made from the bounces of this very campaign would count them twice."""
    first, later = _plan(expected={"hard_bounce": 0.01}), _plan(expected={"hard_bounce": 0.2})
    asked, _ = release(first, Progress(), {}, 0, START, RULES)
    sending, _ = release(later, asked, {}, 20, START, RULES)
    assert sending.expected == {"hard_bounce": 0.2}, "nothing was sent yet"

    counts = {"hard_bounce": 4, "delivered": 16}
    sending, _ = release(first, Progress(), {}, 20, START, RULES)
    rescored = [release(plan, sending, counts, 0, START, RULES)[1] for plan in (first, later)]
    assert rescored[0].evidence == rescored[1].evidence
    fresh, _ = release(later, Progress(), {}, 20, START, RULES)
    _, answer = release(later, fresh, counts, 0, START, RULES)
    assert answer.evidence != rescored[1].evidence
