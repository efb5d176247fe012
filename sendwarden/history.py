"""From a store to what a backtest replays."""

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeVar

import numpy as np

from features.catalogue import Catalogue
from features.records import Account, Stream, Subject
from features.tiles import COUNTERS, campaign_key
from features.windows import Grain
from models.decision import Decision
from models.inflight import Plan, Progress
from models.policy.exemptions import Exemption
from models.policy.policy import Context, Lane
from models.scores import Scores
from sendwarden.feature_sets import FeatureSets
from service.desk.undone import counting
from service.stores.contract import DecisionQuery, Label, Store
from training.backtest_rows import History, Mail, Past, Word
from training.backtest_truth import Words, abusive, rates_of

MOST: Final = 1_000_000
_PAGE: Final = 1_000
_AGES: Final = ((7.0, "under 7 days"), (30.0, "7 to 30 days"), (180.0, "30 to 180 days"))
Progressed = Callable[[int], None]
T = TypeVar("T")
Sent = Mapping[str, tuple[Plan, Progress]]


@dataclass
class _Read:
    """What was read of the store, by id."""

    accounts: dict[str, Account]
    releases: Sent
    counts: dict[tuple[str, str], dict[str, int]]
    words: Words
    newest: dict[tuple[str, str], str]
    exemptions: Mapping[str, Sequence[Exemption]]
    odd: Counter[str] = field(default_factory=Counter)


def read_history(
    store: Store,
    catalogue: Catalogue,
    names: Collection[str],
    since: datetime | None,
    most: int = MOST,
    progress: Progressed = lambda _: None,
) -> History:
    """Return the newest `most` decisions since a time, with what became of their mail.

    `names` are the features that the rules read; no others are kept.
    """
    decisions = _decisions(store, since, most, progress)
    words = tuple(_word(label) for label in counting(store.labels()))
    read = _read(store, decisions, words)
    wanted = {
        subject: [(i, n) for i, n in enumerate(catalogue.names(subject)) if n in names]
        for subject in Subject
    }
    sets = FeatureSets(store, catalogue)
    pasts = tuple(
        _past(decision, read, wanted[decision.subject.type], sets) for decision in decisions
    )
    return History(pasts, words, dict(read.odd))


def _decisions(
    store: Store, since: datetime | None, most: int, progress: Progressed
) -> list[Decision]:
    found: list[Decision] = []
    cursor = None
    while len(found) < most:
        limit = min(_PAGE, most - len(found))
        page = store.decisions(DecisionQuery(since=since, cursor=cursor, limit=limit))
        found.extend(page.decisions)
        progress(len(found))
        cursor = page.next_cursor
        if cursor is None:
            break
    found.reverse()
    return found


def _word(label: Label) -> Word:
    return Word(label.account_id, label.known_at, label.verdict, label.action, label.decision_id)


def _read(store: Store, decisions: Sequence[Decision], words: Iterable[Word]) -> _Read:
    campaigns = [one for one in decisions if one.subject.type is Subject.CAMPAIGN]
    ids = sorted({one.account_id for one in decisions})
    accounts: dict[str, Account] = {}
    for chunk in _chunks(ids):
        accounts |= {key: owner.account for key, owner in store.owners(chunk).items()}
    pairs = sorted({(one.account_id, one.subject.id) for one in campaigns})
    return _Read(
        accounts=accounts,
        releases=store.releases([one.subject.id for one in campaigns]),
        counts=_counts(store, pairs),
        words=Words(words),
        exemptions=_exemptions(store),
        newest={(one.account_id, one.subject.id): one.decision_id for one in campaigns},
    )


def _exemptions(store: Store) -> dict[str, list[Exemption]]:
    found: dict[str, list[Exemption]] = {}
    for one in store.exemptions():
        found.setdefault(one.account_id, []).append(one)
    return found


def _exempt(decision: Decision, read: _Read) -> tuple[Exemption, ...]:
    """Return the exemptions that counted then; one that was ended early counted until it was."""
    return tuple(
        one
        for one in read.exemptions.get(decision.account_id, ())
        if one.starts_at <= decision.as_of < (one.ended_at or one.expires_at)
    )


def _counts(
    store: Store, pairs: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], dict[str, int]]:
    """Return all events so far of each campaign by counter."""
    found = {}
    for chunk in _chunks(pairs):
        keys = {campaign_key(*pair): pair for pair in chunk}
        rows = store.tiles(keys, Grain.TOTAL, 0, 0)
        for entity, counts in zip(rows.entities.tolist(), rows.counts.tolist(), strict=True):
            found[keys[entity]] = dict(zip(COUNTERS, counts, strict=True))
    return found


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), _PAGE):
        yield items[start : start + _PAGE]


def _past(
    decision: Decision, read: _Read, wanted: Sequence[tuple[int, str]], sets: FeatureSets
) -> Past:
    account = read.accounts.get(decision.account_id)
    context = _context(decision, account, read)
    degraded = {"model", "store"} & set(_missing(decision))
    return Past(
        decision_id=decision.decision_id,
        account_id=decision.account_id,
        subject=decision.subject.type,
        subject_id=decision.subject.id,
        at=decision.as_of,
        context=context,
        scores=None if degraded else _scores(decision),
        values=_values(decision, wanted, sets, read),
        missing=_missing(decision),
        action=decision.action,
        policy_version=decision.policy_version,
        degraded=decision.degraded,
        mail=_mail(decision, context, read),
        segments=_segments(account, context),
    )


def _scores(decision: Decision) -> Scores:
    return Scores(decision.risk, decision.malicious, decision.careless, decision.forecast)


def _missing(decision: Decision) -> tuple[str, ...]:
    if decision.seen is not None:
        return decision.seen.missing
    prefix = "fallback."
    return tuple(rule[len(prefix) :] for rule in decision.rules if rule.startswith(prefix))


def _context(decision: Decision, account: Account | None, read: _Read) -> Context:
    """Return what the policy saw; of a decision that did not keep it, what can be known now."""
    seen = decision.seen
    if seen is None:
        read.odd["decisions that did not keep what the policy saw: put together again"] += 1
        return _put_together(decision, account, read)
    return Context(
        stream=None if seen.stream is None else Stream(seen.stream),
        recipients=seen.recipients,
        paid=seen.paid,
        standing=seen.standing,
        account_age_days=math.nan if seen.account_age_days is None else seen.account_age_days,
        case_open=seen.case_open,
        tied_case_open=seen.tied_case_open,
        exemptions=_exempt(decision, read),
    )


def _put_together(decision: Decision, account: Account | None, read: _Read) -> Context:
    plan = _plan(decision, read)
    standing = next(
        (rule.partition(".")[2] for rule in decision.rules if rule.startswith("standing.")), None
    )
    stream = None
    if decision.subject.type is Subject.CAMPAIGN:
        quick = plan is not None and plan.lane == Lane.TRANSACTIONAL.value
        stream = Stream.TRANSACTIONAL if quick else Stream.BROADCAST
    age = math.nan if account is None else (decision.as_of - account.created_at).total_seconds()
    return Context(
        stream=stream,
        recipients=None if plan is None else plan.recipients,
        paid=None if account is None else account.paid,
        standing=standing,
        account_age_days=age / 86_400,
    )


def _plan(decision: Decision, read: _Read) -> Plan | None:
    found = read.releases.get(decision.subject.id)
    mine = found is not None and found[0].account_id == decision.account_id
    return found[0] if found is not None and mine else None


def _values(
    decision: Decision, wanted: Sequence[tuple[int, str]], sets: FeatureSets, read: _Read
) -> dict[str, float]:
    if not decision.vector:
        return {}
    places = sets.places(decision.subject.type, decision.feature_set)
    if any(place not in places for place, _ in wanted):
        read.odd["decisions that did not log all features that rules read"] += 1
    return {name: decision.vector[places[place]] for place, name in wanted if place in places}


def _mail(decision: Decision, context: Context, read: _Read) -> Mail | None:
    """Return what became of a campaign's mail; of several scores of it, the newest has it."""
    pair = decision.account_id, decision.subject.id
    if decision.subject.type is not Subject.CAMPAIGN or not context.recipients:
        return None
    if read.newest[pair] != decision.decision_id:
        return None
    counts = read.counts.get(pair, {})
    handed = _handed(decision, counts, read)
    verdict = read.words.on(decision.account_id, decision.decision_id, decision.as_of)
    risk = decision.risk if decision.seen is None or "model" not in decision.seen.missing else None
    chance, known = abusive(verdict, counts, handed or 0, risk)
    rates = rates_of(counts, handed or 0)
    return Mail(context.recipients, handed, rates, chance, known)


def _handed(decision: Decision, counts: Mapping[str, int], read: _Read) -> int | None:
    """Return the mails that went out: those granted, or those seen by pipelines that never ask."""
    found = read.releases.get(decision.subject.id)
    granted = found[1].granted if found and found[0].account_id == decision.account_id else None
    seen = max(counts.get("sent", 0), counts.get("delivered", 0) + counts.get("hard_bounce", 0))
    return max(granted or 0, seen) if granted is not None or seen else None


def _segments(account: Account | None, context: Context) -> dict[str, str]:
    age = context.account_age_days
    within = next((name for limit, name in _AGES if age < limit), "180 days and more")
    return {
        "plan": (account.plan if account else None) or "unknown",
        "country": (account.country if account else None) or "unknown",
        "age": "unknown" if np.isnan(age) else within,
    }
