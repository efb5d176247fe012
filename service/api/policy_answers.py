"""What the API answers about policies and exemptions."""

import json
from datetime import datetime
from typing import Any, Final

import msgspec

from models.policy.exemptions import Exemption
from models.policy.faults import PolicyError
from service.api.answers import Answer
from service.policies.acts import PolicyActs
from service.policies.records import Comparison, PolicyVersion


class FaultAnswer(Answer, frozen=True, kw_only=True):
    """One fault. `line` and `column` count from 1; 0 where they are not known."""

    line: int
    column: int
    cause: str
    suggestion: str


class CheckedAnswer(Answer, frozen=True, kw_only=True):
    """Whether a policy could be in force. `changes_terminate`: two people have to want it."""

    usable: bool
    version: str | None
    changes_terminate: bool | None
    faults: tuple[FaultAnswer, ...]


class PolicyAnswer(Answer, frozen=True, kw_only=True):
    """One version. `stage` is `draft` while it has faults, then `checked`, `backtested`, `shadow`,
    `canary`, `live`, and at last `retired`, `rolled_back` or `withdrawn`. `asked_by` asked for
    `asked_for`; another person confirms it by asking for the same."""

    policy_id: str
    version: str | None
    stage: str
    author: str
    note: str
    revision: int
    created_at: datetime
    changed_at: datetime
    live_since: datetime | None
    share: float
    asked_by: str | None
    asked_for: str | None
    replaced: str | None


class PolicyTextAnswer(PolicyAnswer, frozen=True, kw_only=True):
    """One version with its text, what is wrong with it, and its last backtest."""

    text: str
    faults: tuple[FaultAnswer, ...]
    changes_terminate: bool | None
    backtest: dict[str, Any] | None


class PoliciesAnswer(Answer, frozen=True, kw_only=True):
    """What is in force, and the versions that are kept, the newest change first. `from_file`: no
    version of the database is in force."""

    in_force: str
    from_file: bool
    canary: str | None
    canary_share: float
    shadow: str | None
    policies: tuple[PolicyAnswer, ...]


class CountedAnswer(Answer, frozen=True, kw_only=True):
    """Decisions that were `live` where the version in shadow would have done `draft`."""

    live: str
    draft: str
    decisions: int


class ShadowedDecision(Answer, frozen=True, kw_only=True):
    """One decision that would have been another."""

    decision_id: str
    account_id: str
    as_of: datetime
    live: str
    draft: str


class ShadowAnswer(Answer, frozen=True, kw_only=True):
    """What a version in shadow would have done beside what was done."""

    version: str
    decisions: int
    agree: int
    counts: tuple[CountedAnswer, ...]
    examples: tuple[ShadowedDecision, ...]


class ExemptionAnswer(Answer, frozen=True, kw_only=True):
    """What is set aside for an account, and until when."""

    exemption_id: str
    account_id: str
    kind: str
    starts_at: datetime
    expires_at: datetime
    made_by: str
    at_most: str | None
    at_least: str | None
    rules: tuple[str, ...]
    lanes: tuple[str, ...]
    note: str
    ended_at: datetime | None
    ended_by: str | None
    in_force: bool


class ExemptionsAnswer(Answer, frozen=True, kw_only=True):
    """Exemptions, the last to expire first."""

    exemptions: tuple[ExemptionAnswer, ...]


POLICY_ANSWERS: Final[tuple[type[Answer], ...]] = (
    CheckedAnswer,
    PolicyAnswer,
    PolicyTextAnswer,
    PoliciesAnswer,
    ShadowAnswer,
    ExemptionAnswer,
    ExemptionsAnswer,
)


def fault_answers(found: tuple[PolicyError, ...]) -> tuple[FaultAnswer, ...]:
    return tuple(
        FaultAnswer(line=one.line, column=one.column, cause=one.cause, suggestion=one.suggestion)
        for one in found
    )


def checked_answer(acts: PolicyActs, text: str) -> CheckedAnswer:
    checked = acts.checked(text)
    return CheckedAnswer(
        usable=not checked.faults,
        version=checked.version or None,
        changes_terminate=checked.changes_terminate,
        faults=fault_answers(checked.faults),
    )


def policy_answer(version: PolicyVersion) -> PolicyAnswer:
    return PolicyAnswer(**_shared(version))


def _shared(version: PolicyVersion) -> dict[str, Any]:
    found = {name: getattr(version, name) for name in PolicyAnswer.__struct_fields__}
    return found | {"stage": version.stage.value, "version": version.version or None}


def policy_text_answer(acts: PolicyActs, version: PolicyVersion) -> PolicyTextAnswer:
    checked = acts.checked(version.text)
    return PolicyTextAnswer(
        **_shared(version),
        text=version.text,
        faults=fault_answers(checked.faults),
        changes_terminate=checked.changes_terminate,
        backtest=json.loads(version.backtest) if version.backtest else None,
    )


def policies_answer(acts: PolicyActs) -> PoliciesAnswer:
    now = acts.policies.published()
    return PoliciesAnswer(
        in_force=acts.policies.current().version,
        from_file=now.live is None,
        canary=now.canary.version if now.canary else None,
        canary_share=now.share,
        shadow=now.shadow.version if now.shadow else None,
        policies=tuple(map(policy_answer, acts.versions())),
    )


def shadow_answer(found: Comparison) -> ShadowAnswer:
    return ShadowAnswer(
        version=found.version,
        decisions=found.decisions,
        agree=found.agree,
        counts=tuple(
            CountedAnswer(live=live, draft=draft, decisions=count)
            for (live, draft), count in sorted(found.counts.items())
        ),
        examples=tuple(ShadowedDecision(**msgspec.structs.asdict(row)) for row in found.examples),
    )


def exemption_answer(one: Exemption, at: datetime) -> ExemptionAnswer:
    found = {
        name: getattr(one, name) for name in ExemptionAnswer.__struct_fields__ if name != "in_force"
    }
    return ExemptionAnswer(**found | {"kind": one.kind.value}, in_force=one.counts(at))
