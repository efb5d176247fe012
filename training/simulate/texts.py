"""Diagnostic texts of bounces and deferrals as JSON fragments, with their SMTP codes."""

import json
import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from training.simulate.draws import Rng
from training.simulate.outcomes import BLOCK, HARD, SOFT, Fates
from training.simulate.providers import BLOCKED, DEFERRED, FULL_MAILBOX, PROVIDERS, TYPO_DOMAIN

Ints = npt.NDArray[np.int64]
_IP: Final = "{ip}"
_ENHANCED: Final = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")


@dataclass(frozen=True)
class _Texts:
    """All texts; index 0 is none. `before` and `after` enclose the sending address if `with_ip`."""

    all: tuple[str, ...]
    before: npt.NDArray[np.object_]
    after: npt.NDArray[np.object_]
    with_ip: npt.NDArray[np.bool_]
    first: dict[str, int]

    def bounces(self, rng: Rng, provider: Ints, fates: Fates) -> Ints:
        """Return `(n,)` text indices that fit each outcome (0 where a server gave no reason)."""
        n = len(provider)
        dice = rng.integers(0, 1 << 30, n)
        text = np.zeros(n, dtype=np.int64)
        unknown = self.first["unknown"] + provider
        typo = self.first["typo"] + dice % len(TYPO_DOMAIN)
        hard = np.where(fates.unresolved, typo, unknown)
        text = np.where(fates.outcome == HARD, hard, text)
        text = np.where(fates.outcome == SOFT, self.first["full"] + dice % len(FULL_MAILBOX), text)
        text = np.where(fates.outcome == BLOCK, self.first["blocked"] + dice % len(BLOCKED), text)
        silent = rng.random(n) < 0.05
        return np.where(silent, 0, text)

    def deferrals(self, rng: Rng, n: int) -> Ints:
        """Return `(n,)` text indices of deferrals."""
        return self.first["deferred"] + rng.integers(0, len(DEFERRED), n)


def _fragment(text: str) -> tuple[str, str]:
    """Return the JSON members of one text, cut where the sending address goes."""
    members: dict[str, int | str] = {"smtp_code": int(text[:3])}
    if status := _ENHANCED.search(text):
        members["enhanced_status"] = status[0]
    members["diagnostic"] = "smtp; " + text
    before, _, after = ("," + json.dumps(members, separators=(",", ":"))[1:-1]).partition(_IP)
    return before, after


def _build() -> _Texts:
    groups = {
        "unknown": tuple(provider.unknown_user for provider in PROVIDERS),
        "typo": TYPO_DOMAIN, "full": FULL_MAILBOX, "blocked": BLOCKED, "deferred": DEFERRED,
    }  # fmt: skip
    texts: list[str] = [""]
    first = {}
    for name, group in groups.items():
        first[name] = len(texts)
        texts += group
    parts = [("", ""), *(_fragment(text) for text in texts[1:])]
    return _Texts(
        all=tuple(texts),
        before=np.array([before for before, _ in parts], dtype=object),
        after=np.array([after for _, after in parts], dtype=object),
        with_ip=np.array([_IP in text for text in texts]),
        first=first,
    )


TEXTS: Final = _build()
