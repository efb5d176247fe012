"""A policy against the one in force, on history: figures with intervals, segments, what changes.

Pure: rows in, report out. `docs/policy.md` says what the figures mean and what they cannot tell.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from models.policy.policy import Policy
from training.backtest_replay import Redone, Replay
from training.backtest_rows import Assumptions, History, Past
from training.backtest_sums import (
    ACTIONS,
    COLUMN,
    SUMS,
    Array,
    Index,
    Outcome,
    Prices,
    drawn,
    numbered,
)

ROUNDS: Final = 400
EXAMPLES: Final = 12
FEWEST_ACCOUNTS: Final = 5
MOST_SEGMENTS: Final = 8
LIMITS: Final = (
    (
        "What was held then has no outcome: what it would have done is taken from its forecast, and "
        "whether it was abusive from verdicts or, where nobody looked, from its score."
    ),
    (
        "Features are those of the log: mail that the draft would have let out, or kept back, would "
        "have changed later bounces, complaints and scores."
    ),
    "Each account has its own daily volume; those that share one in service do not share it here.",
    "A held case is looked at when the assumptions say so, and the reviewer is right.",
    "Senders do not react: nobody tries again, leaves or changes how they send.",
)
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Backtest:
    """A draft and the policy in force over the same decisions."""

    history: History
    live: tuple[Redone, ...]
    draft: tuple[Redone, ...]
    prices: Prices
    names: tuple[str, str]
    assumed: Assumptions = field(default_factory=Assumptions)


def backtest(
    history: History,
    live: Policy,
    draft: Policy,
    prices: Prices | None = None,
    assumed: Assumptions | None = None,
    progress: Progress = lambda _: None,
) -> Backtest:
    """Replay history under both policies; both are priced alike, by the draft's costs."""
    assumed = assumed or Assumptions()
    plans: dict[tuple[object, ...], Any] = {}
    runs = []
    for number, policy in enumerate((live, draft)):
        runs.append(tuple(Replay(policy, assumed, plans).run(history)))
        progress(number + 1)
    priced = prices or Prices.of(draft.costs)
    return Backtest(history, runs[0], runs[1], priced, (live.version, draft.version), assumed)


def report_on(found: Backtest, seed: int = 0, rounds: int = ROUNDS) -> dict[str, Any]:
    """Return everything as JSON-ready data. The same seed, the same intervals."""
    pasts = found.history.decisions
    live, draft = Outcome.of(found.live), Outcome.of(found.draft)
    account, n_accounts = numbered([past.account_id for past in pasts])
    rng = np.random.default_rng(seed)
    draws = drawn(n_accounts, rounds, rng) if n_accounts else np.zeros((rounds, 0))
    whole = _compared(found, live, draft, account, n_accounts, draws)
    return {
        "live": found.names[0],
        "draft": found.names[1],
        "decisions": len(pasts),
        "accounts": n_accounts,
        "campaigns": sum(past.mail is not None for past in pasts),
        "from": pasts[0].at.isoformat() if pasts else None,
        "until": pasts[-1].at.isoformat() if pasts else None,
        "days": found.history.days,
        "known_by": dict(Counter(p.mail.known.value for p in pasts if p.mail is not None)),
        "agreement": _agreement(found),
        "odd": dict(found.history.odd),
        "prices": vars(found.prices),
        "figures": whole,
        "segments": _segments(found, live, draft, account, n_accounts, draws),
        "changed": _changed(found),
        "examples": _examples(found),
        "limits": list(LIMITS),
    }


def _compared(
    found: Backtest,
    live: Outcome,
    draft: Outcome,
    account: Index,
    n_accounts: int,
    draws: Array,
    chosen: Array | None = None,
) -> dict[str, dict[str, list[float]]]:
    """Return each figure as [value, low, high] of the live policy, the draft and the change."""
    sides = [outcome.by_account(account, n_accounts, chosen) for outcome in (live, draft)]
    figures = []
    for sums in sides:
        value = _figures(sums.sum(axis=0)[None], found.prices)
        figures.append((value, _figures(draws @ sums, found.prices)))
    return {
        name: {
            "live": _interval(figures[0][0][name], figures[0][1][name]),
            "draft": _interval(figures[1][0][name], figures[1][1][name]),
            "change": _interval(
                figures[1][0][name] - figures[0][0][name],
                figures[1][1][name] - figures[0][1][name],
            ),
        }
        for name in figures[0][0]
    }


def _figures(sums: Array, prices: Prices) -> dict[str, Array]:
    """Return the figures of sums `(rounds, SUMS + ACTIONS)`, each `(rounds,)`."""

    def column(name: str) -> Array:
        return sums[:, COLUMN[name]]

    return {
        "mail_leaked": column("leaked"),
        "leaked_share": _share(column("leaked"), column("abusive_mail")),
        "good_mail_delayed": column("delayed"),
        "delayed_share": _share(column("delayed"), column("good_mail")),
        "false_stops": column("false_stops"),
        "false_stop_share": _share(
            column("false_stops"), column("campaigns") - column("abusive_campaigns")
        ),
        "review_hours": column("minutes") / 60.0,
        "cost": prices.cost(sums[:, : len(SUMS)]),
        "unseen_mail": column("unseen_mail"),
        **{
            f"accounts_{action}": sums[:, len(SUMS) + place]
            for place, action in enumerate(ACTIONS)
            if place
        },
    }


def _share(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _interval(value: Array, drawn_values: Array) -> list[float]:
    if not len(drawn_values):
        return [float(value[0])] * 3
    low, high = np.quantile(drawn_values, (0.025, 0.975))
    return [float(f"{number:.6g}") for number in (value[0], low, high)]


def _segments(
    found: Backtest,
    live: Outcome,
    draft: Outcome,
    account: Index,
    n_accounts: int,
    draws: Array,
) -> list[dict[str, Any]]:
    """Return the figures of each segment that has enough accounts, the most mail first."""
    pasts = found.history.decisions
    rows = []
    for by in sorted({key for past in pasts for key in past.segments}):
        values = np.array([past.segments.get(by, "unknown") for past in pasts], dtype=np.str_)
        for value, _ in Counter(values.tolist()).most_common(MOST_SEGMENTS):
            chosen = (values == value).astype(np.float64)
            within = len(np.unique(account[chosen > 0]))
            if within < FEWEST_ACCOUNTS:
                continue
            figures = _compared(found, live, draft, account, n_accounts, draws, chosen)
            rows.append({"by": by, "value": value, "accounts": within, "figures": figures})
    return rows


def _agreement(found: Backtest) -> dict[str, int]:
    """Return how often the replayed live policy did what was done, where it was in force.

    `handed` are the mails that went out then, `replayed` those that the replay lets out of the same
    campaigns: what the release on the expected path is worth.
    """
    own = [one for one in found.live if one.past.policy_version == found.names[0]]
    sent = [
        (one.past.mail.handed, one.sent.handed)
        for one in own
        if one.past.mail is not None and one.sent is not None and one.past.mail.handed is not None
    ]
    return {
        "decisions": len(own),
        "same": sum(one.action == one.past.action for one in own),
        "handed": sum(handed for handed, _ in sent),
        "replayed": round(sum(replayed for _, replayed in sent)),
    }


def _changed(found: Backtest) -> list[dict[str, Any]]:
    """Return how many decisions change from what to what, by subject."""
    moves = Counter(
        (before.past.subject.value, before.action, after.action)
        for before, after in zip(found.live, found.draft, strict=True)
        if before.action != after.action
    )
    return [
        {"subject": subject, "from": one, "to": two, "decisions": count}
        for (subject, one, two), count in moves.most_common()
    ]


def _examples(found: Backtest) -> list[dict[str, Any]]:
    """Return the changed decisions that move most mail, of each kind of change in turn."""
    kinds: dict[tuple[str, str], list[tuple[float, Past, str, str]]] = {}
    for before, after in zip(found.live, found.draft, strict=True):
        if before.action != after.action:
            size = float(before.past.mail.mails) if before.past.mail else 0.0
            row = (size, before.past, before.action, after.action)
            kinds.setdefault((before.action, after.action), []).append(row)
    for rows in kinds.values():
        rows.sort(key=lambda row: -row[0])
    turns = [rows[turn] for turn in range(EXAMPLES) for rows in kinds.values() if turn < len(rows)]
    return [_example(*row) for row in turns[:EXAMPLES]]


def _example(_: float, past: Past, before: str, after: str) -> dict[str, Any]:
    mail: Mapping[str, Any] = (
        {}
        if past.mail is None
        else {
            "mails": past.mail.mails,
            "abusive": round(past.mail.abusive, 4),
            "known_by": past.mail.known.value,
        }
    )
    return {
        "decision_id": past.decision_id,
        "account_id": past.account_id,
        "subject": past.subject.value,
        "subject_id": past.subject_id,
        "at": past.at.isoformat(),
        "risk": None if past.scores is None else round(past.scores.risk, 4),
        "from": before,
        "to": after,
        **mail,
    }
