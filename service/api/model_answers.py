"""What the API answers about models: the one that serves, and the challenger in shadow."""

from datetime import datetime
from typing import Final

from service.api.answers import Answer
from service.model_shadow import ShadowReport


class ShadowRunAnswer(Answer, frozen=True, kw_only=True):
    """How shadow scoring goes in this process. `set_aside`: why the challenger is not asked any more."""

    challenger: str | None
    scored: int
    dropped: int
    set_aside: str | None


class ModelsAnswer(Answer, frozen=True, kw_only=True):
    """The model that decides; null while the policy's fallback does. `shadow` null: none is run here."""

    champion: str | None
    shadow: ShadowRunAnswer | None


class DifferAnswer(Answer, frozen=True, kw_only=True):
    """A decision on which champion (`live`) and challenger (`draft`) differ; `label` as of now."""

    decision_id: str
    account_id: str
    subject: str
    as_of: datetime
    live: str
    draft: str
    live_risk: float
    draft_risk: float
    label: str | None


class PairAnswer(Answer, frozen=True, kw_only=True):
    """How many decisions on a subject had these two actions."""

    subject: str
    live: str
    draft: str
    decisions: int


class ModelShadowAnswer(Answer, frozen=True, kw_only=True):
    """The challenger beside the champion. `agreement` is the share of equal actions, `correlation` that
    of the risks. Of the examples that have a label, `challenger_right` and `champion_right` count who
    would have done better."""

    challenger: str
    since: datetime
    decisions: int
    agreement: float | None
    correlation: float | None
    actions: tuple[PairAnswer, ...]
    examples: tuple[DifferAnswer, ...]
    challenger_right: int
    champion_right: int


MODEL_ANSWERS: Final[tuple[type[Answer], ...]] = (ModelsAnswer, ModelShadowAnswer)


def model_shadow_answer(found: ShadowReport) -> ModelShadowAnswer:
    return ModelShadowAnswer(
        challenger=found.challenger,
        since=found.since,
        decisions=found.decisions,
        agreement=found.agreement,
        correlation=found.correlation,
        actions=tuple(
            PairAnswer(subject=subject, live=live, draft=draft, decisions=count)
            for subject, pairs in sorted(found.by_subject.items())
            for (live, draft), count in sorted(pairs.items())
        ),
        examples=tuple(
            DifferAnswer(
                decision_id=one.shadow.decision_id,
                account_id=one.shadow.account_id,
                subject=one.shadow.subject,
                as_of=one.shadow.as_of,
                live=one.shadow.live,
                draft=one.shadow.draft,
                live_risk=one.shadow.live_risk,
                draft_risk=one.shadow.draft_risk,
                label=one.label,
            )
            for one in found.examples
        ),
        challenger_right=found.challenger_right,
        champion_right=found.champion_right,
    )
