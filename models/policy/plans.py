"""How a campaign may go out, from the decision before its send. Pure."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Final

from features.records import ListImport, Stream
from models.decision import Decision, Forecast, Limits
from models.inflight import Plan
from models.policy.policy import Lane

MAX_REASONS: Final = 5
_TRICKLE: Final = ".malicious.trickle"
_ALLOW_LISTED: Final = "exemption.allow_list"
_ASIDE: Final = "exempt:"
_LEAST_STAGE: Final = 20


def plan_of(
    decision: Decision,
    recipients: int,
    stream: Stream,
    first_share: float,
    imports: Sequence[ListImport] = (),
) -> Plan:
    """Return how a campaign may go out.

    `imports` are those of its lists. Transactional mail that is allowed is never made to wait.
    """
    limits = decision.limits
    return Plan(
        decision_id=decision.decision_id,
        account_id=decision.account_id,
        recipients=recipients,
        action=decision.action,
        risk=decision.risk,
        first_stage=first_stage(decision.limits, recipients, stream, first_share),
        doubtful=is_doubtful(decision.rules),
        expected=expected_rates(decision.forecast),
        reasons=tuple(reason.code for reason in decision.reasons[:MAX_REASONS]),
        lane=(Lane.TRANSACTIONAL if stream is Stream.TRANSACTIONAL else Lane.BROADCAST).value,
        per_hour=None if limits is None else limits.per_hour,
        per_day=None if limits is None else limits.per_day,
        providers=_providers(imports),
    )


def _providers(imports: Sequence[ListImport]) -> dict[str, int]:
    """Return the recipients of some lists by mailbox provider."""
    summed: Counter[str] = Counter()
    for record in imports:
        summed.update(record.providers)
    return dict(summed)


def first_stage(
    limits: Limits | None, recipients: int, stream: Stream, first_share: float
) -> int | None:
    """Return the mails of the first stage, None where nothing speaks against sending all."""
    share = max(_LEAST_STAGE, math.ceil(recipients * first_share))
    if limits is not None:
        return min(limits.first_stage, share)
    return None if stream is Stream.TRANSACTIONAL else share


def is_doubtful(fired: tuple[str, ...]) -> bool:
    """Tell whether malice is feared, by the names of what fired and was not set aside."""
    if _ALLOW_LISTED in fired:
        return False
    return any(name.endswith(_TRICKLE) and not name.startswith(_ASIDE) for name in fired)


def expected_rates(forecast: Forecast | None) -> dict[str, float]:
    """Return the forecast rates by signal of a release."""
    if forecast is None:
        return {}
    return {
        "hard_bounce": forecast.hard_bounce_rate.mean,
        "complaint": forecast.complaint_rate.mean,
    }
