"""A decision and its parts, as they are answered, stored and learned from."""

from datetime import datetime
from enum import IntEnum

import msgspec

from features.records import Subject


class Action(IntEnum):
    """What happens to the mail. The order is the severity; the highest wins."""

    ALLOW = 0
    THROTTLE = 1
    REVIEW = 2
    TERMINATE = 3

    @property
    def label(self) -> str:
        """The word on the wire."""
        return self.name.lower()


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """An immutable part of a decision."""


class Limits(Part, frozen=True, kw_only=True):
    """Mails an account or campaign may send while throttled."""

    per_hour: int
    per_day: int
    first_stage: int


class Interval(Part, frozen=True, kw_only=True):
    """A forecast rate in [0, 1] with its 90 % interval."""

    mean: float
    low: float
    high: float


class Forecast(Part, frozen=True, kw_only=True):
    """Expected rates over the recipients of a campaign or list."""

    hard_bounce_rate: Interval
    complaint_rate: Interval


class ReasonGiven(Part, frozen=True, kw_only=True):
    """Why: `weight` is the reason's share of all that pushes the log-odds of abuse up.

    1 where a rule of the policy, or something missing, decided by itself. `unit` is that of `value`
    and `typical`; None where there is no value, and in decisions older than it.
    """

    code: str
    family: str
    weight: float
    value: float | None
    typical: float | None
    message: str
    advice: str
    unit: str | None = None


class SubjectRef(Part, frozen=True, kw_only=True):
    """What the decision is about."""

    type: Subject
    id: str


class Seen(Part, frozen=True, kw_only=True):
    """What a policy looked at beside scores and features, so that it can be judged again.

    `standing` is the action that was in force on the account, `missing` what could not be had.
    `audit_chance` and `release_chance` are set where the decision was drawn to be looked at, or to
    be let out although the policy would have slowed it: the probability of that draw.
    """

    stream: str | None = None
    recipients: int | None = None
    paid: bool | None = None
    standing: str | None = None
    case_open: bool = False
    tied_case_open: bool = False
    account_age_days: float | None = None
    missing: tuple[str, ...] = ()
    audit_chance: float | None = None
    release_chance: float | None = None


class Ordered(Part, frozen=True, kw_only=True):
    """What was asked to be sent or taken in, as far as features read it and nothing else keeps it.

    With it a feature that did not exist then can be computed as of then. Ids, a domain and keys of
    fingerprints; no text.
    """

    list_ids: tuple[str, ...] = ()
    scheduled_at: datetime | None = None
    from_domain: str | None = None
    fingerprint: int | None = None
    near_keys: tuple[int, ...] = ()
    import_id: str | None = None


class Shadowed(Part, frozen=True, kw_only=True):
    """What a policy in shadow would have done on the same scores."""

    policy_version: str
    action: str


class Decision(Part, frozen=True, kw_only=True):
    """One decision. `malicious + careless == risk`; `vector` is the feature row it rests on."""

    decision_id: str
    subject: SubjectRef
    account_id: str
    as_of: datetime
    action: str
    limits: Limits | None
    risk: float
    malicious: float
    careless: float
    forecast: Forecast | None
    reasons: tuple[ReasonGiven, ...]
    rules: tuple[str, ...]
    policy_version: str
    model_version: str
    feature_set: str
    valid_until: datetime
    degraded: bool = False
    vector: tuple[float, ...] = ()
    seen: Seen | None = None
    shadow: Shadowed | None = None
    ordered: Ordered | None = None
