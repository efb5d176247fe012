"""A campaign about to be sent: how many, to which lists, when, and what its message says."""

from math import nan
from typing import Final

from features.content import NUMBERS
from features.facts import CampaignFacts
from features.inputs.account import hours_between
from features.records import Campaign, Stream

# The inputs that only the message tells.
CONTENT: Final = tuple(NUMBERS)
# The inputs that change with what a pipeline asked for, beside recipients, stream and lists' numbers:
# when, to which lists, from which domain, with whose template.
OF_ORDER: Final = (
    "sending_hour", "lead_time_hours", "account_age_at_send_days", "lists_known_share",
    "spf_pass", "dkim_pass", "dmarc_level", "domain_age_days", "domain_age_at_signup_days",
    "domain_verified_hours", "from_own_domain", "from_free_mail", "from_owner_aligned",
    "from_website_aligned",
    *(f"tie_{kind}_{what}" for kind in ("sending_domain", "template", "near_template")
      for what in ("accounts", "flagged", "recent")),
    "close_peers", "close_flagged", "close_recent", "peer_sent", "peer_delivered",
    "peer_hard_bounce", "peer_block_bounce", "peer_complaint", "peer_trap_hit",
)  # fmt: skip


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
