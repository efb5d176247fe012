"""Decides the fate of every recipient of a campaign, before anybody hands a mail over."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from training.simulate.config import YEAR_SECONDS
from training.simulate.draws import Rng
from training.simulate.genre import Genre
from training.simulate.lists import ListRows
from training.simulate.providers import PROVIDERS
from training.simulate.universe import Kind, Universe

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

DELIVERED, HARD, SOFT, BLOCK, TRAP = range(5)
NOBODY, UNREPORTED, REPORTED = range(3)

# Chance that somebody who asked, and somebody who did not, complains about one mail.
ASKED_COMPLAINT: Final = 0.0003
UNASKED_COMPLAINT: Final = 0.0055
REPORT_SHARE: Final = 0.93
NEVER_REPORTED_TRAP: Final = 0.35

_FBL: Final = np.array([provider.fbl for provider in PROVIDERS])
_STRICT: Final = np.array([provider.strictness for provider in PROVIDERS])
_FOLDER: Final = np.array([provider.foldering for provider in PROVIDERS])
_PREFETCH: Final = np.array([provider.prefetch for provider in PROVIDERS])
_DEFER: Final = np.array([provider.deferring for provider in PROVIDERS])
_SCANNING: Final = np.array([p.name in {"microsoft365", "google_workspace"} for p in PROVIDERS])
_LISTS_MATTER: Final = np.array(
    [{"other": 0.6, "gmx": 0.35, "microsoft365": 0.3}.get(p.name, 0.08) for p in PROVIDERS]
)


@dataclass(frozen=True)
class Circumstances:
    """What a campaign meets at its time; shares in [0, 1].

    `outage` tells per provider whether it puts mail off.
    """

    now_s: int
    genre: Genre
    account_badness: float
    address_badness: float
    listed: bool
    authenticated: bool
    can_leave: bool
    grievance: float
    blip: float
    outage: Bools


@dataclass(frozen=True)
class Fates:
    """Arrays of one length in hand-over order: those of recipients/<campaign>.npz, and more."""

    p_hard: Floats
    p_complaint: Floats
    outcome: Ints
    delay: Ints
    complaint: Ints
    complaint_delay: Ints
    open_delay: Ints
    click_delay: Ints
    unsub_delay: Ints
    fbl: Bools
    deferred: Bools
    unresolved: Bools


def decide_fates(rng: Rng, universe: Universe, rows: ListRows, at: Circumstances) -> Fates:
    """Return what will happen to each recipient, whatever is handed over when."""
    person = rows.person
    provider = universe.provider[person].astype(np.int64)
    kind = universe.kind[person]
    closed = universe.gone_at[person] <= at.now_s
    recycled = universe.recycled_at[person] <= at.now_s
    abandoned = (universe.abandoned_at[person] <= at.now_s) & ~closed
    trap = recycled | (kind == Kind.PRISTINE_TRAP) | (kind == Kind.TYPO_TRAP)
    p_hard = _p_hard(kind, closed, abandoned, trap)
    p_block = _p_block(provider, at)
    p_soft = np.where(abandoned, 0.04, 0.003) + 0.06 * at.outage[provider]
    outcome = _outcome(rng, p_hard, p_block, p_soft, trap)
    reader = (outcome == DELIVERED) & ~abandoned & ~closed & (kind <= Kind.DISPOSABLE)
    inbox = rng.random(len(person)) >= _p_folder(provider, at)
    annoyance = _annoyance(universe, rows, at)
    p_seen = 1 - _p_folder(provider, at)
    alive = ~abandoned & ~closed & ~trap & (kind <= Kind.DISPOSABLE)
    p_complaint = annoyance * p_seen * alive * (1 - p_hard) * (1 - p_block) * (1 - p_soft)
    seen = reader & inbox
    complains = seen & (rng.random(len(person)) < annoyance)
    fbl = _FBL[provider]
    reports = complains & fbl & (rng.random(len(person)) < REPORT_SHARE)
    deferred = rng.random(len(person)) < _p_deferred(provider, at)
    delay = _delay(rng, outcome, deferred)
    opens, clicks, leaves = _reactions(rng, universe, rows, at, outcome, seen, provider)
    return Fates(
        p_hard=p_hard,
        p_complaint=p_complaint,
        outcome=outcome,
        delay=delay,
        complaint=np.where(reports, REPORTED, np.where(complains, UNREPORTED, NOBODY)),
        complaint_delay=_lags(rng, complains, 5 * 3_600, 1.5),
        open_delay=opens,
        click_delay=clicks,
        unsub_delay=leaves,
        fbl=fbl,
        deferred=deferred,
        unresolved=kind == Kind.TYPO,
    )


def _p_hard(kind: npt.NDArray[np.int8], closed: Bools, abandoned: Bools, trap: Bools) -> Floats:
    """Return `(n,)` chances of a hard bounce: near 1 for dead addresses, 0 for traps."""
    p = np.where(abandoned, 0.002, 0.0006)
    p = np.where(kind == Kind.ROLE, 0.004, p)
    p = np.where(kind == Kind.TYPO, 0.9, p)
    p = np.where(kind == Kind.NEVER_EXISTED, 0.985, p)
    p = np.where(closed, 0.97, p)
    return np.where(trap, 0.0, p)


def _p_block(provider: Ints, at: Circumstances) -> Floats:
    """Return `(n,)` chances of a refusal for reputation, content or authentication."""
    bad = 0.55 * at.account_badness**1.5 + 0.3 * at.address_badness**1.5
    p = _STRICT[provider] * (bad + 0.02 * at.genre.spammy**2 + 0.0006)
    p = p + at.listed * _LISTS_MATTER[provider]
    p = p + (not at.authenticated) * 0.04 * _STRICT[provider]
    clipped: Floats = np.clip(p, 0.0, 0.9)
    return clipped


def _p_folder(provider: Ints, at: Circumstances) -> Floats:
    bad = 0.6 * at.account_badness + 0.25 * at.address_badness + 0.45 * at.genre.spammy
    bad += 0.15 * (not at.authenticated)
    return np.clip(_FOLDER[provider] * bad, 0.0, 0.95)


def _p_deferred(provider: Ints, at: Circumstances) -> Floats:
    bad = 0.35 * at.account_badness + 0.25 * at.address_badness
    return np.clip(_DEFER[provider] + _STRICT[provider] * bad + 0.7 * at.outage[provider], 0, 0.95)


def _outcome(rng: Rng, p_hard: Floats, p_block: Floats, p_soft: Floats, trap: Bools) -> Ints:
    n = len(p_hard)
    outcome = np.where(trap, TRAP, DELIVERED)
    outcome = np.where(rng.random(n) < p_soft, np.where(trap, TRAP, SOFT), outcome)
    outcome = np.where(rng.random(n) < p_block, BLOCK, outcome)
    return np.where(rng.random(n) < p_hard, HARD, outcome)


def _annoyance(universe: Universe, rows: ListRows, at: Circumstances) -> Floats:
    """Return `(n,)` chances that a reader who sees the mail complains."""
    years = np.maximum(at.now_s - rows.opted_in_s, 0) / YEAR_SECONDS
    asked = ASKED_COMPLAINT * (1 + 1.2 * np.clip(years - 1, 0, 4)) * (1.6 - rows.interest)
    base = np.where(rows.asked, asked, UNASKED_COMPLAINT)
    trapped_in = 1.0 if at.can_leave else 1.5
    factor = at.genre.grievance * at.grievance * at.blip * trapped_in
    chances: Floats = np.clip(base * factor * universe.grumbles[rows.person], 0.0, 0.4)
    return chances


def _delay(rng: Rng, outcome: Ints, deferred: Bools) -> Ints:
    """Return `(n,)` seconds to delivery or bounce; for traps to their report, 0 for never."""
    n = len(outcome)
    quick = rng.lognormal(1.3, 1.0, n)
    late = rng.lognormal(9.2, 0.9, n)
    out_of_band = (outcome == HARD) & (rng.random(n) < 0.05)
    seconds = np.where(out_of_band, late, quick)
    seconds = np.where(outcome == SOFT, rng.lognormal(4.0, 2.0, n), seconds)
    seconds += np.where(deferred, rng.lognormal(6.6, 0.9, n), 0.0)
    report = rng.lognormal(11.6, 0.9, n) * (rng.random(n) >= NEVER_REPORTED_TRAP)
    return np.where(outcome == TRAP, report, np.maximum(seconds, 1)).astype(np.int64)


def _lags(rng: Rng, happens: Bools, median_s: float, sigma: float) -> Ints:
    """Return `(n,)` log-normal delays in seconds, at least 1, and 0 where nothing happens."""
    lag = rng.lognormal(np.log(median_s), sigma, len(happens))
    return np.where(happens, np.clip(lag, 1, 30 * 86_400), 0).astype(np.int64)


def _reactions(
    rng: Rng,
    universe: Universe,
    rows: ListRows,
    at: Circumstances,
    outcome: Ints,
    seen: Bools,
    provider: Ints,
) -> tuple[Ints, Ints, Ints]:
    """Return delays of first open, first click and unsubscription."""
    n = len(rows)
    accepted = outcome == DELIVERED
    reads = np.clip(rows.interest * universe.reads[rows.person] * 2.1, 0, 0.95)
    opened = seen & (rng.random(n) < reads * (1.5 if at.genre.transactional else 1.0))
    clicked = opened & (rng.random(n) < 0.1 * at.genre.lure * np.where(rows.asked, 1.0, 0.5))
    scanned = accepted & _SCANNING[provider] & (rng.random(n) < 0.03)
    fetched = accepted & (rng.random(n) < _PREFETCH[provider])
    opens = _lags(rng, opened, 2.5 * 3_600, 1.6)
    machine = _lags(rng, scanned | fetched, 40, 0.8)
    opens = np.where(machine > 0, np.where(opened, np.minimum(opens, machine), machine), opens)
    clicks = np.where(clicked, opens + _lags(rng, clicked, 45, 1.0), 0)
    clicks = np.where(scanned, machine + 2, clicks)
    wish = np.where(rows.asked, 0.0014, 0.006) * (at.can_leave * 1.0)
    leaves = _lags(rng, seen & (rng.random(n) < wish), 4 * 3_600, 1.4)
    return opens, clicks, leaves
