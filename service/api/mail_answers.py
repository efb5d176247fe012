"""What the API answers about deliverability."""

from dataclasses import asdict
from datetime import datetime
from typing import Final

from features.dns import DomainReport, Finding
from models.reasons.language import Language
from service.api.advice_answers import RecordAnswer
from service.api.answers import Answer
from service.api.fate_answers import MailAnswer, mail_answer
from service.deliverability.causes import Causes
from service.deliverability.subjects import IpsPage, SubjectView


class FindingAnswer(Answer, frozen=True, kw_only=True):
    """One thing to do. `severity` is `must`, `should` or `note`."""

    code: str
    severity: str
    message: str
    todo: str
    records: tuple[RecordAnswer, ...]


class DomainCheckAnswer(Answer, frozen=True, kw_only=True):
    """How a domain authenticates its mail; null where DNS did not answer or cannot tell."""

    domain: str
    checked_at: datetime
    complete: bool
    spf: str | None
    spf_record: str | None
    spf_lookups: int
    dkim: str | None
    dkim_selectors: tuple[str, ...]
    dmarc: str | None
    dmarc_record: str | None
    todo: tuple[FindingAnswer, ...]


class IpsAnswer(Answer, frozen=True, kw_only=True):
    """Sending IPs, the least healthy in 7 days first; give `next_cursor` back as `cursor`."""

    ips: tuple[MailAnswer, ...]
    next_cursor: str | None


class ProvidersAnswer(Answer, frozen=True, kw_only=True):
    """Mailbox providers, the least healthy in 7 days first."""

    providers: tuple[MailAnswer, ...]


class CauseAnswer(Answer, frozen=True, kw_only=True):
    """An account's bad events `k` of `n` mails; `share` of the whole `excess` over the usual rate."""

    account_id: str
    k: int
    n: int
    excess: float
    share: float


class CausesAnswer(Answer, frozen=True, kw_only=True):
    """The accounts behind each bad rate, the largest share first; `usual` are the rates before."""

    subject: str
    window: str
    usual: dict[str, float]
    causes: dict[str, tuple[CauseAnswer, ...]]


MAIL_ANSWERS: Final[tuple[type[Answer], ...]] = (
    DomainCheckAnswer,
    MailAnswer,
    IpsAnswer,
    ProvidersAnswer,
    CausesAnswer,
)


def causes_answer(subject: str, window: str, causes: Causes) -> CausesAnswer:
    return CausesAnswer(
        subject=subject,
        window=window,
        usual=causes.usual,
        causes={
            name: tuple(CauseAnswer(**asdict(cause)) for cause in found)
            for name, found in causes.by_metric.items()
        },
    )


def ips_answer(page: IpsPage) -> IpsAnswer:
    return IpsAnswer(ips=tuple(map(mail_answer, page.views)), next_cursor=page.next_cursor)


def providers_answer(views: list[SubjectView]) -> ProvidersAnswer:
    return ProvidersAnswer(providers=tuple(map(mail_answer, views)))


def domain_check_answer(
    report: DomainReport, language: Language, at: datetime
) -> DomainCheckAnswer:
    return DomainCheckAnswer(
        domain=report.domain,
        checked_at=at,
        complete=report.complete,
        spf=report.spf.result,
        spf_record=report.spf.record,
        spf_lookups=report.spf.lookups,
        dkim=report.dkim.result,
        dkim_selectors=report.dkim.selectors,
        dmarc=report.dmarc.policy,
        dmarc_record=report.dmarc.record,
        todo=tuple(_finding(finding, language) for finding in report.findings),
    )


def _finding(finding: Finding, language: Language) -> FindingAnswer:
    return FindingAnswer(
        code=finding.code,
        severity=finding.severity,
        message=language(finding.message).format(**finding.values),
        todo=language(finding.todo).format(**finding.values),
        records=tuple(
            RecordAnswer(name=r.name, type=r.type, value=r.value, replaces=r.replaces)
            for r in finding.records
        ),
    )
