"""A policy in force: from scores and facts to the most severe action that anything calls for."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from features.records import Stream, Subject
from models.decision import Action, Limits
from models.earned import Earning
from models.inflight.records import Rules
from models.policy.action import ActionKind
from models.policy.audits import Audit
from models.policy.exemptions import Exemption, bounded, in_lane, set_aside
from models.policy.expressions import Expression, Vocabulary
from models.scores import Scores


class Lane(StrEnum):
    """What is judged by bands of its own: the two streams of campaigns apart."""

    ACCOUNT = "account"
    LIST = "list"
    BROADCAST = "broadcast"
    TRANSACTIONAL = "transactional"


class Missing(StrEnum):
    """What can be unavailable at a decision."""

    MODEL = "model"
    STORE = "store"
    LIST_FACTS = "list_facts"
    CONTENT = "content"


SCORES = ("risk", "malicious", "careless")
FORECASTS = tuple(
    f"forecast_{rate}_{bound}"
    for rate in ("hard_bounce", "complaint")
    for bound in ("mean", "low", "high")
)
NUMBERS = (*SCORES, *FORECASTS, "recipients", "account_age_days")
TEXTS = ("subject", "stream", "standing")
FLAGS = ("paid", "unpaid", "case_open", "tied_case_open")
# Whether each rule of a lane holds, in file order; None: it cannot be evaluated.
Outcomes = tuple[bool | None, ...]


@dataclass(frozen=True)
class Context:
    """What a decision knows beside its feature row; None and NaN are unknown.

    `standing` is the action in force on the account; `case_open`: a campaign of it was held and
    nobody has looked since; `tied_case_open`: so it is with an account that is closely tied to it.
    `exemptions` are those in force on the account.
    """

    stream: Stream | None = None
    recipients: int | None = None
    paid: bool | None = None
    standing: str | None = None
    account_age_days: float = math.nan
    case_open: bool = False
    exemptions: tuple[Exemption, ...] = ()
    tied_case_open: bool = False


@dataclass(frozen=True)
class Case:
    """All that a policy looks at; `scores` is None when no model answered."""

    subject: Subject
    context: Context
    scores: Scores | None
    values: Mapping[str, float]
    missing: tuple[str, ...] = ()

    @property
    def lane(self) -> Lane:
        if self.subject is Subject.CAMPAIGN:
            transactional = self.context.stream is Stream.TRANSACTIONAL
            return Lane.TRANSACTIONAL if transactional else Lane.BROADCAST
        return Lane(self.subject.value)


@dataclass(frozen=True)
class Band:
    """From `at_least` on, a score calls for an action."""

    score: str
    at_least: float
    kind: ActionKind


@dataclass(frozen=True)
class Rule:
    """An expression that calls for an action when it is true; a shadow rule only says so."""

    name: str
    when: str
    kind: ActionKind
    lanes: frozenset[Lane]
    expressions: Mapping[Subject, Expression]
    reason: str | None = None
    shadow: bool = False


@dataclass(frozen=True)
class LimitRow:
    """The limits of a throttle for accounts that meet every stated condition."""

    limits: Limits
    younger_than_days: float = math.inf
    risk_at_least: float = 0.0
    paid: bool | None = None

    def fits(self, case: Case, risk: float) -> bool:
        """Return whether the row applies; an unknown age counts as new."""
        old = case.context.account_age_days >= self.younger_than_days
        wrong_plan = self.paid is not None and case.context.paid is not self.paid
        return not old and not wrong_plan and risk >= self.risk_at_least


@dataclass(frozen=True)
class Standing:
    """An action in force holds on in `lanes` until every score is below its own limit.

    The limits are lower than those that imposed it, so that an account does not flap. None
    means that only a person lifts it.
    """

    kind: ActionKind
    lanes: frozenset[Lane]
    lifts_below: Mapping[str, float] | None

    def holds(self, scores: Scores | None) -> bool:
        if self.lifts_below is None or scores is None:
            return True
        return any(getattr(scores, name) >= limit for name, limit in self.lifts_below.items())


@dataclass(frozen=True)
class Judgement:
    """What the policy calls for. `fired` names all that fired, `decisive` what decided.

    `reasons` are the codes that the firing rules state.
    """

    kind: ActionKind
    limits: Limits | None
    fired: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Call:
    """One voice for an action."""

    name: str
    kind: ActionKind
    reason: str | None = None


@dataclass(frozen=True)
class Policy:
    """A loaded policy. `version` names it with a digest of its text.

    `earned` None: no daily volume has to be earned. `goods` are phrases that may not be promoted.
    """

    name: str
    version: str
    description: str
    text: str
    bands: Mapping[Lane, tuple[Band, ...]]
    rules: tuple[Rule, ...]
    vocabularies: Mapping[Subject, Vocabulary]
    limits: tuple[LimitRow, ...]
    release: Rules
    earned: Earning | None
    audit: Audit
    standing: Mapping[str, Standing]
    fallbacks: Mapping[Missing, Mapping[Lane, ActionKind]]
    risk_unknown: float
    valid_for: Mapping[Action, timedelta]
    costs: Mapping[str, float]
    feature_sets: Mapping[Subject, str]
    mildest: ActionKind
    goods: tuple[str, ...] = ()

    def judge(self, case: Case, outcomes: Outcomes | None = None) -> Judgement:
        """Return the most severe action that a band, rule, standing or fallback calls for.

        `outcomes` are those of the lane's rules where they are known already, as in a backtest.
        """
        shadows: list[str] = []
        calls = [
            *self._bands(case),
            *self._rules(case, self.outcomes(case) if outcomes is None else outcomes, shadows),
            *self._standing(case),
            *self._fallbacks(case),
        ]
        exempt = in_lane(case.context.exemptions, case.lane)
        if exempt:
            aside = set_aside(exempt)
            shadows += [f"exempt:{call.name}" for call in calls if call.name in aside]
            calls = [call for call in calls if call.name not in aside]
        kind = max((call.kind for call in calls), key=_severity, default=self.mildest)
        kind, said = bounded(kind, exempt) if exempt else (kind, [])
        return Judgement(
            kind,
            self._limits(case, kind),
            (*(call.name for call in calls), *said, *shadows),
            tuple(dict.fromkeys(call.reason for call in _sorted(calls) if call.reason)),
        )

    def _bands(self, case: Case) -> Iterator[Call]:
        if case.scores is None:
            return
        for score in SCORES:
            value = getattr(case.scores, score)
            met = [b for b in self.bands[case.lane] if b.score == score and value >= b.at_least]
            if met:
                band = max(met, key=lambda band: band.kind.severity)
                yield Call(f"{case.lane}.{score}.{band.kind.name}", band.kind)

    def rules_of(self, lane: Lane) -> tuple[Rule, ...]:
        """Return the rules that speak in a lane, in file order."""
        return tuple(rule for rule in self.rules if lane in rule.lanes)

    def outcomes(self, case: Case, rules: Sequence[Rule] | None = None) -> Outcomes:
        """Return whether each rule of the lane holds, None where it cannot be evaluated.

        `rules` are some of them; all when left out.
        """
        rules = self.rules_of(case.lane) if rules is None else rules
        if not rules:
            return ()
        names = frozenset().union(*(rule.expressions[case.subject].names for rule in rules))
        values = variables(case)
        activation = self.vocabularies[case.subject].activation(
            {
                name: values[name] if name in values else case.values.get(name, math.nan)
                for name in names
            }
        )
        return tuple(rule.expressions[case.subject].holds(activation) for rule in rules)

    def _rules(self, case: Case, outcomes: Outcomes, shadows: list[str]) -> Iterator[Call]:
        for rule, holds in zip(self.rules_of(case.lane), outcomes, strict=True):
            if holds is None:
                shadows.append(f"error:{rule.name}")
            elif holds and rule.shadow:
                shadows.append(f"shadow:{rule.name}")
            elif holds:
                yield Call(rule.name, rule.kind, rule.reason)

    def _standing(self, case: Case) -> Iterator[Call]:
        standing = self.standing.get(case.context.standing or "")
        if standing and case.lane in standing.lanes and standing.holds(case.scores):
            yield Call(f"standing.{case.context.standing}", standing.kind, "ACCOUNT_STANDING")

    def _fallbacks(self, case: Case) -> Iterator[Call]:
        for missing in case.missing:
            kind = self.fallbacks[Missing(missing)][case.lane]
            yield Call(f"fallback.{missing}", kind, MISSING_REASONS[Missing(missing)])

    def _limits(self, case: Case, kind: ActionKind) -> Limits | None:
        if kind.limit is None:
            return None
        risk = case.scores.risk if case.scores else self.risk_unknown
        return kind.limit(next(row.limits for row in self.limits if row.fits(case, risk)))


MISSING_REASONS = {
    Missing.MODEL: "MODEL_UNAVAILABLE",
    Missing.STORE: "STORE_UNAVAILABLE",
    Missing.LIST_FACTS: "LIST_FACTS_UNKNOWN",
    Missing.CONTENT: "CONTENT_UNKNOWN",
}


def variables(case: Case) -> dict[str, float | str | bool]:
    """Return the names beside the features that a rule may use."""
    context, scores = case.context, case.scores
    return {
        **{name: getattr(scores, name, math.nan) for name in SCORES},
        **dict(zip(FORECASTS, _forecast_bounds(scores), strict=True)),
        "recipients": math.nan if context.recipients is None else float(context.recipients),
        "account_age_days": float(context.account_age_days),
        "subject": case.subject.value,
        "stream": context.stream.value if context.stream else "",
        "standing": context.standing or "",
        "paid": context.paid is True,
        "unpaid": context.paid is False,
        "case_open": context.case_open,
        "tied_case_open": context.tied_case_open,
    }


def _forecast_bounds(scores: Scores | None) -> tuple[float, ...]:
    if scores is None or scores.forecast is None:
        return (math.nan,) * len(FORECASTS)
    rates = scores.forecast.hard_bounce_rate, scores.forecast.complaint_rate
    return tuple(bound for rate in rates for bound in (rate.mean, rate.low, rate.high))


def _severity(kind: ActionKind) -> int:
    return kind.severity


def _sorted(calls: list[Call]) -> list[Call]:
    return sorted(calls, key=lambda call: -call.kind.severity)
