"""The inputs that are said to be of a campaign's order are those, and no others, that it changes."""

from datetime import UTC, datetime, timedelta

import numpy as np

from features.facts import AccountFacts, CampaignFacts, Peers, TieKind
from features.inputs import inputs_of
from features.inputs.campaign import CONTENT, OF_ORDER
from features.inputs.imports import OF_LISTS
from features.records import (
    Account,
    AuthResult,
    Campaign,
    DmarcPolicy,
    ImportSource,
    ListImport,
    SendingDomain,
    Stream,
)

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def rows() -> dict[str, np.ndarray]:
    """One campaign twice: as it was ordered, and without what the order said."""
    account = Account(
        account_id="a", created_at=NOW - timedelta(days=9), email_domain="shop.example",
        website="https://shop.example", device_fingerprint="d",
    )  # fmt: skip
    domains = (
        SendingDomain(
            domain="shop.example", account_id="a", spf=AuthResult.PASS, dkim=AuthResult.FAIL,
            dmarc=DmarcPolicy.REJECT, registered_at=NOW - timedelta(days=99), verified_at=NOW,
        ),
        SendingDomain(domain="other.example", account_id="a", spf=AuthResult.FAIL,
                      dkim=AuthResult.FAIL, dmarc=DmarcPolicy.NONE,
                      registered_at=NOW - timedelta(days=4), verified_at=NOW - timedelta(days=3)),
    )  # fmt: skip
    record = ListImport(
        import_id="i", account_id="a", list_id="l", source=ImportSource.FORM,
        imported_at=NOW - timedelta(hours=5), rows=10, valid=9, invalid=1, duplicates=0,
        numbers=dict.fromkeys(OF_LISTS, 0.5),
    )  # fmt: skip
    peers = Peers(accounts=3, flagged=1, recent=2, totals=(5,) * 11)
    own = {TieKind.DEVICE: peers}
    tied = own | {
        TieKind.SENDING_DOMAIN: peers, TieKind.TEMPLATE: peers, TieKind.NEAR_TEMPLATE_1: peers,
    }  # fmt: skip
    ordered = Campaign(
        campaign_id="c", account_id="a", recipients=9, stream=Stream.BROADCAST, list_ids=("l", "m"),
        scheduled_at=NOW + timedelta(hours=7, minutes=3), from_domain="gmail.com", fingerprint=7,
        content=dict.fromkeys(CONTENT, 1.5),
    )  # fmt: skip
    bare = Campaign(campaign_id="c", account_id="a", recipients=9, stream=Stream.BROADCAST)

    def facts(ties: dict[TieKind, Peers]) -> AccountFacts:
        return AccountFacts(account, NOW, {}, domains=domains, imports=(record,), ties=ties)

    return inputs_of([
        CampaignFacts(facts(tied), ordered, (record,)), CampaignFacts(facts(own), bare),
    ])  # fmt: skip


def test_what_an_order_changes_is_declared() -> None:
    changed = {
        name for name, values in rows().items()
        if values.ndim == 1 and not np.array_equal(values[0], values[1], equal_nan=True)
    }  # fmt: skip
    assert changed <= {*OF_ORDER, *OF_LISTS, *CONTENT}


def test_what_is_declared_is_an_input_that_the_order_changes() -> None:
    found = rows()
    same = {
        name for name in (*OF_ORDER, *CONTENT)
        if np.array_equal(found[name][0], found[name][1], equal_nan=True)
    }  # fmt: skip
    assert not same
    assert set(OF_LISTS) <= set(found)
