"""The text model: three probabilities from the words of a message, and whether it can judge at all.

A linear model over terms (words and word pairs). Terms it does not know weigh nothing and dilute the
rest, so mail of a kind it never met ends near "no opinion", not near "spam". Too few readable or
known words: it abstains.
"""

import io
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from features.content import Analysis
from features.content.terms import EVERYWHERE, MessageTerms

FORMAT: Final = 3
_HEADS: Final = 2
_EVIDENCE: Final = 6
_TINY: Final = 1e-300
_MAX_BYTES: Final = 16 * 2**20
_ARRAYS: Final = ("format", "keys", "weights", "scale", "calibration", "norm", "blocks", "abstain")


class TextModelRefused(ValueError):
    """The file is not a text model that this version can use; the text says why."""


@dataclass(frozen=True)
class TermEvidence:
    """A term that moved the verdict: `weight` in log-odds of unwanted, below zero for wanted."""

    term: str
    weight: float


@dataclass(frozen=True)
class TextJudgement:
    """What the text says. The three probabilities sum to 1 and are NaN when not `judged`."""

    malicious: float
    unsolicited: float
    wanted: float
    judged: bool
    evidence: tuple[TermEvidence, ...] = ()

    @property
    def numbers(self) -> dict[str, float]:
        """The `content_text_*` numbers of `features.content.NUMBERS`."""
        return {
            "content_text_malicious": self.malicious,
            "content_text_unsolicited": self.unsolicited,
            "content_text_wanted": self.wanted,
            "content_text_judged": float(self.judged),
        }


ABSTAINED: Final = TextJudgement(float("nan"), float("nan"), float("nan"), judged=False)


@dataclass(frozen=True)
class TextModel:
    """Weights of known terms; made by `training.content.fit`.

    `keys` uint32 (n,), ascending. `weights` int8 (n, 2): log-odds of unwanted against wanted, and of
    malicious against unsolicited, in steps of `scale` (2,). The score of some terms is the sum of their
    weights over `(terms + norm[0]) ** norm[1]`. A message's score is `blocks[1]` times that of all its
    terms plus those of its blocks (`MessageTerms.blocks`, `blocks[0]` words each) pooled as
    `blocks[2] * log(mean(exp(score / blocks[2])))`: near the loudest block where one stands out, so what
    one part asks is not washed out by the rest. `calibration` (2, 2) holds slope and intercept of each head. `abstain` = least words, least known terms, least share of known terms
    among single words.
    """

    keys: npt.NDArray[np.uint32]
    weights: npt.NDArray[np.int8]
    scale: npt.NDArray[np.float64]
    calibration: npt.NDArray[np.float64]
    norm: npt.NDArray[np.float64]
    blocks: npt.NDArray[np.float64]
    abstain: npt.NDArray[np.float64]

    @classmethod
    def from_bytes(cls, data: bytes) -> "TextModel":
        """Load from the bytes of an npz. Raises `TextModelRefused`."""
        if len(data) > _MAX_BYTES:
            raise TextModelRefused(f"a text model has at most {_MAX_BYTES:,} bytes")
        if not zipfile.is_zipfile(io.BytesIO(data)):  # numpy would advise to unpickle it
            raise TextModelRefused("not a text model: no npz file")
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as file:
                arrays = {name: file[name] for name in _ARRAYS}
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise TextModelRefused(f"not a text model: {error}") from error
        version = arrays.pop("format")
        if version.shape != () or int(version) != FORMAT:
            raise TextModelRefused(f"text model format {version}, this version reads {FORMAT}")
        model = cls(**arrays)
        model.check()
        return model

    def to_bytes(self) -> bytes:
        """Return the compressed npz; the same model gives the same bytes."""
        file = io.BytesIO()
        np.savez_compressed(
            file, format=np.array(FORMAT), **{n: vars(self)[n] for n in _ARRAYS[1:]}
        )
        return _undated(file.getvalue())

    def check(self) -> None:
        """Raise `TextModelRefused` when shapes or types are not those described above."""
        n = len(self.keys)
        expected = {
            "keys": (np.uint32, (n,)), "weights": (np.int8, (n, _HEADS)), "scale": (np.float64, (_HEADS,)),
            "calibration": (np.float64, (_HEADS, 2)), "norm": (np.float64, (2,)),
            "blocks": (np.float64, (3,)), "abstain": (np.float64, (3,)),
        }  # fmt: skip
        for name, (kind, shape) in expected.items():
            array = vars(self)[name]
            if array.dtype != kind or array.shape != shape or not np.isfinite(array).all():
                raise TextModelRefused(f"{name} is {array.dtype}{array.shape}, not {kind}{shape}")
        if np.any(self.keys[1:] <= self.keys[:-1]):
            raise TextModelRefused("keys are not ascending")
        if self.blocks[0] < 1 or self.blocks[1] < 0 or self.blocks[2] <= 0 or self.norm[0] < 1:
            raise TextModelRefused("blocks need words, a share, a warmth, and the norm a size")

    @cached_property
    def _steps(self) -> npt.NDArray[np.float64]:
        return self.weights.astype(np.float64) * self.scale

    def judge(self, analysis: Analysis) -> TextJudgement:
        """Return the probabilities and the terms that moved them."""
        terms = analysis.message_terms
        places, known = look_up(self.keys, terms.checks)
        held = np.flatnonzero(known)
        if not self._can_judge(analysis, known):
            return ABSTAINED
        weights = self._steps[places[held]]
        shares, spread = self._shares(terms, held, weights)
        moved = weights * shares
        raw = moved.sum(axis=0) - spread
        logits = self.calibration[:, 0] * raw + self.calibration[:, 1]
        unwanted, malice = 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
        return TextJudgement(
            malicious=float(unwanted * malice),
            unsolicited=float(unwanted * (1 - malice)),
            wanted=float(1 - unwanted),
            judged=True,
            evidence=_strongest(terms.names, held, moved[:, 0] * self.calibration[0, 0]),
        )

    def _shares(
        self, terms: MessageTerms, held: npt.NDArray[np.intp], weights: npt.NDArray[np.float64]
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Return how much of its weight each held term adds to a message's scores `(n_held, 2)`, and
        what the quieter blocks take off `(2,)`: the pooled score is that of the blocks by their shares
        less `warmth` times how far the shares are from even (Kullback-Leibler).
        """
        warmth = self.blocks[2]
        place = terms.blocks(int(self.blocks[0])) - EVERYWHERE  # 0 for what belongs to all blocks
        columns = max(int(place.max()), 1) + 1
        norms = self._norm(_with_first(np.bincount(place, minlength=columns)))
        sums = [np.bincount(place[held], each, columns) for each in weights.T]
        scores = _with_first(np.array(sums)) / norms
        loud = np.exp((scores - scores.max(axis=1, keepdims=True)) / warmth)
        each = loud / loud.sum(axis=1, keepdims=True)
        logs = np.log(np.maximum(each, _TINY) * each.shape[1])
        parts = each / norms
        of_place = np.vstack([parts.sum(axis=1), parts.T])
        shares = self.blocks[1] / self._norm(len(place)) + of_place[place[held]]
        return shares, warmth * (each * logs).sum(axis=1)

    def _norm(self, terms: Any) -> Any:
        return (terms + self.norm[0]) ** self.norm[1]

    def _can_judge(self, analysis: Analysis, known: npt.NDArray[np.bool_]) -> bool:
        single = known[: analysis.message_terms.words]
        share = single.mean() if len(single) else 0.0
        least_words, least_known, least_share = self.abstain
        return bool(
            analysis.words >= least_words
            and np.count_nonzero(known) >= least_known
            and share >= least_share
        )


def look_up(
    among: npt.NDArray[np.uint32], checks: npt.NDArray[np.uint32]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
    """Return each term's place among ascending keys and whether it is there, both `(n_terms,)`."""
    if not len(among):
        return np.zeros(len(checks), np.intp), np.zeros(len(checks), np.bool_)
    places = np.minimum(np.searchsorted(among, checks), len(among) - 1)
    return places, among[places] == checks


def _with_first(blocks: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return what each block holds with what belongs to all, which comes first."""
    both: npt.NDArray[Any] = blocks[..., 1:] + blocks[..., :1]
    return both


def _strongest(
    names: Sequence[str], held: npt.NDArray[np.intp], weights: npt.NDArray[np.float64]
) -> tuple[TermEvidence, ...]:
    order = np.argsort(-np.abs(weights), kind="stable")[:_EVIDENCE]
    return tuple(TermEvidence(names[held[i]], float(weights[i])) for i in order if weights[i])


def _undated(data: bytes) -> bytes:
    """Rewrite a zip without its time stamps, so that equal models are equal bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(name))
    return out.getvalue()
