"""Teaches a text model a platform's own mail: the shipped weights are the prior, its labels the evidence."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, minimize

from features.content import Analysis
from features.content.signs import DIRECTIONS
from features.content.terms import checks_of
from models.content import TextModel, look_up
from training.content.corpora import Kind
from training.content.scored_mail import Floats, Keys, ScoredMail, keys_of

Mask = npt.NDArray[np.bool_]
_STEPS: Final = 127
_ITERATIONS: Final = 200


@dataclass(frozen=True)
class Taught:
    """A labelled message of the platform."""

    analysis: Analysis
    kind: Kind


@dataclass(frozen=True)
class AdaptSettings:
    """How far own mail moves the weights; chosen by `python -m benchmarks content_adapt`.

    The prior of a term's change is a normal distribution: `spread` times the root mean square of the
    shipped weights wide for a term that common mail never holds, and narrower by the root of
    `1 + commonness * share` for one that a share of it holds. So own names and phrases move, and
    "you, click, here", by which abuse is told as well, hardly do. Words that the model does not know
    get a weight when `least_mails` of one side hold them. Mails of one platform are much alike, so a
    side counts as `most_mails` at most. The model's probabilities are calibrated to `prior`; own mail
    is learnt at even odds.
    """

    spread: float = 32.0
    commonness: float = 25_600.0
    least_mails: int = 2
    most_mails: float = 50.0
    prior: float = 0.05


CHOSEN: Final = AdaptSettings()


@dataclass(frozen=True)
class CommonTerms:
    """What share of common mail holds each term: `keys` (k,) ascending, `shares` (k,)."""

    keys: Keys
    shares: Floats

    @classmethod
    def of(cls, mails: Sequence[Analysis]) -> "CommonTerms":
        """Count the terms of common mail."""
        found = [np.unique(mail.message_terms.checks) for mail in mails]
        every = np.concatenate([np.empty(0, np.uint32), *found])
        keys, counts = np.unique(every, return_counts=True)
        return cls(keys, counts / max(len(mails), 1))

    def shares_of(self, keys: Keys) -> Floats:
        """Return the share of common mail that holds each term `(n,)`, zero for unknown ones."""
        shares = np.zeros(len(keys))
        place, known = look_up(self.keys, keys)
        shares[known] = self.shares[place[known]]
        return shares


def judged_by(model: TextModel, taught: Sequence[Taught]) -> list[Taught]:
    """Return the mail that the model can judge: of the rest it learns nothing."""
    return [mail for mail in taught if model.judge(mail.analysis).judged]


def adapt(
    model: TextModel,
    taught: Sequence[Taught],
    common: CommonTerms,
    settings: AdaptSettings = CHOSEN,
) -> TextModel:
    """Return the model with weights moved by own mail; calibration, norm and scale stay.

    Logistic regression (maximum a posteriori) on the score that the model gives. Only terms that the
    mail holds change. Whether mail is malicious or unsolicited is learnt where both are given, whether
    it is wanted from one side alone, too. Mail that the model cannot judge is left out.
    """
    mails = judged_by(model, taught)
    kinds = np.array([mail.kind.value for mail in mails], dtype=np.str_)
    unwanted, malicious = kinds != Kind.WANTED.value, kinds == Kind.MALICIOUS.value
    analyses = [mail.analysis for mail in mails]
    odds = np.log(settings.prior / (1 - settings.prior))
    moved = _moved(model, 0, analyses, unwanted, odds, common, settings)
    bad = [analyses[i] for i in np.flatnonzero(unwanted)]
    answer = malicious[unwanted]
    if 0 < answer.sum() < len(answer):
        moved = _moved(moved, 1, bad, answer, 0.0, common, settings)
    return moved


def _moved(
    model: TextModel,
    head: int,
    mails: Sequence[Analysis],
    answer: Mask,
    odds: float,
    common: CommonTerms,
    settings: AdaptSettings,
) -> TextModel:
    """Return the model with the weights of one head moved; `odds` are taken off its log-odds."""
    if not mails:
        return model
    found = keys_of(mails)
    rows = ScoredMail.of(model, mails, found)
    known = look_up(model.keys, found)[1]
    often = np.maximum(rows.held(answer), rows.held(~answer)) >= settings.least_mails
    keys = found[known | often]
    rows = ScoredMail.of(model, mails, keys)
    start = weights_of(model, keys, head)
    slope, intercept = model.calibration[head]
    used = weights_of(model, model.keys, head)
    typical = float(np.sqrt(np.mean(used**2))) if len(used) else 0.0
    width = settings.spread * (typical or 1.0)
    loss = _Loss(
        rows,
        start,
        np.where(answer, 1.0, -1.0),
        _evidence(answer, settings.most_mails),
        (1 + settings.commonness * common.shares_of(keys)) / width**2,
        float(slope),
        float(intercept - odds),
    )
    return _with_weights(model, head, keys, start + _least(loss))


def _evidence(answer: Mask, most: float) -> Floats:
    """Return what each message counts `(n,)`: 1, or less when its side has more than `most`."""
    sides = np.array([np.count_nonzero(~answer), np.count_nonzero(answer)])
    each = np.minimum(1.0, most / np.maximum(sides, 1))
    found: Floats = each[answer.astype(np.intp)]
    return found


@dataclass(frozen=True)
class _Loss:
    """The log-loss of own mail and the log of the prior, by the change of each weight `(k,)`."""

    rows: ScoredMail
    start: Floats
    sign: Floats
    evidence: Floats
    penalty: Floats
    slope: float
    intercept: float

    def __call__(self, change: Floats) -> tuple[float, Floats]:
        rows = self.rows
        scores, shares = rows.pool(self.start + change)
        margin = self.sign * (self.slope * scores + self.intercept)
        pull = -self.sign * self.evidence * self.slope / (1 + np.exp(np.clip(margin, -50, 50)))
        value = self.evidence @ np.logaddexp(0, -margin) + self.penalty @ change**2 / 2
        slope = rows.share * np.asarray(rows.whole.T @ pull)
        slope += np.asarray(rows.blocks.T @ rows.pieces.pulled(pull, shares))
        return float(value), slope + self.penalty * change


def _least(loss: _Loss) -> Floats:
    """Return the change `(k,)` of least loss that leaves no sign speaking for the wrong side."""
    ways = dict(zip(checks_of(list(DIRECTIONS)).tolist(), DIRECTIONS.values(), strict=True))
    way = np.array([ways.get(key, 0) for key in loss.rows.keys.tolist()])
    # In widths of the prior all terms are alike, which the search needs.
    width = 1 / np.sqrt(loss.penalty)
    low = np.where(way > 0, np.minimum(-loss.start, 0.0), -np.inf) / width
    high = np.where(way < 0, np.maximum(-loss.start, 0.0), np.inf) / width

    def scaled(change: Floats) -> tuple[float, Floats]:
        value, slope = loss(change * width)
        return value, slope * width

    found = minimize(
        scaled,
        np.zeros(len(way)),
        jac=True,
        method="L-BFGS-B",
        bounds=Bounds(low, high),
        options={"maxiter": _ITERATIONS, "ftol": 1e-9},
    )
    change: Floats = found.x * width
    return change


def weights_of(model: TextModel, keys: Keys, head: int) -> Floats:
    """Return a head's weights of some terms `(n,)`, zero for those that the model does not know."""
    weights = np.zeros(len(keys))
    place, known = look_up(model.keys, keys)
    weights[known] = model.weights[place[known], head] * model.scale[head]
    return weights


def _with_weights(model: TextModel, head: int, keys: Keys, weights: Floats) -> TextModel:
    """Return the model with a head's weights of some terms `(n,)` replaced, rounded to its steps."""
    scale = float(model.scale[head]) or 1.0
    steps = np.clip(np.rint(weights / scale), -_STEPS, _STEPS).astype(np.int8)
    new = ~look_up(model.keys, keys)[1] & (steps != 0)
    every = np.concatenate([model.keys, keys[new]])
    both = np.concatenate([model.weights, np.zeros((int(new.sum()), 2), np.int8)])
    order = np.argsort(every, kind="stable")
    every, both = every[order], both[order]
    place, known = look_up(every, keys)
    both[place[known], head] = steps[known]
    return replace(model, keys=every, weights=both)
