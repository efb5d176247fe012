"""Scores an account as it stands, or a campaign before it is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from msgspec import structs

from features.content import Analysis, Message, analyse, message_from_parts, read_message
from features.content.account_fit import fit_numbers
from features.facts import AccountFacts, CampaignFacts, Facts, TieKind
from features.records import Campaign, ListImport, Stream, Subject
from models.decide import Context
from models.decision import Decision, Ordered, SubjectRef
from models.policy.plans import plan_of
from models.policy.policy import Missing
from service.desk.opening import case_of
from service.facts import account_facts
from service.held import copy_of
from service.judge import (
    Known,
    Once,
    age_days,
    earlier_decision,
    judge,
    known_account,
    read_or,
    save,
)
from service.parts import Parts
from service.standing import standing_of
from service.ties import message_ties

_UNREAD: Final = Known()


@dataclass(frozen=True)
class MessageParts:
    """A message in pieces, where the pipeline has no RFC 5322 text yet."""

    from_: str = ""
    reply_to: str | None = None
    subject: str = ""
    html: str | None = None
    text: str | None = None
    headers: Mapping[str, str] | None = None


@dataclass(frozen=True)
class CampaignOrder:
    """A campaign that a pipeline wants to send; `message` None: it was not given."""

    campaign_id: str
    account_id: str
    recipients: int
    stream: Stream
    list_ids: tuple[str, ...] = ()
    scheduled_at: datetime | None = None
    message: bytes | MessageParts | None = None


def score_account(
    parts: Parts, account_id: str, at: datetime, once: Once | None = None
) -> Decision:
    """Return the stored decision on an account as it stands at `at`.

    Raises `UnknownAccount`, `IdempotencyConflict`, and `Unavailable` when it cannot be stored.
    """
    known = read_or(parts.store, lambda: _account(parts, account_id, at, once), _UNREAD)
    if known.earlier is not None:
        return known.earlier
    context = _context(known, at)
    subject = SubjectRef(type=Subject.ACCOUNT, id=account_id)
    decision = judge(parts, subject, account_id, known, context, (), at)
    return save(parts.store, decision, once)


def score_campaign(
    parts: Parts, order: CampaignOrder, at: datetime, once: Once | None = None
) -> Decision:
    """Return the stored decision on a campaign, before it is sent; raises as `score_account`.

    A message is read into numbers and a fingerprint; nothing else of it is kept, but for an encrypted
    copy where a person has to look at it, until they have.
    """
    earlier = read_or(parts.store, lambda: earlier_decision(parts.store, once, at), None)
    if earlier is not None:
        return earlier
    goods = parts.policy.of(order.account_id).goods
    analysis = None if order.message is None else analyse(_read(order.message), goods)
    campaign = _campaign(parts, order, analysis)
    near = () if analysis is None else analysis.near_keys
    ties = message_ties(campaign.from_domain, campaign.fingerprint, near)
    known = read_or(
        parts.store, lambda: _campaign_known(parts, campaign, analysis, ties, at), _UNREAD
    )
    if ties:
        parts.store.add_ties(order.account_id, ties, at)
    context = _context(known, at, order)
    subject = SubjectRef(type=Subject.CAMPAIGN, id=order.campaign_id)
    missing = _missing(order, known)
    decision = judge(parts, subject, order.account_id, known, context, missing, at)
    decision = structs.replace(decision, ordered=_ordered(campaign, near))
    share = parts.policy.of(order.account_id).release.first_share
    plan = plan_of(decision, order.recipients, order.stream, share, _imports(known))
    sealed = _sealed(parts, order, decision)
    return save(parts.store, decision, once, order.recipients, plan, sealed)


def _ordered(campaign: Campaign, near_keys: Sequence[int]) -> Ordered:
    return Ordered(
        list_ids=tuple(campaign.list_ids),
        scheduled_at=campaign.scheduled_at,
        from_domain=campaign.from_domain,
        fingerprint=campaign.fingerprint,
        near_keys=tuple(near_keys),
    )


def _sealed(parts: Parts, order: CampaignOrder, decision: Decision) -> bytes | None:
    """Return the message encrypted, where a person will have to look at it."""
    if parts.vault is None or order.message is None or case_of(decision, order.recipients) is None:
        return None
    return parts.vault.seal(copy_of(order.message), decision.decision_id)


def _account(parts: Parts, account_id: str, at: datetime, once: Once | None) -> Known:
    with parts.store.snapshot():
        if (earlier := earlier_decision(parts.store, once, at)) is not None:
            return Known(earlier=earlier)
        account = known_account(parts.store, account_id)
        facts = account_facts(parts.store, account, at)
        return Known(account, facts, standing_of(parts.store, account_id))


def _campaign(parts: Parts, order: CampaignOrder, analysis: Analysis | None) -> Campaign:
    """Return the campaign with its message as numbers."""
    return Campaign(
        campaign_id=order.campaign_id,
        account_id=order.account_id,
        recipients=order.recipients,
        stream=order.stream,
        list_ids=order.list_ids,
        scheduled_at=order.scheduled_at,
        **({} if analysis is None else _said(parts, analysis)),
    )


def _read(given: bytes | MessageParts) -> Message:
    if isinstance(given, bytes):
        return read_message(given)
    return message_from_parts(
        given.from_, given.reply_to, given.subject, given.html, given.text, given.headers
    )


def _said(parts: Parts, analysis: Analysis) -> dict[str, Any]:
    numbers = dict(analysis.numbers)
    if parts.text_model is not None:
        numbers |= parts.text_model.judge(analysis).numbers
    return {
        "content": numbers,
        "from_domain": analysis.from_domain or None,
        "fingerprint": analysis.fingerprint or None,
    }


def _campaign_known(
    parts: Parts,
    campaign: Campaign,
    analysis: Analysis | None,
    ties: Mapping[TieKind, int],
    at: datetime,
) -> Known:
    """Read what is known of a campaign; `ties` are those of its message."""
    store = parts.store
    account = known_account(store, campaign.account_id)
    with store.snapshot():
        facts = account_facts(store, account, at, ties, campaign.campaign_id)
        standing = standing_of(store, campaign.account_id)
    imports = _imports_of(facts.imports, campaign.list_ids)
    if analysis is not None:
        fit = fit_numbers(analysis, account, facts.domains)
        campaign = structs.replace(campaign, content=campaign.content | fit)
    return Known(account, CampaignFacts(facts, campaign, imports), standing)


def _imports(known: Known) -> tuple[ListImport, ...]:
    """Return the imports of the lists that a campaign goes to."""
    return known.facts.imports if isinstance(known.facts, CampaignFacts) else ()


def _imports_of(imports: Sequence[ListImport], list_ids: Sequence[str]) -> tuple[ListImport, ...]:
    """Return the newest import of each named list, of those that are known."""
    newest = {record.list_id: record for record in imports}
    return tuple(newest[list_id] for list_id in list_ids if list_id in newest)


def _missing(order: CampaignOrder, known: Known) -> tuple[Missing, ...]:
    """Return what the campaign's decision has to do without.

    List facts are missing when a named list was never imported, or a broadcast names none; what
    the store did not answer is not a fact about the lists.
    """
    missing = []
    if isinstance(known.facts, CampaignFacts):
        found = {record.list_id for record in known.facts.imports}
        unnamed = not order.list_ids and order.stream is Stream.BROADCAST
        if unnamed or not found.issuperset(order.list_ids):
            missing.append(Missing.LIST_FACTS)
    if order.message is None:
        missing.append(Missing.CONTENT)
    return tuple(missing)


def _context(known: Known, at: datetime, order: CampaignOrder | None = None) -> Context:
    return Context(
        stream=order.stream if order else None,
        recipients=order.recipients if order else None,
        paid=known.account.paid if known.account else None,
        standing=known.standing.action,
        case_open=known.standing.case_open,
        tied_case_open=_tied_case_open(known.facts),
        account_age_days=age_days(known.account, at),
    )


def _tied_case_open(facts: Facts | None) -> bool:
    """Return whether mail of a closely tied account is held and nobody has looked at it yet."""
    account = facts.account if isinstance(facts, CampaignFacts) else facts
    return isinstance(account, AccountFacts) and any(peers.held for peers in account.ties.values())
