"""Labels, splits and fits: no leak, honest intervals, sane answers where there is little to learn."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import lightgbm
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lightgbm import Dataset

from features.records import Subject
from models.trees import Trees
from training.calibrate import calibrate
from training.figures import calibration_error, coverage, roc_auc
from training.fit import Columns, account_weights, conformal_shift, fit_rate, fit_risk, log_odds
from training.labels import Labelled, label, pool
from training.learn import typical_row
from training.slim import slim
from training.split import split
from training.truth import AccountTruth, CampaignTruth, ListTruth, Truth
from training.vectors import (
    MATURITY,
    Logged,
    StaleVectors,
    Vectors,
    read_logged,
    write_logged,
)

START = datetime(2026, 3, 1, tzinfo=UTC)
DAY = 86_400.0
NAMES = ("signal", "noise", "ip_share")


def _vectors(
    ids: list[str], accounts: list[str], at: list[float], subject: Subject = Subject.CAMPAIGN,
    lists: list[str] | None = None, x: np.ndarray | None = None,
) -> Vectors:  # fmt: skip
    return Vectors(
        subject, NAMES, np.array(ids), np.array(accounts), np.array(lists or [""] * len(ids)),
        np.array(at, dtype=float), np.zeros((len(ids), 3)) if x is None else x,
    )  # fmt: skip


def _rows(n: int, seed: int = 0, accounts: int = 120) -> Labelled:
    """Rows of accounts that are good or abusive, with one feature that tells."""
    rng = np.random.default_rng(seed)
    owner = rng.integers(accounts, size=n)
    bad_owner = rng.random(accounts) < 0.2
    abusive = bad_owner[owner].astype(float)
    signal = abusive + rng.normal(scale=0.7, size=n)
    x = np.stack([signal, rng.normal(size=n), rng.random(n)], axis=1)
    x[rng.random(n) < 0.1, 0] = np.nan
    rate = np.clip(0.02 + 0.05 * np.exp(signal / 2 + rng.normal(scale=0.5, size=n)) / 5, 0, 1)
    ids = np.char.add("c", np.arange(n).astype(str))
    names = np.char.add("w0/acct", owner.astype(str))
    at = rng.uniform(0, 60 * DAY, n)
    vectors = Vectors(Subject.CAMPAIGN, NAMES, ids, names, np.full(n, ""), at, x)
    actors = np.char.add("w0/actor", (owner // 2).astype(str))
    kinds = np.where(abusive == 1, "bad", "good")
    malicious = np.where(abusive == 1, (owner % 3 == 0).astype(float), np.nan)
    return Labelled(
        vectors, abusive, malicious, rate, rate / 100, kinds, actors, np.full(n, 36 * DAY)
    )


COLUMNS = Columns.of(NAMES, (1, 0, 0))


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 400), st.integers(0, 2**31), st.integers(1, 3))
def test_no_part_of_a_split_shares_an_actor_or_a_time_with_the_test(
    n: int, seed: int, worlds: int
) -> None:
    rows = pool([_rows(n, seed + i) for i in range(worlds)])
    parts = split(rows, seed)
    learned = parts.train | parts.validate
    for world in range(worlds):
        mine = np.char.startswith(rows.actors, f"w{world}/")
        before = rows.vectors.at[learned & mine]
        after = rows.vectors.at[(parts.test | parts.calibrate) & mine]
        if len(before) and len(after):
            assert before.max() + MATURITY.total_seconds() <= after.min()
    unseen = set(rows.actors[parts.test])
    assert not unseen & set(rows.actors[learned | parts.calibrate])
    assert not set(rows.actors[parts.train]) & set(rows.actors[parts.validate | parts.calibrate])
    stacked = np.stack([parts.train, parts.validate, parts.calibrate, parts.test])
    assert (stacked.sum(axis=0) <= 1).all()
    assert (parts.late >= parts.test).all()


def test_worlds_that_are_pooled_keep_their_accounts_and_actors_apart() -> None:
    rows = _rows(50)
    both = pool([rows, rows])
    assert len(set(both.vectors.account_ids)) == 2 * len(set(rows.vectors.account_ids))
    assert len(set(both.actors)) == 2 * len(set(rows.actors))
    assert len(both) == 100


def _truth() -> Truth:
    bad_from = START + timedelta(days=30)
    return Truth(
        accounts={
            "good": AccountTruth("shop", "legitimate", False, None, "good"),
            "taken": AccountTruth("hijacked", "malicious", True, bad_from, "thief"),
            "opened": AccountTruth("phisher", "malicious", True, START + timedelta(days=2), "gang"),
            "always": AccountTruth("buyer", "careless", True, None, "always"),
        },
        campaigns={
            "c1": CampaignTruth(False, "shop", 0.01, 0.001),
            "c2": CampaignTruth(True, "phisher", 0.2, 0.02),
            "c3": CampaignTruth(None, "sleeper", 0.01, 0.001),
            "c4": CampaignTruth(False, "shop", float("nan"), float("nan")),
        },
        lists={("good", "l"): ListTruth(0.1, 0.02, 0.0), ("always", "l"): ListTruth(0.9, 0.3, 0.1)},
    )


def _logged(vectors: dict[Subject, Vectors], rates: dict[str, tuple[int, int, int]]) -> Logged:
    empty = {s: _vectors([], [], [], s) for s in Subject}
    return Logged(empty | vectors, rates, START.timestamp() + 60 * DAY)


def test_an_account_is_abusive_from_when_it_turned_and_unlabelled_before() -> None:
    start = START.timestamp()
    names = ["good", "taken", "taken", "opened", "always", "unknown"]
    at = [start, start, start + 31 * DAY, start, start, start]
    logged = _logged({Subject.ACCOUNT: _vectors(names, names, at, Subject.ACCOUNT)}, {})
    rows = label(logged, _truth(), Subject.ACCOUNT)
    np.testing.assert_array_equal(rows.abusive, [0, np.nan, 1, 1, 1, np.nan])
    np.testing.assert_array_equal(rows.malicious, [np.nan, np.nan, 1, 1, 0, np.nan])
    assert list(rows.actors) == ["good", "thief", "thief", "gang", "always", "unknown"]


def test_a_campaign_takes_true_rates_then_observed_ones_that_matured() -> None:
    start = START.timestamp()
    ids = ["c1", "c2", "c3", "c4", "c4x"]
    at = [start, start, start, start, start + 55 * DAY]
    vectors = _vectors(ids, ["good", "opened", "always", "good", "good"], at)
    counts = {"c4": (1000, 30, 2), "c4x": (1000, 30, 2), "c1": (1000, 999, 0)}
    rows = label(_logged({Subject.CAMPAIGN: vectors}, counts), _truth(), Subject.CAMPAIGN)
    np.testing.assert_array_equal(rows.abusive, [0, 1, np.nan, 0, np.nan])
    np.testing.assert_allclose(rows.hard_bounce, [0.01, 0.2, 0.01, 0.03, np.nan])
    np.testing.assert_allclose(rows.complaint, [0.001, 0.02, 0.001, 0.002, np.nan])


def test_a_list_is_abusive_when_most_never_asked() -> None:
    start = START.timestamp()
    lists = _vectors(["i1", "i2", "i3"], ["good", "always", "good"], [start] * 3, Subject.LIST, ["l", "l", "new"])  # fmt: skip
    sent = _vectors(["c1", "c2"], ["good", "good"], [start + DAY, start + 40 * DAY], lists=["l", "l"])  # fmt: skip
    logged = _logged({Subject.LIST: lists, Subject.CAMPAIGN: sent}, {})
    rows = label(logged, _truth(), Subject.LIST)
    np.testing.assert_array_equal(rows.abusive, [0, 1, np.nan])
    np.testing.assert_array_equal(rows.malicious, [np.nan, 0, np.nan])
    np.testing.assert_allclose(rows.hard_bounce, [0.02, 0.3, np.nan])
    # Of the two campaigns to the list only the one within 30 days counts.
    np.testing.assert_allclose(rows.complaint, [0.001, np.nan, np.nan])


def test_vectors_read_back_and_stale_ones_are_refused(tmp_path: Path) -> None:
    x = np.array([[1.0, np.nan, 0.25]])
    logged = _logged({Subject.CAMPAIGN: _vectors(["ü"], ["a"], [5.0], x=x)}, {"ü": (1, 2, 3)})
    names = dict.fromkeys(Subject, NAMES)
    write_logged(logged, tmp_path)
    back = read_logged(tmp_path, names)
    np.testing.assert_array_equal(back.vectors[Subject.CAMPAIGN].x, x)
    assert list(back.vectors[Subject.CAMPAIGN].ids) == ["ü"]
    assert (back.rates, back.ended_at) == ({"ü": (1, 2, 3)}, logged.ended_at)
    with pytest.raises(StaleVectors, match="have changed"):
        read_logged(tmp_path, dict.fromkeys(Subject, ("other",)))
    with pytest.raises(StaleVectors, match="is missing"):
        read_logged(tmp_path / "none", names)


def test_risk_ranks_is_calibrated_and_obeys_its_direction() -> None:
    rows = _rows(6000)
    parts = split(rows, 1)
    fitted = fit_risk(rows, rows.abusive, parts, COLUMNS, 1)
    test = parts.test
    risk = fitted.risk(rows.vectors.x[test], COLUMNS)
    assert roc_auc(rows.abusive[test], risk) > 0.75
    assert calibration_error(rows.abusive[test], risk) < 0.1
    line = np.zeros((50, 3))
    line[:, 0] = np.linspace(-3, 4, 50)
    assert (np.diff(fitted.risk(line, COLUMNS)) >= 0).all()
    assert fitted.gain["signal"] > fitted.gain.get("noise", 0)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_truth_of_one_value_gives_a_constant_that_never_claims_certainty(value: float) -> None:
    rows = _rows(300)
    fitted = fit_risk(rows, np.full(300, value), split(rows, 1), COLUMNS, 1)
    answers = fitted.risk(rows.vectors.x, COLUMNS)
    assert len(set(answers)) == 1
    assert 0 < answers[0] < 1
    assert Trees(fitted.head.model_text).names == NAMES


def test_no_rows_at_all_give_heads_that_answer() -> None:
    rows = _rows(300)
    nothing = np.full(300, np.nan)
    parts = split(rows, 1)
    assert fit_risk(rows, nothing, parts, COLUMNS, 1).risk(rows.vectors.x, COLUMNS)[0] == 0.5
    assert set(fit_rate(rows, nothing, parts, COLUMNS, 1)) == {"mean", "low", "high"}


def test_the_interval_of_a_rate_covers_nine_tenths_of_unseen_actors_later() -> None:
    rows = _rows(12_000, accounts=600)
    parts = split(rows, 1)
    heads = fit_rate(rows, rows.hard_bounce, parts, COLUMNS, 1)
    x = rows.vectors.x[parts.test]
    mean, low, high = (heads[b].risk(x, COLUMNS) for b in ("mean", "low", "high"))
    assert 0.87 <= coverage(rows.hard_bounce[parts.test], low, high) <= 0.94
    assert (low <= mean).mean() > 0.9
    assert (high - low).mean() < rows.hard_bounce.std() * 3.3
    assert np.abs(mean - rows.hard_bounce[parts.test]).mean() < 0.02


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**31), st.sampled_from([0.05, 0.95]))
def test_conformal_shift_makes_a_wrong_quantile_right(seed: int, tail: float) -> None:
    rng = np.random.default_rng(seed)
    actual, biased = rng.normal(size=4000), np.full(4000, 3.0)
    shift = conformal_shift(actual[:2000], biased[:2000], tail)
    assert (actual[2000:] <= biased[2000:] + shift).mean() == pytest.approx(tail, abs=0.035)


def test_a_few_held_out_rows_make_a_wide_interval_not_a_crash() -> None:
    actual = np.array([1.0, 2.0, 3.0])
    assert conformal_shift(actual, np.zeros(3), 0.05) == 1.0
    assert conformal_shift(actual, np.zeros(3), 0.95) == 3.0


def test_log_odds_stay_finite() -> None:
    assert np.isfinite(log_odds(np.array([0.0, 1.0, 0.5]))).all()


def test_calibration_of_one_class_or_of_noise_is_still_a_map() -> None:
    rng = np.random.default_rng(0)
    margins = rng.normal(size=200)
    actors = np.arange(200).astype(str)
    assert calibrate(margins, np.zeros(200), actors).of(0.0) == pytest.approx(0.5)
    opposite = calibrate(margins, (margins < 0).astype(float), np.zeros(200).astype(str))
    assert opposite.of(-5) == opposite.of(5) == pytest.approx((margins < 0).mean(), abs=0.01)


def test_isotonic_is_taken_where_it_fits_better() -> None:
    rng = np.random.default_rng(1)
    margins = rng.uniform(-3, 3, 8000)
    truth = (rng.random(8000) < np.where(margins > 1, 0.9, 0.3)).astype(float)
    found = calibrate(margins, truth, np.arange(8000).astype(str))
    assert found.of(0.8) == pytest.approx(0.3, abs=0.06)
    assert found.of(1.2) == pytest.approx(0.9, abs=0.06)


def test_accounts_weigh_by_the_root_of_their_rows() -> None:
    weights = account_weights(np.array(["a"] * 9 + ["b"]))
    assert weights.mean() == pytest.approx(1)
    assert weights[9] / weights[0] == pytest.approx(3)


def test_the_typical_row_is_the_median_of_good_rows() -> None:
    rows = _rows(500)
    typical = typical_row(rows)
    good = rows.vectors.x[rows.abusive == 0]
    np.testing.assert_allclose(typical, np.nanmedian(good, axis=0))


def test_slim_text_answers_as_the_full_one_and_loads_everywhere() -> None:
    rows = _rows(4000)
    train = Dataset(rows.vectors.x, rows.abusive, feature_name=list(NAMES))
    options = {"objective": "binary", "verbosity": -1, "monotone_constraints": [1, 0, 0]}
    full = lightgbm.train(options, train, 40).model_to_string()
    short = slim(full)
    assert len(short) < 0.7 * len(full)
    x = rows.vectors.x
    np.testing.assert_allclose(Trees(short).margins(x), Trees(full).margins(x), atol=1e-3)
    by_package = lightgbm.Booster(model_str=short).predict(x, raw_score=True)
    np.testing.assert_array_equal(Trees(short).margins(x), by_package)
    contributions = Trees(short).contributions(x[:50])
    np.testing.assert_allclose(contributions.sum(axis=1), Trees(short).margins(x[:50]), atol=1e-6)
