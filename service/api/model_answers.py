"""What the API answers about models: the one that serves, and the challenger in shadow."""

from datetime import datetime
from typing import Final

from models.trials import Bin
from service.api.answers import Answer
from service.model_learning import Learned
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
    """A decision on which champion (`live`) and challenger (`draft`) differ; `label` as of now.

    `case_id`: the case that shows it, null where nobody was asked.
    """

    decision_id: str
    account_id: str
    subject: str
    as_of: datetime
    live: str
    draft: str
    live_risk: float
    draft_risk: float
    label: str | None
    case_id: str | None


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


class BinAnswer(Answer, frozen=True, kw_only=True):
    """Rows of like risk: the mean `stated` risk, the share that `happened` to be abusive with its
    90 % interval."""

    stated: float
    happened: float
    low: float
    high: float
    rows: int


class FeatureChangeAnswer(Answer, frozen=True, kw_only=True):
    """A feature's share of what a model leans on, null where it is not among its 20 strongest."""

    subject: str
    feature: str
    before: float | None
    now: float | None


class LearnedAnswer(Answer, frozen=True, kw_only=True):
    """What the last bundle that was tried learned, beside the one it was tried against.

    `figures` and `reliability` are by subject; names and sides are `champion` (before) and
    `candidate`. `new_labels` are later than all that the model before learned from.
    """

    version: str
    role: str
    tried_at: datetime
    tried_against: str
    passed: bool
    rows: dict[str, int]
    labels: dict[str, int]
    new_labels: dict[str, int]
    changes: tuple[FeatureChangeAnswer, ...]
    figures: dict[str, dict[str, float | None]]
    reliability: dict[str, dict[str, tuple[BinAnswer, ...]]]


MODEL_ANSWERS: Final[tuple[type[Answer], ...]] = (ModelsAnswer, ModelShadowAnswer, LearnedAnswer)


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
                case_id=one.case_id,
            )
            for one in found.examples
        ),
        challenger_right=found.challenger_right,
        champion_right=found.champion_right,
    )


def learned_answer(found: Learned) -> LearnedAnswer:
    trial = found.trial
    return LearnedAnswer(
        version=found.version,
        role=found.role,
        tried_at=trial.at,
        tried_against=trial.champion[:12],
        passed=trial.passed,
        rows=trial.rows,
        labels=trial.labels,
        new_labels=trial.new_labels,
        changes=tuple(
            FeatureChangeAnswer(
                subject=one.subject, feature=one.feature, before=one.before, now=one.now
            )
            for one in found.changes
        ),
        figures=trial.figures,
        reliability={
            subject: {side: tuple(map(_bin, bins)) for side, bins in sides.items()}
            for subject, sides in trial.reliability.items()
        },
    )


def _bin(one: Bin) -> BinAnswer:
    return BinAnswer(**{name: getattr(one, name) for name in BinAnswer.__struct_fields__})
