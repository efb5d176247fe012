"""What a retraining learned: features that gained or lost weight, labels by source, calibration."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from models.trials import Trial
from service.promotion import ModelActs

MOST_CHANGES: Final = 10


@dataclass(frozen=True)
class Change:
    """A feature's share of what a model leans on, before and now.

    None: not among the 20 strongest of that model, of which alone a bundle keeps the shares.
    """

    subject: str
    feature: str
    before: float | None
    now: float | None

    @property
    def by(self) -> float:
        """How much the share grew; what is not told counts as none."""
        return (self.now or 0.0) - (self.before or 0.0)


@dataclass(frozen=True)
class Learned:
    """The last bundle that was tried, beside what it was tried against. `changes`: the largest first."""

    version: str
    role: str
    trial: Trial
    changes: tuple[Change, ...]


def last_learned(acts: ModelActs, shipped: Mapping[str, Any]) -> Learned | None:
    """Return what the challenger learned, or the champion where there is none; None: never tried.

    `shipped` is the note of what serves where the shelf has none of the bundle it was tried against.
    """
    bundles = acts.bundles()
    tried = next(
        (
            one
            for role in ("challenger", "champion")
            for one in bundles
            if one.role == role and one.trial
        ),
        None,
    )
    if tried is None or tried.trial is None:
        return None
    before = next((one.note for one in bundles if one.digest == tried.trial.champion), shipped)
    return Learned(tried.version, tried.role, tried.trial, changes(before, tried.note))


def changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return by how much features moved among what two models lean on, the largest first.

    Takes the notes of two bundles; a subject that either does not report is left out.
    """
    old, new = shares_of(before), shares_of(now)
    found = [
        Change(subject, feature, old[subject].get(feature), new[subject].get(feature))
        for subject in sorted(old.keys() & new.keys())
        for feature in old[subject].keys() | new[subject].keys()
    ]
    moved = [one for one in found if one.by]
    moved.sort(key=lambda one: (-abs(one.by), one.subject, one.feature))
    return tuple(moved[:MOST_CHANGES])


def shares_of(note: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """Return the strongest features' shares by subject, as a bundle's note tells them."""
    subjects = (note.get("report") or {}).get("subjects") or {}
    told = {name: part.get("strongest") or [] for name, part in subjects.items()}
    return {name: dict(pairs) for name, pairs in told.items() if pairs}
