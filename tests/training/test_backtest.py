"""Backtests: point in time, with the standing that the replayed policy makes, and honest sums."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from features.catalogue import load_catalogue
from features.records import Stream, Subject
from models.policy import Policy, default_policy_text, load_policy
from models.policy.edit import Threshold, thresholds
from models.policy.policy import Context
from models.scores import Scores
from training.backtest import backtest, report_on
from training.backtest_replay import Replay
from training.backtest_rows import Assumptions, History, Known, Mail, Past, Word
from training.backtest_sums import Outcome, Prices
from training.backtest_truth import Words, abusive, rates_of
from training.optimise import Budget, cheapest, frontier, moved, optimise, with_bands

START = datetime(2026, 11, 1, tzinfo=UTC)
POLICY = load_policy(default_policy_text(), load_catalogue())
LOG_ALONE = Assumptions(looked_after=None)
CLEAN = {"hard_bounce": 0.002, "complaint": 0.0}


def past(
    number: int,
    risk: float = 0.0,
    subject: Subject = Subject.CAMPAIGN,
    account: str = "a",
    mails: int = 1_000,
    bad: float = 0.0,
    rates: dict[str, float] | None = CLEAN,
    **changes: Any,
) -> Past:
    """One decision `number` hours after the start."""
    mail = Mail(mails, None, rates, bad, Known.TRUTH) if subject is Subject.CAMPAIGN else None
    made = Past(
        decision_id=f"d{number}", account_id=account, subject=subject, subject_id=f"s{number}",
        at=START + timedelta(hours=number),
        context=Context(Stream.BROADCAST, mails, True, None, 400.0), scores=Scores(risk, 0.0, risk),
        values={}, missing=(), action="allow", policy_version=POLICY.version, degraded=False,
        mail=mail, segments={"plan": "free" if number % 2 else "pro"},
    )  # fmt: skip
    return replace(made, **changes)


def actions(
    pasts: Sequence[Past],
    words: Sequence[Word] = (),
    policy: Policy = POLICY,
    assumed: Assumptions = LOG_ALONE,
) -> list[str]:
    history = History(tuple(pasts), tuple(words))
    return [one.action for one in Replay(policy, assumed).run(history)]


def word(hours: float, verdict: str, action: str | None = None, decision: str = "d1") -> Word:
    return Word("a", START + timedelta(hours=hours), verdict, action, decision)


def test_an_account_held_in_the_replay_stays_held_until_its_score_is_below_the_lower_limit() -> (
    None
):
    account = [past(1, 0.9, Subject.ACCOUNT), past(2, 0.5), past(3, 0.15), past(4, 0.5, Subject.ACCOUNT),
               past(5, 0.3, Subject.ACCOUNT), past(6, 0.19)]  # fmt: skip
    assert actions(account) == ["review", "review", "throttle", "review", "throttle", "throttle"]


def test_a_policy_that_never_held_the_account_does_not_find_it_held() -> None:
    mild = with_bands(POLICY, {
        key: min(value + 0.12, 0.99) for key, value in thresholds(POLICY.text).items()
    })  # fmt: skip
    rows = [past(1, 0.9, Subject.ACCOUNT), past(2, 0.5)]
    assert actions(rows) == ["review", "review"]
    assert actions([past(1, 0.9, Subject.ACCOUNT), past(2, 0.5)], policy=mild)[1] == "throttle"


def test_what_was_in_force_before_the_first_decision_is_taken_from_the_log() -> None:
    first = past(1, 0.0)
    held = replace(first, context=replace(first.context, standing="terminate"))
    assert actions([held, past(2, 0.0)]) == ["terminate", "terminate"]
    waiting = replace(past(1, 0.3), context=replace(first.context, case_open=True))
    assert actions([waiting, past(2, 0.3)]) == ["review", "review"]


def test_what_the_policy_in_force_brought_about_later_is_not_taken_from_the_log() -> None:
    later = past(2, 0.5)
    held = replace(later, context=replace(later.context, standing="review", case_open=True))
    assert actions([past(1, 0.0), held]) == ["allow", "throttle"]


def test_rules_on_the_replays_own_doing_are_asked_anew_in_each() -> None:
    rows = [past(1, 0.9), past(2, 0.3)]
    start = thresholds(POLICY.text)
    mild = with_bands(POLICY, start | {Threshold("broadcast", "risk", "review"): 0.95})
    assert actions(rows, policy=mild) == ["throttle", "throttle"]
    assert actions(rows) == ["review", "review"], "the held campaign waits for somebody to look"
    assert actions(rows, policy=mild) == ["throttle", "throttle"]


@pytest.mark.parametrize(
    ("words", "last"),
    [
        ((), "review"),
        ((word(1.5, "legitimate"),), "throttle"),
        ((word(2.5, "legitimate"),), "review"),
        ((word(1.5, "abusive", "terminate"),), "terminate"),
    ],
)
def test_verdicts_count_from_when_they_were_known(words: tuple[Word, ...], last: str) -> None:
    assert actions([past(1, 0.9), past(2, 0.3)], words)[1] == last


def test_a_reviewer_of_the_replay_looks_and_is_right() -> None:
    looked = Assumptions(looked_after=timedelta(hours=4))
    rows = [past(1, 0.9, Subject.ACCOUNT), past(2, 0.5), past(9, 0.5)]
    assert actions(rows, assumed=looked) == ["review", "review", "throttle"]
    again = [past(1, 0.9), past(2, 0.95), past(30, 0.95)]
    minutes = [one.minutes for one in Replay(POLICY, looked).run(History(tuple(again), ()))]
    assert minutes == [5.0, 0.0, 5.0], "held while the case is open: the same case"


def test_held_mail_goes_nowhere_and_clean_mail_goes_out_in_time() -> None:
    rows = (past(1, 0.9, bad=1.0), past(2, 0.01, account="b"), past(3, 0.9, account="c"))
    outcome = Outcome.of(Replay(POLICY, LOG_ALONE).run(History(rows, ())))
    by_name = dict(zip(("held abuse", "clean", "held good"), outcome.sums.tolist(), strict=True))
    assert by_name["held abuse"][4] == 0
    assert by_name["clean"][5:7] == [0, 0]
    assert by_name["held good"][5:7] == [1_000, 1]


def test_a_campaign_that_bounces_is_stopped_on_the_expected_path() -> None:
    dirty = past(1, 0.2, bad=1.0, mails=20_000, rates={"hard_bounce": 0.2})
    (one,) = Replay(POLICY, LOG_ALONE).run(History((dirty,), ()))
    assert one.sent is not None
    assert one.sent.stopped
    assert 0 < one.sent.handed < 5_000


def sent(rows: Sequence[Past], policy: Policy = POLICY) -> list[Any]:
    return [one.sent for one in Replay(policy, LOG_ALONE).run(History(tuple(rows), ()))]


def test_a_days_earned_volume_bounds_what_goes_out_and_grows_by_use() -> None:
    new = Context(Stream.BROADCAST, 30_000, False, None, 0.5)
    rows = [past(1, 0.01, mails=30_000, context=new), past(2, 0.01, mails=1_000, context=new)]
    first, second = sent(rows)
    assert POLICY.earned is not None
    by_day: dict[int, int] = {}
    for at, mails in first.grants:
        by_day[at.toordinal()] = by_day.get(at.toordinal(), 0) + mails
    days = list(by_day.values())
    assert days[0] == POLICY.earned.start
    assert days[0] < days[1] <= POLICY.earned.growth * days[0]
    assert first.late >= 30_000 - POLICY.earned.start
    assert second.late == 1_000, "the other campaign has used the day up"
    paid = replace(rows[0], context=replace(new, paid=True))
    assert sent([paid])[0].late < 25_000
    free = replace(POLICY, earned=None)
    assert sent(rows, free)[0].late < 30_000 * 0.1


def test_an_account_older_than_the_history_begins_with_its_record() -> None:
    one = past(1, 0.01, mails=90_000)
    mail = replace(one.mail, handed=90_000)  # type: ignore[type-var]
    assert sent([replace(one, mail=mail)])[0].late == 0
    unknown = sent([one])[0]
    assert unknown.late > 0


def test_what_was_held_then_is_counted_as_unseen_when_it_would_go() -> None:
    (one,) = Replay(POLICY, LOG_ALONE).run(History((past(1, 0.01, rates=None),), ()))
    assert one.sent is not None
    assert one.sent.unseen == 1_000


def test_a_policy_against_itself_changes_nothing() -> None:
    rows = tuple(past(i, i % 10 / 10, account=f"a{i % 7}", bad=i % 3 / 2) for i in range(1, 80))
    report = report_on(backtest(History(rows, ()), POLICY, POLICY))
    assert all(figure["change"] == [0, 0, 0] for figure in report["figures"].values())
    assert report["changed"] == report["examples"] == []
    assert {(one["by"], one["value"]) for one in report["segments"]} == {
        ("plan", "free"),
        ("plan", "pro"),
    }


def test_the_report_is_the_same_in_any_split_into_segments() -> None:
    rows = tuple(past(i, i % 10 / 10, account=f"a{i % 40}", bad=i % 3 / 2) for i in range(1, 300))
    mild = with_bands(
        POLICY, thresholds(POLICY.text) | {Threshold("broadcast", "risk", "review"): 0.95}
    )
    report = report_on(backtest(History(rows, ()), POLICY, mild))
    whole = report["figures"]["mail_leaked"]
    assert whole["change"][0] > 0
    assert whole["change"][1] <= whole["change"][0] <= whole["change"][2]
    parts = sum(one["figures"]["mail_leaked"]["draft"][0] for one in report["segments"])
    assert parts == pytest.approx(whole["draft"][0], rel=1e-4)
    assert {(one["from"], one["to"]) for one in report["changed"]} == {("review", "throttle")}
    assert report["examples"][0]["from"] == "review"


def test_intervals_draw_accounts_and_not_campaigns() -> None:
    """All mail of one account: the interval reaches from none to twice as much."""
    one = [past(i, 0.0, account="big", bad=1.0, mails=1_000) for i in range(1, 50)]
    rest = [past(100 + i, 0.0, account=f"a{i}", mails=10) for i in range(40)]
    report = report_on(backtest(History(tuple(one + rest), ()), POLICY, POLICY))
    value, low, high = report["figures"]["mail_leaked"]["live"]
    assert low == 0
    assert high >= 2 * value


@pytest.mark.parametrize(
    ("verdict", "counts", "risk", "expected"),
    [
        (1.0, {}, 0.1, (1.0, Known.VERDICT)),
        (0.0, {"hard_bounce": 900}, 0.9, (0.0, Known.VERDICT)),
        (None, {"hard_bounce": 300}, 0.1, (1.0, Known.MAIL)),
        (None, {"hard_bounce": 101}, 0.1, (0.1, Known.SCORE)),
        (None, None, 0.3, (0.3, Known.SCORE)),
        (None, {}, None, (0.0, Known.SCORE)),
    ],
)
def test_what_says_that_a_campaign_was_abusive(
    verdict: float | None, counts: Any, risk: float | None, expected: tuple[float, Known]
) -> None:
    assert abusive(verdict, counts, 1_000, risk) == expected


def test_a_verdict_reaches_thirty_days() -> None:
    words = Words([word(0, "abusive"), word(24 * 40, "legitimate", decision="d2")])
    assert words.on("a", "dx", START + timedelta(days=3)) == 1.0
    assert words.on("a", "dx", START + timedelta(days=39)) == 0.0
    assert words.on("a", "d1", START + timedelta(days=39)) == 1.0
    assert words.on("a", "dx", START + timedelta(days=90)) is None


def test_rates_are_of_what_was_handed_over() -> None:
    assert rates_of({"complaint": 5}, 0) is None
    rates = rates_of({"complaint": 5, "hard_bounce": 2_000}, 1_000)
    assert rates is not None
    assert (rates["complaint"], rates["hard_bounce"]) == (0.005, 1.0)


def crowd(n: int = 300) -> History:
    """Accounts whose risk is calibrated and whose abusers' campaigns are larger."""
    rng = np.random.default_rng(3)
    rows = []
    for number in range(n):
        risk = float(rng.beta(0.3, 2))
        bad = float(rng.random() < risk)
        rows.append(
            past(number, risk, account=f"a{number // 2}", bad=bad, mails=200 + int(800 * bad))
        )
    return History(tuple(rows), ())


def test_the_search_keeps_to_the_budget_and_finds_cheaper_thresholds() -> None:
    prices = Prices(mail_leaked=0.5, good_mail_delayed=0.01, wrong_suspension=5, reviewer_minute=1)
    start = thresholds(POLICY.text)
    found = optimise(crowd(), POLICY, start, Budget(1), prices, LOG_ALONE, effort=60)
    assert found.best is not None
    assert found.best.minutes <= found.budget.minutes
    assert found.best.cost < found.now.cost
    assert dict(found.now.thresholds) == start
    tight = optimise(crowd(), POLICY, start, Budget(0.02), prices, LOG_ALONE, effort=60)
    assert tight.best is not None
    assert tight.best.minutes <= 0.02 * 360
    assert tight.best.cost >= found.best.cost
    assert len(found.tried) <= 60
    edge = frontier(found.tried)
    assert [t.cost for t in edge] == sorted((t.cost for t in edge), reverse=True)
    assert cheapest(found.tried, -1) is None


def test_accounts_that_cannot_move_are_replayed_once_and_still_counted() -> None:
    quiet = [past(1_000 + i, 0.001, account=f"q{i}", mails=50, bad=1.0) for i in range(30)]
    prices = Prices(1, 0, 0, 0)
    history = History((*crowd(60).decisions, *quiet), ())
    found = optimise(
        history, POLICY, thresholds(POLICY.text), Budget(9), prices, LOG_ALONE, effort=10
    )
    assert found.moving < len(history.decisions) / 2
    alone = optimise(
        History(tuple(quiet), ()), POLICY, thresholds(POLICY.text), Budget(9), prices, LOG_ALONE,
        effort=10,
    )  # fmt: skip
    assert alone.moving == 0
    assert alone.now.leaked > 0


def test_a_move_never_breaks_the_ladder() -> None:
    values = thresholds(POLICY.text)
    key = Threshold("broadcast", "risk", "trickle")
    assert moved(values, key, -5.0) is None
    changed = moved(values, key, 0.5)
    assert changed is not None
    assert values[key] < changed[key] < values[Threshold("broadcast", "risk", "review")]
