"""Replays history under a policy: point in time, with the standing that this policy would have made.

Each decision is judged by the policy code that serves, on what was known then. What is in force
on the account is that of the replay: a draft that never held an account does not find it held.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from features.records import Subject
from models.decision import Action, SubjectRef
from models.inflight import Plan
from models.policy.in_force import LIFTING, Standing, in_force
from models.policy.plans import expected_rates, first_stage, is_doubtful
from models.policy.policy import Case, Judgement, Lane, Outcomes, Policy, Rule
from training.backtest_mail import HELD, Sent, sent_under
from training.backtest_rows import Assumptions, History, Mail, Past, Word
from training.backtest_volume import AccountValve, Ledger, ledgers

# What a rule may read that is not a fact about the decision but about the policy in force.
_OF_THE_REPLAY: Final = frozenset({"standing", "case_open"})
_NOBODY: Final = Standing()
_A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Redone:
    """One decision under the replayed policy. `minutes`: of a reviewer, where it opens a case."""

    past: Past
    action: str
    sent: Sent | None
    minutes: float


@dataclass(frozen=True, slots=True)
class _Ruling:
    """What the replay put in force."""

    decision_id: str
    subject: SubjectRef
    action: str
    as_of: datetime
    degraded: bool


@dataclass(slots=True)
class _Account:
    """What the replay knows of one account; `slots` hold the rulings that can be in force."""

    words: list[Word] = field(default_factory=list)
    slots: dict[str, _Ruling] = field(default_factory=dict)
    busy_until: datetime | None = None
    standing: Standing | None = None


class Replay:
    """One policy over one history. `plans` remembers releases that were worked out before."""

    def __init__(
        self,
        policy: Policy,
        assumed: Assumptions,
        plans: "dict[tuple[object, ...], Sent] | None" = None,
    ) -> None:
        self._policy, self._assumed = policy, assumed
        self._plans = {} if plans is None else plans
        self._accounts: dict[str, _Account] = defaultdict(_Account)
        self._looks: list[tuple[datetime, int, Past]] = []
        self._stages: dict[str, tuple[tuple[Rule, ...], bool]] = {}
        self._release = repr(policy.release)
        self._ledgers: dict[str, Ledger] = {}
        self._account_risk: dict[str, float] = {}

    def run(self, history: History) -> Iterator[Redone]:
        """Yield every decision anew, in time order."""
        words = list(history.words)
        self._ledgers = ledgers(history.decisions)
        at_word = 0
        for number, past in enumerate(history.decisions):
            while at_word < len(words) and words[at_word].known_at <= past.at:
                self._hear(words[at_word])
                at_word += 1
            self._look(past.at)
            yield self._redo(past, number)

    def _hear(self, word: Word) -> None:
        account = self._accounts[word.account_id]
        account.words.append(word)
        account.standing = None

    def _look(self, now: datetime) -> None:
        """Let the reviewers look at what was held long enough ago; they see what it was."""
        while self._looks and self._looks[0][0] <= now:
            at, _, past = heapq.heappop(self._looks)
            account = self._accounts[past.account_id]
            if any(word.known_at >= past.at for word in account.words):
                continue
            abusive = past.mail is not None and past.mail.abusive >= 0.5
            verdict = "abusive" if abusive else LIFTING
            account.words.append(Word(past.account_id, at, verdict, None, past.decision_id))
            account.standing = None

    def _redo(self, past: Past, number: int) -> Redone:
        account = self._account(past)
        standing = self._standing(account)
        context = past.context
        if (context.standing, context.case_open) != (standing.action, standing.case_open):
            context = replace(context, standing=standing.action, case_open=standing.case_open)
        case = Case(past.subject, context, past.scores, past.values, past.missing)
        judgement = self._policy.judge(case, self._outcomes(past, case))
        action = judgement.kind.action.label
        self._rule(account, past, action)
        if past.subject is Subject.ACCOUNT and past.scores is not None:
            self._account_risk[past.account_id] = past.scores.risk
        minutes = self._minutes(account, past, action, number)
        sent = None if past.mail is None else self._sent(past, past.mail, judgement, action)
        return Redone(past, action, sent, minutes)

    def _account(self, past: Past) -> _Account:
        """Return what is known of the account; at its first decision, what was in force then."""
        if past.account_id not in self._accounts:
            self._accounts[past.account_id].slots.update(_before(past))
        return self._accounts[past.account_id]

    @staticmethod
    def _standing(account: _Account) -> Standing:
        if account.standing is None:
            slots = tuple(account.slots.values())
            account.standing = in_force(account.words, slots) if slots or account.words else _NOBODY
        return account.standing

    def _outcomes(self, past: Past, case: Case) -> Outcomes:
        """Return what the rules of the lane say; what cannot change between replays, once."""
        lane = case.lane
        if lane not in self._stages:
            rules = self._policy.rules_of(lane)
            moving = any(_moves(rule, past.subject) for rule in rules)
            self._stages[lane] = rules, moving
        rules, moving = self._stages[lane]
        known = past.outcomes
        unknown = [
            rule
            for rule in rules
            if rule.when not in known or (moving and _moves(rule, past.subject))
        ]
        fresh = dict(
            zip((rule.when for rule in unknown), self._policy.outcomes(case, unknown), strict=True)
        )
        known.update(fresh)
        return tuple([known[rule.when] for rule in rules])

    @staticmethod
    def _rule(account: _Account, past: Past, action: str) -> None:
        ref = SubjectRef(type=past.subject, id=past.subject_id)
        ruling = _Ruling(past.decision_id, ref, action, past.at, past.degraded)
        places = []
        if past.subject is Subject.ACCOUNT:
            places.append("account")
        if action == Action.TERMINATE.label:
            places.append("terminate")
        if past.subject is Subject.CAMPAIGN and action == Action.REVIEW.label:
            places.append("held")
        for place in places:
            account.slots[place] = ruling
            account.standing = None

    def _minutes(self, account: _Account, past: Past, action: str, number: int) -> float:
        """Return the reviewer's minutes that a decision costs; cases of an account join."""
        after = self._assumed.looked_after
        if action not in HELD:
            return 0.0
        if account.busy_until is not None and past.at < account.busy_until:
            return 0.0
        # Without reviewers in the replay one case a day stands for an account that is held on.
        account.busy_until = past.at + (after or _A_DAY)
        if after is not None:
            heapq.heappush(self._looks, (past.at + after, number, past))
        return self._assumed.minutes[past.subject]

    def _sent(self, past: Past, mail: Mail, judgement: Judgement, action: str) -> Sent:
        """Return what goes out, within what the account may hand over a day."""
        plan = self._plan(past, mail, judgement, action)
        free = self._freely(past, mail, plan, held=action in HELD)
        rules = self._policy
        limits = judgement.limits if rules.release.keep_limits else None
        if plan.lane != Lane.BROADCAST.value or (rules.earned is None and limits is None):
            return free
        valve = AccountValve(
            self._ledgers[past.account_id],
            rules.earned,
            limits,
            self._account_risk.get(past.account_id, plan.risk),
            past.context.paid is True,
            mail.rates or plan.expected,
        )
        if not valve.fits(free.grants):
            return sent_under(plan, mail, past.at, rules.release, self._assumed, valve)
        for at, mails in free.grants:
            valve.take(at, mails)
        return free

    def _freely(self, past: Past, mail: Mail, plan: Plan, *, held: bool) -> Sent:
        """Return what goes out where no volume bounds it, worked out once."""
        rules = self._policy.release
        risky = plan.risk >= rules.stop_risk
        key = (past.decision_id, held, plan.first_stage, plan.doubtful, risky, self._release)
        found = self._plans.get(key)
        if found is None:
            found = self._plans[key] = sent_under(plan, mail, past.at, rules, self._assumed)
        return found

    def _plan(self, past: Past, mail: Mail, judgement: Judgement, action: str) -> Plan:
        share = self._policy.release.first_share
        forecast = past.scores.forecast if past.scores else None
        return Plan(
            decision_id=past.decision_id,
            account_id=past.account_id,
            recipients=mail.mails,
            action=action,
            risk=past.scores.risk if past.scores else self._policy.risk_unknown,
            first_stage=first_stage(judgement.limits, mail.mails, past.stream, share),
            doubtful=is_doubtful(judgement.fired),
            expected=expected_rates(forecast),
            lane=past.stream.value,
        )


def _before(past: Past) -> dict[str, _Ruling]:
    """Return the rulings that the log says were in force before an account's first decision."""
    found = {}
    if past.context.standing is not None:
        ref = SubjectRef(type=Subject.ACCOUNT, id=past.account_id)
        found["account"] = _Ruling("before", ref, past.context.standing, past.at, degraded=False)
    if past.context.case_open:
        ref = SubjectRef(type=Subject.CAMPAIGN, id="before")
        found["held"] = _Ruling("before", ref, Action.REVIEW.label, past.at, degraded=False)
    return found


def _moves(rule: Rule, subject: Subject) -> bool:
    """Whether a rule reads what the replayed policy itself brings about."""
    return not _OF_THE_REPLAY.isdisjoint(rule.expressions[subject].names)


def names_read(policies: Sequence[Policy]) -> frozenset[str]:
    """Return the names that the rules of policies read, of any subject."""
    return frozenset(
        name
        for policy in policies
        for rule in policy.rules
        for expression in rule.expressions.values()
        for name in expression.names
    )
