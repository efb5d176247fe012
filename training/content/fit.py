"""Fits the text model: terms that several sources share, groups of mail weighed alike.

A term gets a weight only when it is frequent enough and at least two sources of the side that it
speaks for hold it: what one corpus alone says is its topic, its style or its list's footer. Words
of like meaning share part of their weight (`word_vectors`), also across languages.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, diags, hstack
from sklearn.linear_model import LogisticRegression

from features.content.signs import DIRECTIONS, PREFIX
from features.content.terms import is_word
from models.content import TextModel, key_of
from training.content.corpora import Kind
from training.content.logistic import Problem, fit_logistic
from training.content.matrix import Mask, Terms
from training.content.word_vectors import WordVectors

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class FitSettings:
    """How the text model is fitted; chosen by leave-one-corpus-out on the training corpora.

    Words that half of the groups hold in over `most_share` of their mail (the, you) weigh nothing:
    they tell style. `penalty` holds each term's own weight down, `meaning_penalty` what words share by
    meaning, `offset_penalty` the offset of a corpus: the higher, the more corpora speak against each
    other and not within themselves. `spare` and `power` form the length norm `(terms + spare) ** power`; `light` weighs groups of a
    corpus down; `prior` is the share of unwanted mail that probabilities are calibrated to.
    """

    least_count: int = 12
    least_sources: int = 2
    most_share: float = 0.7
    penalty: float = 5e-6
    meaning_penalty: float = 1e-4
    offset_penalty: float = 1e-4
    spare: float = 30.0
    power: float = 0.5
    light: tuple[tuple[str, float], ...] = (("princeton_political", 0.5),)
    prior: float = 0.1
    most_terms: int = 120_000
    least_words: int = 10
    least_known: int = 8
    least_known_share: float = 0.5


@dataclass(frozen=True)
class Head:
    """Weights of one question over all terms `(n_terms,)`, which terms it saw enough of, and the
    weights `(n_dimensions,)` of what words mean, for words beyond the corpora.
    """

    weights: Floats
    seen: Mask
    meaning: Floats


def group_weights(groups: npt.NDArray[np.str_], answer: Mask, light: dict[str, float]) -> Floats:
    """Return row weights `(n,)`: both answers weigh half, their groups alike within them."""
    weights = np.zeros(len(groups))
    for side in (True, False):
        names, places = np.unique(groups[answer == side], return_inverse=True)
        share = np.array([light.get(name.partition("/")[0], 1.0) for name in names])
        each = share / share.sum() / np.bincount(places, minlength=len(names))
        weights[answer == side] = each[places]
    return weights * len(groups) / 2


def values_of(terms: Terms, settings: FitSettings) -> csr_matrix:
    """Return the matrix of term values, presence over the length norm."""
    return csr_matrix(diags(1 / norm_of(terms.lengths, settings)) @ terms.presence)


def norm_of(lengths: Floats, settings: FitSettings) -> Floats:
    """Return the length norm of messages of so many terms, `(n,)`."""
    return (lengths + settings.spare) ** settings.power


def fit_head(
    terms: Terms,
    values: csr_matrix,
    rows: Mask,
    answer: Mask,
    settings: FitSettings,
    vectors: WordVectors,
) -> Head:
    """Fit one yes-or-no question on some rows; `answer` is `(n,)` over all rows."""
    yes, no = _sources(terms, rows & answer), _sources(terms, rows & ~answer)
    signs = np.array([term.startswith(PREFIX) for term in terms.terms])
    counts = np.asarray(terms.presence[rows].sum(axis=0)).ravel()
    enough = (np.maximum(yes, no) >= settings.least_sources) | signs
    seen = (counts >= settings.least_count) & enough
    columns = np.flatnonzero(seen & (_typical_share(terms, rows) <= settings.most_share))
    scale = _typical(values[rows])
    meanings = terms.meanings(vectors)
    own, shared = values[rows][:, columns] / scale, csr_matrix((values @ meanings)[rows] / scale)
    found = fit_logistic(
        Problem(
            rows=csr_matrix(hstack([own, shared])),
            answer=answer[rows],
            weights=group_weights(terms.group[rows], answer[rows], dict(settings.light)),
            corpus=np.unique(terms.corpus[rows], return_inverse=True)[1],
            penalty=np.repeat(
                [settings.penalty, settings.meaning_penalty], [len(columns), shared.shape[1]]
            ),
            direction=_directions(terms, columns, shared.shape[1]),
        ),
        settings.offset_penalty,
    )
    fitted = np.zeros(len(terms.terms))
    fitted[columns] = found[: len(columns)] / scale
    fitted[(np.where(fitted > 0, yes, no) < settings.least_sources) & ~signs] = 0.0
    meaning = found[len(columns) :] / scale
    return Head(fitted + meanings @ meaning, seen, meaning)


def _directions(
    terms: Terms, columns: npt.NDArray[np.intp], n_dimensions: int
) -> npt.NDArray[np.int8]:
    held = [DIRECTIONS.get(terms.terms[i], 0) for i in columns]
    return np.array([*held, *[0] * n_dimensions], dtype=np.int8)


def _typical(values: csr_matrix) -> float:
    """Return the root mean square row norm: rows near length 1 keep the penalty's meaning."""
    return float(np.sqrt(values.multiply(values).sum(axis=1).mean()))


def _typical_share(terms: Terms, rows: Mask) -> Floats:
    """Return the median over groups of the share of mail that holds each term, `(n_terms,)`."""
    groups = np.unique(terms.group[rows])
    means = [terms.presence[rows & (terms.group == group)].mean(axis=0) for group in groups]
    return np.asarray(np.median(np.vstack([np.asarray(m) for m in means]), axis=0), np.float64)


def _sources(terms: Terms, rows: Mask) -> npt.NDArray[np.int64]:
    """Return in how many groups of the rows each term occurs at least twice, `(n_terms,)`."""
    sources = np.zeros(len(terms.terms), dtype=np.int64)
    for group in np.unique(terms.group[rows]):
        found = terms.presence[rows & (terms.group == group)].sum(axis=0)
        sources += np.asarray(found).ravel() >= 2
    return sources


def scores(values: csr_matrix, head: Head) -> Floats:
    """Return each row's raw score `(n,)`, intercept left out: no known words is a score of 0."""
    result: Floats = np.asarray(values @ head.weights, dtype=np.float64).ravel()
    return result


def calibrate(raw: Floats, answer: Mask, weights: Floats, prior: float) -> Floats:
    """Return slope and intercept `(2,)` that make raw scores log-odds at a prior (Platt 1999)."""
    model = LogisticRegression(C=1e6)
    model.fit(raw[:, None], answer, sample_weight=weights)
    shift = np.log(prior / (1 - prior))
    return np.array([float(model.coef_[0, 0]), float(model.intercept_[0]) + shift])


def build(
    terms: Terms,
    unwanted: Head,
    malice: Head,
    calibration: Floats,
    settings: FitSettings,
    vectors: WordVectors,
) -> TextModel:
    """Quantise both heads to int8 and key the terms; the strongest terms are kept.

    Words are kept even where they weigh nothing: they tell what is readable.
    """
    held = set(terms.terms)
    beyond = [word for word in vectors.words if word not in held]
    names = [*terms.terms, *beyond]
    both = np.stack([_weights(head, beyond, vectors) for head in (unwanted, malice)], axis=1)
    scale = np.abs(both).max(axis=0) / 127
    steps = np.rint(both / np.where(scale > 0, scale, 1)).astype(np.int8)
    known = np.concatenate([unwanted.seen, np.ones(len(beyond), dtype=np.bool_)])
    word = np.array([is_word(name) for name in names])
    worth = np.abs(steps.astype(np.int16)).max(axis=1) + word * known
    kept = np.argsort(-worth, kind="stable")[: settings.most_terms]
    kept = kept[worth[kept] > 0]
    return _model([names[i] for i in kept], steps[kept], scale, calibration, settings)


def _weights(head: Head, beyond: Sequence[str], vectors: WordVectors) -> Floats:
    return np.concatenate([head.weights, vectors.of_terms(beyond) @ head.meaning])


def _model(
    kept: Sequence[str],
    steps: npt.NDArray[np.int8],
    scale: Floats,
    calibration: Floats,
    settings: FitSettings,
) -> TextModel:
    keys, first = np.unique(np.array([key_of(t) for t in kept], np.uint32), return_index=True)
    abstain = [settings.least_words, settings.least_known, settings.least_known_share]
    return TextModel(
        keys=keys,
        weights=steps[first],
        scale=scale.astype(np.float64),
        calibration=calibration,
        norm=np.array([settings.spare, settings.power]),
        abstain=np.array(abstain, dtype=np.float64),
    )


def malicious(terms: Terms) -> Mask:
    """Return which rows are malicious: labelled so, or unsolicited mail that asks for credentials."""
    asks = ("content_credential_asks", "content_payment_asks", "content_lookalike_domains")
    numbers = [e.analysis.numbers for e in terms.examples]
    weak = np.array([sum(n[ask] for ask in asks) >= 2 for n in numbers])
    labelled: Mask = terms.kind == Kind.MALICIOUS.value
    answer: Mask = labelled | (terms.unwanted & weak)
    return answer
