"""Fits the text model: terms that several sources share, groups of mail weighed alike.

A term gets a weight only when it is frequent enough and at least two sources of the side that it
speaks for hold it: what one corpus alone says is its topic, its style or its list's footer. Words
alike in meaning or letters share part of their weight (`likeness`), also across languages.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed
from scipy.sparse import csr_matrix, diags, vstack
from sklearn.linear_model import LogisticRegression

from features.content import Analysis
from features.content.signs import DIRECTIONS, PREFIX
from features.content.terms import checks_of, words_among
from models.content import TextModel
from training.content.corpora import ALL_BULK, Kind
from training.content.likeness import Likeness
from training.content.logistic import Design, Problem, fit_logistic
from training.content.matrix import Blocks, Mask, Terms
from training.content.pooling import Pieces

Floats = npt.NDArray[np.float64]
_SEED = 1
# Of the rows, how many are taken a second time with wanted text added; of its terms, how many are new.
_TAKEN = 0.6
_NEW = 0.9


@dataclass(frozen=True)
class FitSettings:
    """How the text model is fitted; chosen by leave-one-corpus-out on the training corpora.

    Words that half of the groups hold in over `most_share` of their mail (the, you) weigh nothing:
    they tell style. `penalty` holds each term's own weight down, `likeness_penalty` what like words
    share, `offset_penalty` the offset of a corpus: the higher, the more corpora speak against each
    other and not within themselves. `spare` and `power` form the length norm `(terms + spare) ** power`; `light` weighs groups of a
    corpus down; `prior` is the share of unwanted mail that probabilities are calibrated to.

    Rows that hold `mixed` of the weight are mail with a block of other, wanted mail added, under their
    own answer: innocent text around a message then proves little. Of all terms, `dropped` are taken out
    at random in a fit: no term may lean on another's company. Weights are the mean of `fits`, each with
    other terms taken out. A message is scored by its blocks
    of `block_words` words, pooled (`pooling.Pieces`, `warmth`), and `whole_share` times as a whole; it
    is fitted on the same score, on `most_of_a_group` rows of each group (groups weigh alike anyway).
    Few `iterations` hold weights down as a penalty does.
    """

    least_count: int = 12
    least_sources: int = 2
    most_share: float = 0.7
    penalty: float = 1e-6
    likeness_penalty: float = 1e-4
    offset_penalty: float = 1e-3
    mixed: float = 0.5
    block_words: int = 50
    warmth: float = 2.5
    whole_share: float = 0.7
    dropped: float = 0.3
    fits: int = 4
    iterations: int = 80
    most_of_a_group: int = 4_500
    spare: float = 30.0
    power: float = 0.5
    light: tuple[tuple[str, float], ...] = (
        ("princeton_political", 0.5),
        ("written", 0.2),
    )
    prior: float = 0.05
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
    shared: Floats


def group_weights(groups: npt.NDArray[np.str_], answer: Mask, light: dict[str, float]) -> Floats:
    """Return row weights `(n,)`: both answers weigh half, their groups alike within them."""
    weights = np.zeros(len(groups))
    for side in (True, False):
        names, places = np.unique(groups[answer == side], return_inverse=True)
        share = np.array([light.get(name.partition("/")[0], 1.0) for name in names])
        each = share / share.sum() / np.bincount(places, minlength=len(names))
        weights[answer == side] = each[places]
    return weights * len(groups) / 2


def norm_of(lengths: Floats, settings: FitSettings) -> Floats:
    """Return the length norm of messages of so many terms, `(n,)`."""
    return (lengths + settings.spare) ** settings.power


@dataclass(frozen=True)
class _Rows:
    """What is fitted on: rows `(n, n_terms)` of presence over the length norm, their blocks in the same
    form, and what is known of them.
    """

    values: csr_matrix
    block_values: csr_matrix
    pieces: Pieces
    answer: Mask
    weights: Floats
    corpus: npt.NDArray[np.intp]


def fit_head(
    terms: Terms, rows: Mask, answer: Mask, settings: FitSettings, likeness: Likeness
) -> Head:
    """Fit one yes-or-no question on some rows; `answer` is `(n,)` over all rows."""
    yes, no = _sources(terms, rows & answer), _sources(terms, rows & ~answer)
    signs = np.array([term.startswith(PREFIX) for term in terms.terms])
    counts = np.asarray(terms.presence[rows].sum(axis=0)).ravel()
    enough = (np.maximum(yes, no) >= settings.least_sources) | signs
    seen = (counts >= settings.least_count) & enough
    columns = np.flatnonzero(seen & (_typical_share(terms, rows) <= settings.most_share))
    vectors = terms.vectors(likeness)
    drawn = rows & (terms.rank < settings.most_of_a_group)
    found, scale = _fitted(_rows(terms, drawn, answer, settings), terms, columns, vectors, settings)
    fitted = np.zeros(len(terms.terms))
    fitted[columns] = found[: len(columns)] / scale
    fitted[(np.where(fitted > 0, yes, no) < settings.least_sources) & ~signs] = 0.0
    shared = found[len(columns) :] / scale
    return Head(fitted + vectors @ shared, seen, shared)


def _fitted(
    rows: _Rows,
    terms: Terms,
    columns: npt.NDArray[np.intp],
    vectors: npt.NDArray[np.float32],
    settings: FitSettings,
) -> tuple[Floats, float]:
    """Return the weights of the columns and of the dimensions of likeness, and what both are scaled by."""
    scale, n_dimensions = _typical(rows.block_values), vectors.shape[1]
    penalty = np.repeat([settings.penalty, settings.likeness_penalty], [len(columns), n_dimensions])
    direction = _directions(terms, columns, n_dimensions)

    def design(values: csr_matrix) -> Design:
        return Design(csr_matrix(values[:, columns] / scale), (values @ vectors) / scale)

    def fitted(seed: int) -> Floats:
        thin = _thinned(rows, settings.dropped, seed)
        problem = Problem(
            rows=design(thin.values),
            piece_values=design(thin.block_values),
            pieces=rows.pieces,
            whole_share=settings.whole_share,
            answer=rows.answer,
            weights=rows.weights,
            corpus=rows.corpus,
            penalty=penalty,
            direction=direction,
        )
        return fit_logistic(problem, settings.offset_penalty, settings.iterations)

    found = Parallel(n_jobs=-1)(delayed(fitted)(seed) for seed in range(settings.fits))
    return np.mean(found, axis=0), scale


def _rows(terms: Terms, rows: Mask, answer: Mask, settings: FitSettings) -> _Rows:
    """Return the rows as they are and, once more, some of them with wanted text added."""
    weights = group_weights(terms.group[rows], answer[rows], dict(settings.light))
    corpus = np.unique(terms.corpus[rows], return_inverse=True)[1]
    blocks = terms.blocks(settings.block_words)
    held = np.flatnonzero(rows[blocks.owner])
    owner = (np.cumsum(rows) - 1)[blocks.owner[held]]
    plain = _Rows(
        _normed(terms.presence[rows], terms.lengths[rows], settings),
        _normed(blocks.whole(held), blocks.sizes[held], settings),
        Pieces.single(owner, settings.warmth),
        answer[rows],
        weights,
        corpus,
    )
    # What people write: words of offers and appeals speak for neither side anyway.
    letters = rows & ~terms.unwanted & ~terms.of_corpora(ALL_BULK)
    pool = np.flatnonzero(letters[blocks.owner])
    if not settings.mixed or not len(pool):
        return plain
    rng = np.random.default_rng(_SEED)
    taken = np.flatnonzero(rng.random(len(weights)) < _TAKEN)
    added = rng.choice(pool, len(taken), p=_alike(terms.corpus[blocks.owner[pool]]))
    both = terms.presence[rows][taken] + blocks.presence[added]
    both.data[:] = 1.0
    lengths = terms.lengths[rows][taken] + _NEW * blocks.lengths[added]
    block = _normed(blocks.presence[added], blocks.lengths[added], settings)
    return _Rows(
        values=csr_matrix(vstack([plain.values, _normed(both, lengths, settings)])),
        block_values=csr_matrix(vstack([plain.block_values, block])),
        pieces=plain.pieces.again(taken),
        answer=np.concatenate([plain.answer, plain.answer[taken]]),
        weights=np.concatenate(
            [weights * (1 - settings.mixed), weights[taken] * settings.mixed / _TAKEN]
        ),
        corpus=np.concatenate([corpus, corpus[taken]]),
    )


def _thinned(rows: _Rows, dropped: float, seed: int) -> _Rows:
    """Return the rows without a share of what they hold, the rest stronger by so much.

    Globerson and Roweis (2006): weights fitted on what may be missing are spread over more terms.
    """
    rng = np.random.default_rng([_SEED, seed])

    def thinned(values: csr_matrix) -> csr_matrix:
        found = csr_matrix(values, copy=True)
        found.data *= (rng.random(found.nnz) >= dropped) / np.sqrt(1 - dropped)
        found.eliminate_zeros()
        return found

    return replace(rows, values=thinned(rows.values), block_values=thinned(rows.block_values))


def _alike(corpora: npt.NDArray[np.str_]) -> Floats:
    """Return chances by which every corpus is drawn alike often."""
    _, places, counts = np.unique(corpora, return_inverse=True, return_counts=True)
    chances: Floats = 1 / counts[places] / len(counts)
    return chances


def _normed(presence: csr_matrix, lengths: Floats, settings: FitSettings) -> csr_matrix:
    return csr_matrix(diags(1 / norm_of(lengths, settings)) @ presence)


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


def scores(terms: Terms, head: Head, settings: FitSettings) -> Floats:
    """Return each row's raw score `(n,)`, intercept left out: no known words is a score of 0."""
    blocks = terms.blocks(settings.block_words)
    return _scores(terms.presence, terms.lengths, blocks, head, settings)


def scores_of(found: Sequence[Analysis], terms: Terms, head: Head, settings: FitSettings) -> Floats:
    """Return the raw scores of messages that are not among the examples."""
    lengths = np.array([len(analysis.terms) for analysis in found], dtype=np.float64)
    blocks = terms.blocks_of(found, settings.block_words)
    return _scores(terms.presence_of(found), lengths, blocks, head, settings)


def _scores(
    presence: csr_matrix, lengths: Floats, blocks: Blocks, head: Head, settings: FitSettings
) -> Floats:
    whole = np.asarray(presence @ head.weights) / norm_of(lengths, settings)
    parts = blocks.scores(head.weights, lambda terms: norm_of(terms, settings))
    pooled, _ = Pieces.single(blocks.owner, settings.warmth).pool(parts)
    result: Floats = settings.whole_share * whole + pooled
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
    likeness: Likeness,
) -> TextModel:
    """Quantise both heads to int8 and key the terms; the strongest terms are kept.

    Words are kept even where they weigh nothing: they tell what is readable.
    """
    held = set(terms.terms)
    beyond = [word for word in likeness.words if word not in held]
    names = [*terms.terms, *beyond]
    both = np.stack([_weights(head, beyond, likeness) for head in (unwanted, malice)], axis=1)
    scale = np.abs(both).max(axis=0) / 127
    steps = np.rint(both / np.where(scale > 0, scale, 1)).astype(np.int8)
    known = np.concatenate([unwanted.seen, np.ones(len(beyond), dtype=np.bool_)])
    word = words_among(names)
    worth = np.abs(steps.astype(np.int16)).max(axis=1) + word * known
    kept = np.argsort(-worth, kind="stable")[: settings.most_terms]
    kept = kept[worth[kept] > 0]
    return _model([names[i] for i in kept], steps[kept], scale, calibration, settings)


def _weights(head: Head, beyond: Sequence[str], likeness: Likeness) -> Floats:
    return np.concatenate([head.weights, likeness.of_terms(beyond) @ head.shared])


def _model(
    kept: Sequence[str],
    steps: npt.NDArray[np.int8],
    scale: Floats,
    calibration: Floats,
    settings: FitSettings,
) -> TextModel:
    keys, first = np.unique(checks_of(kept), return_index=True)
    abstain = [settings.least_words, settings.least_known, settings.least_known_share]
    return TextModel(
        keys=keys,
        weights=steps[first],
        scale=scale.astype(np.float64),
        calibration=calibration,
        norm=np.array([settings.spare, settings.power]),
        blocks=np.array(
            [settings.block_words, settings.whole_share, settings.warmth], dtype=np.float64
        ),
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
