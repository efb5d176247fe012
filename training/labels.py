"""What a logged vector should have been answered, as far as it had become known.

- campaign: abusive as the truth says; an abuser's mail to willing readers has no label.
- account: abusive from `bad_from` on. Before it, an account that turned bad within a week of
  its creation was opened for it; one that turned bad later (taken over, sold) has no label.
- list: abusive when more than half of its rows never asked for the mail.
- rates: the true means of a campaign; where the truth has none, the rates observed within
  `MATURITY`. A list's hard-bounce rate is what its rows would bounce; its complaint rate is that
  of campaigns sent to it alone within 30 days.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from features.records import Subject
from training.truth import AccountTruth, Truth
from training.vectors import MATURITY, Array, Logged, Texts, Vectors

NAN: Final = float("nan")
OPENED_FOR_ABUSE_S: Final = 7 * 86_400.0
LIST_CAMPAIGNS_WITHIN_S: Final = 30 * 86_400.0
UNASKED_SHARE: Final = 0.5
CUT: Final = 0.6
FEWEST_MAILS_FOR_A_RATE: Final = 200
MALICIOUS: Final = "malicious"


@dataclass(frozen=True)
class Labelled:
    """Vectors with their answers, `(n,)` each, NaN where there is none.

    `malicious` is defined for abusive rows alone. `kinds` and `actors` describe the account.
    `cut_at`: the Unix time at which a row's world is cut into earlier and later. `weight`: how many
    rows each stands for; None: one.
    """

    vectors: Vectors
    abusive: Array
    malicious: Array
    hard_bounce: Array
    complaint: Array
    kinds: Texts
    actors: Texts
    cut_at: Array
    weight: Array | None = None

    def __len__(self) -> int:
        return len(self.vectors)


def label(logged: Logged, truth: Truth, subject: Subject) -> Labelled:
    """Return the vectors of a subject with their answers."""
    vectors = logged.vectors[subject]
    owners = [truth.accounts.get(account_id) for account_id in vectors.account_ids]
    abusive = np.array(_abusive(vectors, owners, truth), dtype=np.float64)
    malicious = np.array([NAN if o is None else float(o.label == MALICIOUS) for o in owners])
    rates = _rates(logged, truth, subject)
    return Labelled(
        vectors=vectors,
        abusive=abusive,
        malicious=np.where(abusive == 1, malicious, NAN),
        hard_bounce=rates[:, 0],
        complaint=rates[:, 1],
        kinds=np.array(_kinds(vectors, owners, truth), dtype=np.str_),
        actors=np.array([_actor(a, o) for a, o in zip(vectors.account_ids, owners, strict=True)]),
        cut_at=np.full(len(vectors), cut_of(logged)),
    )


def cut_of(logged: Logged) -> float:
    """Return the time before which `CUT` of a world's campaigns lie.

    Campaigns, because sign-ups and imports reach far back into a world's history, where there
    is hardly an abuser.
    """
    times = logged.vectors[Subject.CAMPAIGN].at
    return float(np.quantile(times, CUT)) if len(times) else logged.ended_at


def _abusive(vectors: Vectors, owners: list[AccountTruth | None], truth: Truth) -> list[float]:
    match vectors.subject:
        case Subject.CAMPAIGN:
            known = [truth.campaigns.get(key) for key in vectors.ids]
            return [NAN if k is None or k.abusive is None else float(k.abusive) for k in known]
        case Subject.LIST:
            return [
                _list_abusive(truth, account_id, list_id)
                for account_id, list_id in zip(vectors.account_ids, vectors.list_ids, strict=True)
            ]
        case Subject.ACCOUNT:
            first: dict[str, float] = {}
            for account_id, at in zip(vectors.account_ids, vectors.at, strict=True):
                first.setdefault(account_id, at)
            rows = zip(vectors.account_ids, vectors.at, owners, strict=True)
            return [_account_abusive(owner, at, first[key]) for key, at, owner in rows]


def _account_abusive(owner: AccountTruth | None, at: float, created: float) -> float:
    if owner is None:
        return NAN
    if not owner.abusive:
        return 0.0
    bad_from = owner.bad_from.timestamp() if owner.bad_from else created
    return 1.0 if at >= bad_from or bad_from - created <= OPENED_FOR_ABUSE_S else NAN


def _list_abusive(truth: Truth, account_id: str, list_id: str) -> float:
    known = truth.lists.get((account_id, list_id)) or truth.lists.get(("", list_id))
    if known is None or np.isnan(known.unasked):
        return NAN
    return float(known.unasked > UNASKED_SHARE)


def _kinds(vectors: Vectors, owners: list[AccountTruth | None], truth: Truth) -> list[str]:
    if vectors.subject is Subject.CAMPAIGN:
        known = [truth.campaigns.get(key) for key in vectors.ids]
        return [campaign.kind if campaign else "unknown" for campaign in known]
    return [owner.kind if owner else "unknown" for owner in owners]


def _actor(account_id: str, owner: AccountTruth | None) -> str:
    return owner.actor if owner else str(account_id)


def _rates(logged: Logged, truth: Truth, subject: Subject) -> Array:
    """Return (hard-bounce rate, complaint rate) of each row, `(n, 2)`."""
    vectors = logged.vectors[subject]
    unknown = np.full((len(vectors), 2), NAN)
    if subject is Subject.CAMPAIGN:
        rows = zip(vectors.ids, vectors.at, strict=True)
        return np.array([_campaign_rates(logged, truth, *row) for row in rows]).reshape(-1, 2)
    if subject is Subject.LIST:
        return _list_rates(logged, truth, vectors)
    return unknown


def _campaign_rates(
    logged: Logged, truth: Truth, campaign_id: str, at: float
) -> tuple[float, float]:
    known = truth.campaigns.get(campaign_id)
    if known is not None and not np.isnan(known.p_hard) and not np.isnan(known.p_complaint):
        return known.p_hard, known.p_complaint
    mails, bounces, complaints = logged.rates.get(campaign_id, (0, 0, 0))
    matured = at <= logged.ended_at - MATURITY.total_seconds()
    if mails < FEWEST_MAILS_FOR_A_RATE or not matured:
        return NAN, NAN
    return min(1.0, bounces / mails), min(1.0, complaints / mails)


def _list_rates(logged: Logged, truth: Truth, vectors: Vectors) -> Array:
    sent = logged.vectors[Subject.CAMPAIGN]
    by_list: Mapping[tuple[str, str], list[tuple[float, float, float]]] = defaultdict(list)
    for account_id, list_id, at, key in zip(
        sent.account_ids, sent.list_ids, sent.at, sent.ids, strict=True
    ):
        if list_id:
            by_list[account_id, list_id].append((at, *_campaign_rates(logged, truth, key, at)))
    rows = zip(vectors.account_ids, vectors.list_ids, vectors.at, strict=True)
    return np.array([_list_rate(truth, by_list, *row) for row in rows]).reshape(-1, 2)


def _list_rate(
    truth: Truth,
    by_list: Mapping[tuple[str, str], list[tuple[float, float, float]]],
    account_id: str,
    list_id: str,
    at: float,
) -> tuple[float, float]:
    known = truth.lists.get((account_id, list_id)) or truth.lists.get(("", list_id))
    after = [
        rates
        for when, *rates in by_list.get((account_id, list_id), ())
        if at <= when <= at + LIST_CAMPAIGNS_WITHIN_S
    ]
    mean = np.mean(after, axis=0) if after else (NAN, NAN)
    bounce = known.would_bounce if known and not np.isnan(known.would_bounce) else float(mean[0])
    return bounce, float(mean[1])


def pool(parts: list[Labelled]) -> Labelled:
    """Put the rows of several worlds together; their accounts and actors are kept apart."""
    first = parts[0].vectors
    vectors = Vectors(
        first.subject,
        first.names,
        _joined(parts, lambda i, p: _prefixed(i, p.vectors.ids)),
        _joined(parts, lambda i, p: _prefixed(i, p.vectors.account_ids)),
        np.concatenate([p.vectors.list_ids for p in parts]),
        np.concatenate([p.vectors.at for p in parts]),
        np.concatenate([p.vectors.x for p in parts]),
    )
    return Labelled(
        vectors,
        abusive=np.concatenate([p.abusive for p in parts]),
        malicious=np.concatenate([p.malicious for p in parts]),
        hard_bounce=np.concatenate([p.hard_bounce for p in parts]),
        complaint=np.concatenate([p.complaint for p in parts]),
        kinds=np.concatenate([p.kinds for p in parts]),
        actors=_joined(parts, lambda i, p: _prefixed(i, p.actors)),
        cut_at=np.concatenate([p.cut_at for p in parts]),
    )


def _joined(parts: list[Labelled], take: Callable[[int, Labelled], Texts]) -> Texts:
    return np.concatenate([take(i, part) for i, part in enumerate(parts)])


def _prefixed(index: int, texts: Texts) -> Texts:
    return np.char.add(f"w{index}/", texts)
