"""What a replay comes to: sums by account, so that intervals draw whole accounts.

Probabilities weigh: a campaign that is abusive with probability p counts p of its mail as leaked
and 1 - p as good.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
import numpy.typing as npt

from features.records import Subject
from models.decision import Action
from training.backtest_replay import Redone
from training.backtest_rows import MINUTES

Array = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]
ACTIONS: Final = tuple(action.label for action in Action)
SUMS: Final = (
    "campaigns", "abusive_campaigns", "abusive_mail", "good_mail", "leaked", "delayed",
    "false_stops", "minutes", "unseen_mail", "unseen_campaigns",
)  # fmt: skip
COLUMN: Final = {name: place for place, name in enumerate(SUMS)}


@dataclass(frozen=True)
class Prices:
    """What a mistake costs, in any one currency: a mail, a mail, a campaign, a minute."""

    mail_leaked: float
    good_mail_delayed: float
    wrong_suspension: float
    reviewer_minute: float

    @classmethod
    def of(cls, costs: Mapping[str, float]) -> "Prices":
        """Return the prices of a policy's `costs`, whose `review` is one of a campaign."""
        return cls(
            costs["mail_leaked"],
            costs["good_mail_delayed"],
            costs["false_stop"],
            costs["review"] / MINUTES[Subject.CAMPAIGN],
        )

    def changed(self, **given: float | None) -> "Prices":
        """Return the prices with those that are given in place of their own."""
        own = {one.name: getattr(self, one.name) for one in fields(self)}
        return Prices(**own | {name: value for name, value in given.items() if value is not None})

    def cost(self, sums: Array) -> Array:
        """Return the cost of sums `(..., len(SUMS))`."""
        parts: Array = (
            self.mail_leaked * sums[..., COLUMN["leaked"]]
            + self.good_mail_delayed * sums[..., COLUMN["delayed"]]
            + self.wrong_suspension * sums[..., COLUMN["false_stops"]]
            + self.reviewer_minute * sums[..., COLUMN["minutes"]]
        )
        return parts


@dataclass(frozen=True)
class Outcome:
    """A replay as arrays, one row a decision: `(n, len(SUMS))`, severities `(n,)`."""

    sums: Array
    severity: Index

    @classmethod
    def of(cls, redone: Iterable[Redone]) -> "Outcome":
        rows = [(_sums(one), _SEVERITY[one.action]) for one in redone]
        sums = np.array([row[0] for row in rows], dtype=np.float64).reshape(-1, len(SUMS))
        return cls(sums, np.array([row[1] for row in rows], dtype=np.int64))

    def by_account(self, account: Index, n_accounts: int, chosen: Array | None = None) -> Array:
        """Return sums and, per action, whether an account met it: `(n_accounts, SUMS + ACTIONS)`.

        `account` `(n,)` numbers the accounts; `chosen` `(n,)` of 0 and 1 leaves rows out.
        """
        weights = np.ones(len(account)) if chosen is None else chosen
        columns = [
            np.bincount(account, weights * self.sums[:, place], n_accounts)
            for place in range(len(SUMS))
        ]
        for action in range(len(ACTIONS)):
            met = np.bincount(account, weights * (self.severity == action), n_accounts)
            columns.append((met > 0).astype(np.float64))
        return np.stack(columns, axis=1)


_SEVERITY: Final = {action.label: int(action) for action in Action}
_NOTHING: Final = (0.0,) * len(SUMS)


def _sums(one: Redone) -> tuple[float, ...]:
    mail, sent = one.past.mail, one.sent
    if mail is None or sent is None:
        return (*_NOTHING[:7], one.minutes, 0.0, 0.0)
    bad, good = mail.abusive, 1.0 - mail.abusive
    return (
        1.0, bad, bad * mail.mails, good * mail.mails, bad * sent.handed,
        good * (sent.late + mail.mails - sent.handed), good * sent.stopped, one.minutes,
        float(sent.unseen), float(sent.unseen > 0),
    )  # fmt: skip


def drawn(n_accounts: int, rounds: int, rng: np.random.Generator) -> Array:
    """Return how often each account is drawn, `(rounds, n_accounts)`: a bootstrap of accounts."""
    even = np.full(n_accounts, 1.0 / n_accounts)
    return rng.multinomial(n_accounts, even, size=rounds).astype(np.float64)


def numbered(names: Sequence[str]) -> tuple[Index, int]:
    """Return the place of each name among the distinct ones, `(n,)`, and how many those are."""
    distinct, places = np.unique(np.array(names, dtype=np.str_), return_inverse=True)
    return places.astype(np.int64), len(distinct)
