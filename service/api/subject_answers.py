"""What the API answers about campaigns and lists in tables, and one by one."""

from datetime import datetime
from typing import Final

from features.records import ListImport, Segment
from service.api.answers import Answer, DecisionAnswer, decision_answer
from service.api.insight_answers import RunningAnswer, running_answer
from service.stores.contract import Overlap
from service.subjects_found import CampaignFound, CampaignRow, ListFound, ListRow


class ListedCampaignAnswer(Answer, frozen=True, kw_only=True):
    """A campaign with its newest decision, and what became of its mail so far.

    `state` is waiting, running, paused, held, stopped, dropped or done; null, as `granted`, where
    no release of it was planned. `verdict` is a person's last word on the account. Hard bounces are over sent
    mail, complaints over delivered; null where nothing was.
    """

    account_id: str
    campaign_id: str
    decision_id: str
    decided_at: datetime
    action: str
    risk: float
    recipients: int
    verdict: str | None
    state: str | None
    granted: int | None
    counts: dict[str, int]
    hard_bounce_rate: float | None
    complaint_rate: float | None


class CampaignsAnswer(Answer, frozen=True, kw_only=True):
    """Campaigns in the order asked for; give `next_cursor` back as `cursor` for the next page."""

    campaigns: tuple[ListedCampaignAnswer, ...]
    next_cursor: str | None


class CampaignDetailAnswer(Answer, frozen=True, kw_only=True):
    """One campaign: decisions, newest first, and the evidence where mail of it went out."""

    campaign: ListedCampaignAnswer
    decisions: tuple[DecisionAnswer, ...]
    evidence: RunningAnswer | None


class ImportAnswer(Answer, frozen=True, kw_only=True):
    """One import. `features` holds the list's numbers, null where undefined."""

    import_id: str
    source: str
    imported_at: datetime
    rows: int
    valid: int
    invalid: int
    duplicates: int
    features: dict[str, float | None]
    segments: tuple[Segment, ...]


class ListedListAnswer(Answer, frozen=True, kw_only=True):
    """A list with the decision on its newest import; `newest` null: that is not known."""

    account_id: str
    list_id: str
    decision_id: str
    decided_at: datetime
    action: str
    risk: float
    addresses: int
    verdict: str | None
    newest: ImportAnswer | None


class ListsAnswer(Answer, frozen=True, kw_only=True):
    """Lists in the order asked for; give `next_cursor` back as `cursor` for the next page."""

    lists: tuple[ListedListAnswer, ...]
    next_cursor: str | None


class ListDetailAnswer(Answer, frozen=True, kw_only=True):
    """One list: decisions and imports, newest first, and other lists that share addresses.

    Of a known bad list `account_id` is empty.
    """

    listed: ListedListAnswer
    decisions: tuple[DecisionAnswer, ...]
    imports: tuple[ImportAnswer, ...]
    overlaps: tuple[Overlap, ...]


SUBJECT_ANSWERS: Final[tuple[type[Answer], ...]] = (
    ListedCampaignAnswer, CampaignsAnswer, CampaignDetailAnswer, ImportAnswer, ListedListAnswer,
    ListsAnswer, ListDetailAnswer,
)  # fmt: skip


def listed_campaign_answer(one: CampaignRow) -> ListedCampaignAnswer:
    row, mail = one.row, one.mail
    return ListedCampaignAnswer(
        account_id=row.account_id,
        campaign_id=row.id,
        decision_id=row.decision_id,
        decided_at=row.as_of,
        action=row.action,
        risk=row.risk,
        recipients=row.size,
        verdict=row.verdict,
        state=mail.state if mail else None,
        granted=mail.progress.granted if mail else None,
        counts=dict(mail.counts) if mail else {},
        hard_bounce_rate=one.rates["hard_bounce"],
        complaint_rate=one.rates["complaint"],
    )


def campaigns_answer(found: tuple[CampaignRow, ...], following: str | None) -> CampaignsAnswer:
    rows = tuple(map(listed_campaign_answer, found))
    return CampaignsAnswer(campaigns=rows, next_cursor=following)


def campaign_detail_answer(found: CampaignFound) -> CampaignDetailAnswer:
    return CampaignDetailAnswer(
        campaign=listed_campaign_answer(found.campaign),
        decisions=tuple(map(decision_answer, found.decisions)),
        evidence=running_answer(found.evidence) if found.evidence else None,
    )


def listed_list_answer(one: ListRow) -> ListedListAnswer:
    row = one.row
    return ListedListAnswer(
        account_id=row.account_id,
        list_id=row.id,
        decision_id=row.decision_id,
        decided_at=row.as_of,
        action=row.action,
        risk=row.risk,
        addresses=row.size,
        verdict=row.verdict,
        newest=import_answer(one.record) if one.record else None,
    )


def lists_answer(found: tuple[ListRow, ...], following: str | None) -> ListsAnswer:
    return ListsAnswer(lists=tuple(map(listed_list_answer, found)), next_cursor=following)


def list_detail_answer(found: ListFound) -> ListDetailAnswer:
    return ListDetailAnswer(
        listed=listed_list_answer(found.listed),
        decisions=tuple(map(decision_answer, found.decisions)),
        imports=tuple(map(import_answer, found.imports)),
        overlaps=found.overlaps,
    )


def import_answer(record: ListImport) -> ImportAnswer:
    return ImportAnswer(
        import_id=record.import_id,
        source=record.source.value,
        imported_at=record.imported_at,
        rows=record.rows,
        valid=record.valid,
        invalid=record.invalid,
        duplicates=record.duplicates,
        features=dict(record.numbers),
        segments=record.segments,
    )
