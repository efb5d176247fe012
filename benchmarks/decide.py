"""One decision without input and output: trees, policy, reasons, each beside its peer.

Peer: the lightgbm package's own `Booster.predict` on the same model and row. The models are fitted
here on made-up rows of the shipped catalogue's width, 200 trees of 31 leaves, at most 6 deep.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime

import lightgbm
import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from features.catalogue import Array, Catalogue, load_catalogue
from features.records import Stream, Subject
from models.bundle import Bundle, HeadSpec, bundle_files
from models.calibration import Calibration
from models.decide import Context, Question, decide
from models.decision import SubjectRef
from models.heads import all_heads
from models.policy import default_policy_text, load_policy

SETTINGS = {
    "objective": "binary",
    "num_leaves": 31,
    "max_depth": 6,
    "learning_rate": 0.05,
    "verbose": -1,
    "num_threads": 1,
}


def microseconds(call: Callable[[], object], seconds: float) -> float:
    """Return the median time of a call over repeated short runs."""
    call()
    times = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 5:
        started = time.perf_counter()
        for _ in range(20):
            call()
        times.append((time.perf_counter() - started) / 20)
    return 1e6 * float(np.median(times))


def run(quick: bool = False) -> None:
    """Print microseconds of each step."""
    seconds = 0.2 if quick else 1.5
    catalogue = load_catalogue()
    boosters = {subject: _fitted(catalogue, subject, 50 if quick else 200) for subject in Subject}
    bundle = _bundle(catalogue, boosters)
    policy = load_policy(default_policy_text(), catalogue)
    subject = Subject.CAMPAIGN
    names = catalogue.names(subject)
    calm, risky = _extremes(bundle, subject, names)
    booster, trees = boosters[subject], bundle.heads["campaign.risk"].trees
    frame = pd.DataFrame([calm], columns=list(names))
    questions = {"calm": _question(names, calm), "risky": _question(names, risky)}
    actions = {name: decide(q, bundle, policy).action for name, q in questions.items()}
    steps: dict[str, Callable[[], object]] = {
        "one model, our single-row path": lambda: trees.margin(calm),
        "one model, lightgbm package, NumPy row": lambda: booster.predict(
            calm[None], num_threads=1
        ),
        "one model, lightgbm package, pandas row": lambda: booster.predict(frame, num_threads=1),
        "one model, exact TreeSHAP": lambda: trees.contributions(calm[None]),
        "eight heads, calibrated (Bundle.score)": lambda: bundle.score(subject, calm),
        "reasons (Bundle.explain)": lambda: bundle.explain(subject, risky),
        f"decide, answer {actions['calm']}": lambda: decide(questions["calm"], bundle, policy),
        f"decide, answer {actions['risky']}": lambda: decide(questions["risky"], bundle, policy),
    }
    table = Table("step", "µs", title=f"{len(names)} features, {trees.n_trees} trees")
    for name, call in steps.items():
        table.add_row(name, f"{microseconds(call, seconds):,.0f}")
    Console().print(table)


def _fitted(catalogue: Catalogue, subject: Subject, rounds: int) -> lightgbm.Booster:
    names = list(catalogue.names(subject))
    rows = np.random.default_rng(0).normal(size=(4_000, len(names)))
    signal = rows[:, :12].sum(axis=1) + 2 * np.random.default_rng(1).normal(size=len(rows))
    data = lightgbm.Dataset(rows, signal > 4, feature_name=names)
    return lightgbm.train(SETTINGS, data, rounds)


def _bundle(catalogue: Catalogue, boosters: dict[Subject, lightgbm.Booster]) -> Bundle:
    probability, rate = Calibration.platt(1.0, 0.0), Calibration((-5.0, 5.0), (0.0, 0.004))
    heads = {
        name: HeadSpec(
            boosters[subject].model_to_string(),
            probability if name.endswith((".risk", ".malice")) else rate,
        )
        for subject, name in all_heads()
    }
    typical = {subject: np.zeros(len(catalogue.names(subject))) for subject in Subject}
    return Bundle.from_files(bundle_files(heads, catalogue, typical, {}), catalogue)


def _extremes(bundle: Bundle, subject: Subject, names: tuple[str, ...]) -> tuple[Array, Array]:
    """Return the rows of least and greatest risk out of some, with no rate over a limit."""
    rows = np.random.default_rng(2).normal(size=(2_000, len(names)))
    rows[:, ["_lower_" in name for name in names]] = 0.0
    risks = bundle.score_many(subject, rows).risk
    return rows[risks.argmin()], rows[risks.argmax()]


def _question(names: tuple[str, ...], row: Array) -> Question:
    return Question(
        decision_id="d",
        subject=SubjectRef(type=Subject.CAMPAIGN, id="c"),
        account_id="a",
        as_of=datetime(2026, 11, 23, tzinfo=UTC),
        names=names,
        row=row,
        context=Context(Stream.BROADCAST, 5_000, True, None, 400.0),
    )
