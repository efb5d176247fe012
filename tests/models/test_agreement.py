"""Agreement beyond chance: published examples, scikit-learn's kappa, intervals that cover."""

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from models.agreement import agreement, alphas, counted


@pytest.mark.parametrize(
    ("first", "second", "alpha"),
    [
        # Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), examples A and B.
        ("0100000010", "1110010000", 0.095),
        ("aabbdcccedda", "babbbccceddd", 0.692),
    ],
)
def test_alpha_is_that_of_the_published_examples(first: str, second: str, alpha: float) -> None:
    found = agreement(list(zip(first, second, strict=True)))
    assert found.alpha == pytest.approx(alpha, abs=5e-4)
    assert found.pairs == len(first)


def test_with_like_margins_and_many_cases_it_is_cohens_kappa() -> None:
    rng = np.random.default_rng(5)
    truth = rng.choice(["abusive", "careless", "legitimate"], 20_000, p=[0.2, 0.3, 0.5])
    noise = rng.choice(["abusive", "careless", "legitimate"], (2, 20_000))
    said = np.where(rng.random((2, 20_000)) < 0.8, truth, noise)
    found = agreement(list(zip(said[0].tolist(), said[1].tolist(), strict=True)))
    assert found.alpha == pytest.approx(cohen_kappa_score(said[0], said[1]), abs=1e-3)
    assert found.agreed == int((said[0] == said[1]).sum())


def test_ninety_in_a_hundred_intervals_hold_the_true_alpha() -> None:
    table = np.array([[30.0, 6, 4], [6, 60, 4], [4, 4, 82]])
    share = table / table.sum()
    true = float(alphas(share[None] * 1e9)[0])
    rng, held = np.random.default_rng(1), 0
    names = ["a", "b", "c"]
    for _ in range(200):
        drawn = rng.choice(9, 120, p=share.ravel())
        found = agreement([(names[i // 3], names[i % 3]) for i in drawn])
        assert found.alpha_low is not None
        assert found.alpha_high is not None
        held += found.alpha_low <= true <= found.alpha_high
    assert 168 <= held <= 194


def test_where_chance_cannot_be_told_nothing_is_claimed() -> None:
    nothing = agreement([])
    assert (nothing.share, nothing.alpha) == (None, None)
    always = agreement([("a", "a")] * 30)
    assert (always.share, always.high, always.alpha) == (1.0, 1.0, None)
    assert always.low == pytest.approx(0.05 ** (1 / 30), abs=0.01)
    opposite = agreement([("a", "b"), ("b", "a")] * 20)
    assert opposite.alpha is not None
    assert opposite.alpha < -0.9


def test_pairs_are_counted_first_by_second() -> None:
    assert counted([("b", "a"), ("b", "a"), ("a", "a")]).tolist() == [[1.0, 0.0], [2.0, 0.0]]
