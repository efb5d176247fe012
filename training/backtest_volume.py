"""What an account may hand over a day in a replay: the volume that its record there has earned.

The rules are those that serve; the record is that of the replay's own mail. An account that is
older than the history begins with the record that the history shows of it. Accounts that share one
volume in service each have their own here.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from models.decision import Limits
from models.earned import Earning, TrackRecord
from models.inflight.volume import Caps, Room, Sent, earned, rolled, room, taken
from training.backtest_rows import Past

_RECORD_DAYS: Final = 30
_NEW_BELOW_DAYS: Final = 2.0
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Known:
    """What the log shows of an account that is older than it."""

    counts: Mapping[str, int]
    busiest_day: int


@dataclass
class Ledger:
    """One account's mail by day in a replay."""

    known: Known | None = None
    began: int | None = None
    sent: dict[int, Sent] = field(default_factory=dict)
    counts: dict[int, Counter[str]] = field(default_factory=dict)

    def room(
        self, at: datetime, rules: Earning | None, limits: Limits | None, risk: float, paid: bool
    ) -> Room:
        """Return what is left at a time; `limits` are those of a throttle that bind releases."""
        now = self._now(at, rules, risk, paid)
        caps = Caps(
            per_hour=limits.per_hour if limits else None,
            per_day=limits.per_day if limits else None,
            allowance=None if rules is None else now.allowance,
        )
        return room(now, (), caps, at)

    def take(self, at: datetime, mails: int, rates: Mapping[str, float]) -> None:
        """Note mails that are handed over at a time, with the events that they will have."""
        day = _day(at)
        self.sent[day] = taken(rolled(self._before(day), at), mails)
        counts = self.counts.setdefault(day, Counter())
        counts["sent"] += mails
        for name, rate in rates.items():
            counts[name] += round(rate * mails)

    def _now(self, at: datetime, rules: Earning | None, risk: float, paid: bool) -> Sent:
        day = _day(at)
        before = self._before(day)
        now = rolled(before, at)
        if rules is not None:
            now = earned(now, before, self._record(day, risk, paid), rules)
        self.sent[day] = now
        return now

    def _before(self, day: int) -> Sent:
        """Return the newest counts up to a day."""
        earlier = [one for one in self.sent if one <= day]
        return self.sent[max(earlier)] if earlier else Sent()

    def _record(self, day: int, risk: float, paid: bool) -> TrackRecord:
        self.began = day if self.began is None else self.began
        known = self.known if day - self.began < _RECORD_DAYS else None
        counts = dict(known.counts) if known else {}
        recent: dict[str, int] = {}
        busiest = known.busiest_day if known else 0
        for one, found in self.counts.items():
            if day - _RECORD_DAYS <= one <= day:
                _add(counts, found)
                busiest = max(busiest, found["sent"])
            if day - 1 <= one <= day:
                _add(recent, found)
        return TrackRecord(risk, paid, counts, recent, busiest)


def _add(total: dict[str, int], found: Mapping[str, int]) -> None:
    for name, count in found.items():
        total[name] = total.get(name, 0) + count


@dataclass(frozen=True)
class AccountValve:
    """What one account may hand over under a policy's rules; see `training.backtest_mail.Valve`."""

    ledger: Ledger
    rules: Earning | None
    limits: Limits | None
    risk: float
    paid: bool
    rates: Mapping[str, float]

    def room(self, at: datetime) -> Room:
        return self.ledger.room(at, self.rules, self.limits, self.risk, self.paid)

    def take(self, at: datetime, mails: int) -> None:
        self.ledger.take(at, mails, self.rates)

    def fits(self, grants: Sequence[tuple[datetime, int]]) -> bool:
        """Whether all of it can go as granted, within one day's volume."""
        if not grants:
            return True
        left = self.room(grants[0][0]).mails
        one_day = _day(grants[0][0]) == _day(grants[-1][0])
        return left is None or (one_day and sum(mails for _, mails in grants) <= left)


def ledgers(pasts: Iterable[Past]) -> dict[str, Ledger]:
    """Return a ledger for each account of a history, before its first decision."""
    found: dict[str, Ledger] = {}
    old: dict[str, dict[int, Counter[str]]] = {}
    for past in pasts:
        if past.account_id not in found:
            found[past.account_id] = Ledger()
            if not past.context.account_age_days < _NEW_BELOW_DAYS:
                old[past.account_id] = {}
        if past.account_id in old and past.mail is not None and past.mail.handed:
            counts = old[past.account_id].setdefault(_day(past.at), Counter())
            counts["sent"] += past.mail.handed
            for name, rate in (past.mail.rates or {}).items():
                counts[name] += round(rate * past.mail.handed)
    for account_id, days in old.items():
        found[account_id].known = _known(days)
    return found


def _known(days: Mapping[int, Counter[str]]) -> Known | None:
    if not days:
        return None
    total: Counter[str] = Counter()
    for day in sorted(days)[-_RECORD_DAYS:]:
        total.update(days[day])
    return Known(total, max(counts["sent"] for counts in days.values()))


def _day(at: datetime) -> int:
    return int(at.timestamp() // _DAY.total_seconds())
