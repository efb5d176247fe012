"""A campaign about to be sent: how many, to which lists, when, and what its message says."""

from math import nan

from features.content import NUMBERS
from features.facts import CampaignFacts
from features.inputs.account import hours_between
from features.records import Campaign, Stream


def campaign_numbers(facts: CampaignFacts) -> dict[str, float]:
    """Return the numbers of a campaign; it is sent at `scheduled_at`, or at once."""
    campaign, account = facts.campaign, facts.account
    sent_at = max(campaign.scheduled_at or account.as_of, account.as_of)
    return {
        "recipients": float(max(campaign.recipients, 0)),
        "transactional": float(campaign.stream is Stream.TRANSACTIONAL),
        "sending_hour": sent_at.hour + sent_at.minute / 60,
        "lead_time_hours": hours_between(account.as_of, sent_at),
        "account_age_at_send_days": hours_between(account.account.created_at, sent_at) / 24,
        "lists_known_share": _known_lists(facts),
    }


def _known_lists(facts: CampaignFacts) -> float:
    named = set(facts.campaign.list_ids)
    return len({i.list_id for i in facts.imports} & named) / len(named) if named else nan


def content_numbers(campaign: Campaign) -> dict[str, float]:
    """Return the content numbers, NaN where the message said nothing of them."""
    return {name: campaign.content.get(name, nan) for name in NUMBERS}
