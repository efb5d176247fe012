"""Abusers who imitate better are harder to tell apart, by any simple measure."""

import numpy as np
import numpy.typing as npt

from training.simulate import SimulationConfig
from training.simulate.lists import ListMaker
from training.simulate.persona import Side
from training.simulate.plan import Planner
from training.simulate.senders import deal
from training.simulate.signup import account_record
from training.simulate.truth import list_truth
from training.simulate.universe import build_universe


def _auc(score: npt.NDArray[np.float64], bad: npt.NDArray[np.bool_]) -> float:
    order = np.argsort(score, kind="stable")
    rank = np.empty(len(score))
    rank[order] = np.arange(1, len(score) + 1)
    n = int(bad.sum())
    return float((rank[bad].sum() - n * (n + 1) / 2) / (n * (len(bad) - n)))


def _signup_auc(difficulty: float) -> float:
    config = SimulationConfig(accounts=3_000, abusive_share=0.3, difficulty=difficulty, seed=3)
    senders = deal(config)
    score = np.array(
        [
            s.traits.anonymised + s.traits.abroad - s.traits.prior
            - 0.1 * np.log(s.traits.domain_age_days.median) + s.traits.free_mail
            for s in senders
        ]
    )  # fmt: skip
    noise = np.random.default_rng(1).normal(0, 0.3, len(score))
    return _auc(score + noise, np.array([s.persona.side is Side.ABUSIVE for s in senders]))


def test_sign_up_facts_separate_less_when_it_is_harder() -> None:
    easy, hard = _signup_auc(0.05), _signup_auc(0.95)
    assert easy > 0.75
    assert hard < easy - 0.1


def _dead_of_abusers(difficulty: float) -> float:
    config = SimulationConfig(accounts=250, days=30, abusive_share=0.9, difficulty=difficulty)
    universe, planner = build_universe(config), Planner(config)
    maker = ListMaker(config, universe)
    shares = []
    for sender in deal(config):
        for planned in planner.plan(sender).lists[-1:]:
            if sender.persona.side is Side.ABUSIVE:
                rng = config.generator(99, sender.number)
                rows = maker.make(
                    rng, planned.origin, planned.rows, sender.region, planned.at_s, planned.washed
                )
                shares.append(list_truth(sender, "l", rows, planned, universe)["would_bounce"])
    return float(np.mean(shares))


def test_lists_of_abusers_are_cleaner_when_it_is_harder() -> None:
    assert _dead_of_abusers(0.95) < 0.75 * _dead_of_abusers(0.05)


def test_a_taken_over_account_declares_what_its_owner_did() -> None:
    """The stranger's volume must not show in facts of sign-up, long before."""
    config = SimulationConfig(accounts=1_500, abusive_share=0.5, seed=4)
    volumes: dict[bool, list[float]] = {True: [], False: []}
    for sender in deal(config):
        said = account_record(config, sender).get("declared", {}).get("monthly_volume")
        if said and (sender.host is not sender.persona or sender.persona.side is Side.GOOD):
            volumes[sender.host is not sender.persona].append(np.log(said))
    assert len(volumes[True]) > 20
    assert abs(np.median(volumes[True]) - np.median(volumes[False])) < 0.7
