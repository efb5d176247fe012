"""Stages, waits, stops: what a sender is granted."""

import math
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import hypothesis.strategies as st
import pytest
from hypothesis import given

from models.decision import Action
from models.inflight import (
    Answer,
    Plan,
    Progress,
    Signal,
    State,
    evidence_of,
    log_total,
    release,
    withhold,
)
from models.inflight.records import Rules

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


def _held(plan: Plan, at: datetime) -> Progress:
    """A campaign whose 120 first mails went out before it was held at `at`."""
    progress, _ = release(plan, Progress(), {}, 20, START, RULES)
    progress, _ = release(plan, progress, {}, 100, START + timedelta(minutes=9), RULES)
    assert (progress.granted, progress.stage) == (120, 2)
    held, answer = withhold(plan, progress, {}, Action.REVIEW, at, RULES)
    assert (answer.granted, answer.state, answer.backlog) == (0, State.HOLDING, 880)
    return held


def test_what_was_held_shows_its_backlog_and_begins_again_at_stage_one() -> None:
    since = START + timedelta(hours=1)
    held = _held(_plan(), since)
    later = since + timedelta(hours=5)
    still, answer = withhold(_plan(), held, {}, Action.REVIEW, later, RULES)
    assert answer.held_since == since, "the first ask that was refused"
    resumed, answer = release(_plan(), still, {}, 1_000, later, RULES)
    assert (answer.granted, answer.stage, answer.backlog) == (20, 1, 860)
    assert (resumed.granted, resumed.held_at, answer.held_since) == (140, None, None)


@pytest.mark.parametrize(
    ("lane", "held_for", "dropped"),
    [
        ("broadcast", timedelta(days=2), 0),
        ("broadcast", timedelta(days=4), 880),
        ("transactional", timedelta(hours=3), 0),
        ("transactional", timedelta(hours=5), 880),
    ],
)
def test_what_is_past_its_use_is_dropped(lane: str, held_for: timedelta, dropped: int) -> None:
    plan, since = _plan(lane=lane), START + timedelta(hours=1)
    progress, answer = release(plan, _held(plan, since), {}, 1_000, since + held_for, RULES)
    assert answer.dropped == dropped
    assert (answer.state is State.STOPPED) is bool(dropped)
    again, answer = release(plan, progress, {}, 1_000, since + held_for, RULES)
    assert answer.dropped == dropped, "dropped mail stays dropped"
    assert again.dropped is bool(dropped)


def test_a_pause_ends_only_well_below_where_it_began() -> None:
    plan = _plan(recipients=100_000, first_stage=1_000)
    progress, _ = release(plan, Progress(), {}, 1_000, START, RULES)
    at, paused = START + timedelta(minutes=5), []
    for bounces in (40, 72, 75, 72, 70, 73, 76, 60):
        progress, answer = release(plan, progress, {"hard_bounce": bounces}, 0, at, RULES)
        paused.append((bounces, progress.paused))
        assert answer.state is not State.STOPPED
    e_values = {b: _against(plan, b) for b, _ in paused}
    for (_, before), (bounces, now) in pairwise([(0, False), *paused]):
        limit = RULES.resume_at if before else RULES.pause_at
        assert now is (e_values[bounces] >= limit)
    assert {state for _, state in paused} == {True, False}
    between = [b for b in e_values if RULES.resume_at <= e_values[b] < RULES.pause_at]
    assert between, "the table has to reach what hysteresis is for"


def _against(plan: Plan, bounces: int) -> float:
    found = evidence_of(RULES.signals, {"hard_bounce": bounces}, 1_000, plan.expected)
    return math.exp(log_total(found, RULES.signals))


def test_a_sample_that_is_unlike_the_list_proves_nothing() -> None:
    plan = _plan(recipients=50_000, first_stage=200)
    first, _ = release(plan, Progress(), {}, 200, START, RULES)
    fine = {"delivered": 200}
    soon = START + timedelta(minutes=1)
    _, proven = release(plan, first, fine, 50_000, soon, RULES)
    _, unlike = release(plan, first, fine, 50_000, soon, RULES, like_list=False)
    assert (proven.granted, unlike.granted) == (49_800, 0)
