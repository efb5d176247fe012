"""Facts to inputs: complete, odd facts survived, unknown never zero."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import nan

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.catalogue import load_catalogue
from features.facts import AccountFacts, CampaignFacts, Facts, ListFacts, Peers, TieKind, subject_of
from features.inputs import inputs_of
from features.records import (
    Account,
    AuthResult,
    Campaign,
    Declared,
    DmarcPolicy,
    EventType,
    ImportSource,
    ListImport,
    SendingDomain,
    Stream,
)
from features.tiles import COUNTER_INDEX, COUNTERS, TileRows
from features.windows import Grain

NOW = datetime(2026, 3, 10, 15, 17, 42, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CATALOGUE = load_catalogue()


def account(**changes: object) -> Account:
    return Account(**{"account_id": "a", "created_at": NOW - 30 * DAY} | changes)  # type: ignore[arg-type]


def facts(**changes: object) -> AccountFacts:
    return AccountFacts(**{"account": account(), "as_of": NOW, "tiles": {}} | changes)  # type: ignore[arg-type]


def campaign(about: AccountFacts | None = None, **changes: object) -> CampaignFacts:
    fields = {"campaign_id": "c", "account_id": "a", "recipients": 100, "stream": Stream.BROADCAST}
    imports = changes.pop("imports", ())
    return CampaignFacts(about or facts(), Campaign(**fields | changes), imports)  # type: ignore[arg-type]


def imported(list_id: str, rows: int, ago: timedelta = DAY, **numbers: float) -> ListImport:
    return ListImport(
        import_id=f"i-{list_id}",
        account_id="a",
        list_id=list_id,
        source=ImportSource.FILE,
        imported_at=NOW - ago,
        rows=rows,
        valid=rows,
        invalid=0,
        duplicates=0,
        numbers=numbers,
    )


def tile(ago: timedelta, grain: Grain, **counts: int) -> TileRows:
    """Return one tile that holds the time `ago` before now."""
    row = np.zeros((1, len(COUNTERS)), dtype=np.int64)
    for name, count in counts.items():
        row[0, COUNTER_INDEX[EventType(name)]] = count
    slot = grain.slot(int((NOW - ago).timestamp()))
    return TileRows(np.array([5]), np.array([slot]), row)


def one(given: Facts, name: str) -> float:
    return float(inputs_of([given])[name][0])


@pytest.mark.parametrize("given", [facts(), ListFacts(facts(), imported("l", 10)), campaign()])
def test_every_feature_finds_its_inputs(given: Facts) -> None:
    subject = subject_of(given)
    rows = CATALOGUE.compute(subject, inputs_of([given]))
    assert rows.shape == (1, len(CATALOGUE.names(subject)))


@pytest.mark.parametrize("given", [[], [facts(), campaign()]])
def test_one_subject_type_at_a_time(given: list[Facts]) -> None:
    with pytest.raises(ValueError, match="exactly one subject type"):
        inputs_of(given)


def test_counters_end_at_the_closed_slot() -> None:
    tiles = {
        Grain.FIVE_MINUTES: tile(timedelta(minutes=10), Grain.FIVE_MINUTES, sent=7),
        Grain.HOUR: tile(2 * HOUR, Grain.HOUR, sent=30),
    }
    assert inputs_of([facts(tiles=tiles)])["sent"].tolist() == [[7, 37, 37, 37, 37]]
    open_slot = {Grain.FIVE_MINUTES: tile(timedelta(seconds=20), Grain.FIVE_MINUTES, sent=7)}
    assert not inputs_of([facts(tiles=open_slot)])["sent"].any()


@pytest.mark.parametrize(
    ("counts", "attempts", "accepted"),
    [
        ({"sent": 100, "delivered": 90, "hard_bounce": 5}, 100, 90),
        ({"delivered": 90, "hard_bounce": 5}, 95, 90),
        ({"sent": 100, "hard_bounce": 5, "block_bounce": 5}, 100, 90),
        ({"complaint": 3}, 0, 0),
        ({"hard_bounce": 8}, 8, 0),
    ],
)
def test_sources_that_report_only_a_part(
    counts: dict[str, int], attempts: int, accepted: int
) -> None:
    inputs = inputs_of([facts(tiles={Grain.HOUR: tile(2 * HOUR, Grain.HOUR, **counts)})])
    assert inputs["attempts"][0, 1] == attempts
    assert inputs["accepted"][0, 1] == accepted


def test_providers() -> None:
    def at(**counts: int) -> dict[Grain, TileRows]:
        return {Grain.HOUR: tile(3 * HOUR, Grain.HOUR, **counts)}

    providers = {
        "google": at(sent=300),
        "yahoo": at(sent=100, block_bounce=100),
        "idle": at(open=4),
        "unknown": at(sent=10_000),
    }
    given = facts(providers=providers)
    assert one(given, "providers") == 2
    assert one(given, "top_provider_share") == 0.75
    assert one(given, "worst_provider_block_rate") == pytest.approx((100 + 0.6) / 400)
    assert np.isnan(one(facts(providers={"unknown": at(sent=5)}), "top_provider_share"))


def test_unknown_facts_are_nan() -> None:
    inputs = inputs_of([facts()])
    for name in (
        "paid", "plan_trial", "owner_free_mail", "phone_country_differs", "declared_monthly_volume",
        "declared_bought_list", "hours_to_first_send", "spf_pass", "dmarc_level", "domain_age_days",
        "list_rows", "import_age_hours", "tie_device_accounts", "top_provider_share",
    ):  # fmt: skip
        assert np.isnan(inputs[name][0]), name
    assert inputs["signup_facts_known"][0] == 0


def test_signup_facts() -> None:
    signed_up = account(
        email_domain="gmail.com",
        website="https://www.shop.example",
        plan="Free trial",
        paid=False,
        country="DE",
        phone_country="ng",
        declared=Declared(
            list_source="Bought from a broker", industry="Online casino", monthly_volume=0
        ),
    )
    inputs = inputs_of([facts(account=signed_up)])
    expected = {
        "owner_free_mail": 1, "plan_trial": 1, "paid": 0, "phone_country_differs": 1,
        "declared_bought_list": 1, "declared_watched_trade": 1, "declared_monthly_volume": 0,
        "website_known": 1,
    }  # fmt: skip
    assert {name: inputs[name][0] for name in expected} == expected
    assert np.isnan(inputs["owner_website_aligned"][0])


def test_the_from_domain_decides_on_authentication() -> None:
    good = SendingDomain(
        domain="shop.example",
        account_id="a",
        spf=AuthResult.PASS,
        dmarc=DmarcPolicy.REJECT,
        registered_at=NOW - 400 * DAY,
    )
    bad = SendingDomain(domain="new.example", account_id="a", spf=AuthResult.FAIL)
    about = facts(domains=(good, bad))
    assert one(about, "spf_pass") == 0.5
    assert one(campaign(about, from_domain="news.shop.example"), "spf_pass") == 1
    assert one(campaign(about, from_domain="news.shop.example"), "from_own_domain") == 1
    assert one(campaign(about, from_domain="news.shop.example"), "domain_age_days") == 400
    other = campaign(about, from_domain="gmail.com")
    assert np.isnan(one(other, "spf_pass"))
    assert one(other, "from_own_domain") == 0
    assert one(other, "from_free_mail") == 1
    assert np.isnan(one(campaign(from_domain="shop.example"), "from_own_domain"))


def test_domain_registered_after_sign_up_is_negative() -> None:
    young = SendingDomain(domain="new.example", account_id="a", registered_at=NOW - 10 * DAY)
    assert one(facts(domains=(young,)), "domain_age_at_signup_days") == -20


def test_lists_are_weighted_by_rows() -> None:
    imports = (
        imported("x", 100, list_role_share=0.1, list_typo_share=nan),
        imported("y", 300, list_role_share=0.5),
    )
    about = facts(imports=imports)
    assert one(about, "list_role_share") == pytest.approx(0.4)
    assert one(about, "list_rows") == 400
    assert np.isnan(one(about, "list_typo_share"))
    assert one(ListFacts(about, imports[0]), "list_role_share") == pytest.approx(0.1)
    assert one(campaign(about, imports=imports[1:]), "list_rows") == 300
    assert np.isnan(one(campaign(about), "list_role_share"))


def test_intake_counts_the_new_import_once() -> None:
    old, new = imported("x", 100, ago=3 * DAY), imported("y", 50, ago=HOUR)
    for about in (facts(imports=(old,)), facts(imports=(old, new))):
        given = ListFacts(about, new)
        assert one(given, "imported_rows_24h") == 50
        assert one(given, "imported_rows_7d") == 150
        assert one(given, "largest_import_rows") == 100


def test_campaign_numbers() -> None:
    about = facts(account=account(created_at=NOW - DAY))
    given = campaign(
        about, scheduled_at=NOW + 12 * HOUR, list_ids=("x", "lost"), imports=(imported("x", 9),)
    )
    assert one(given, "lead_time_hours") == 12
    assert one(given, "account_age_at_send_days") == 1.5
    assert one(given, "lists_known_share") == 0.5
    assert one(given, "sending_hour") == pytest.approx(3 + 17 / 60)
    assert one(campaign(scheduled_at=NOW - DAY), "lead_time_hours") == 0


def test_ties_tell_alone_from_unknown() -> None:
    assert np.isnan(one(facts(), "tie_payment_accounts"))
    alone = facts(account=account(payment_fingerprint="p"))
    assert one(alone, "tie_payment_accounts") == 0
    tied = facts(ties={TieKind.PAYMENT: Peers(20, 4, 2, (100,) * 11)})
    assert one(tied, "tie_payment_flagged") == 4
    assert one(tied, "close_peers") == 10
    assert one(tied, "peer_sent") == 50


def test_a_free_mail_domain_is_no_tie() -> None:
    crowd = {TieKind.EMAIL_DOMAIN: Peers(5_000, 40, 9, (9,) * 11)}
    given = facts(account=account(email_domain="gmail.com"), ties=crowd)
    assert one(given, "tie_email_domain_accounts") == 0
    assert one(given, "close_flagged") == 0


def test_clocks_that_are_off() -> None:
    future = account(created_at=NOW + 9 * DAY)
    given = facts(account=future, first_sent_at=NOW - DAY, thousandth_sent_at=NOW + DAY)
    assert one(given, "account_age_days") == 0
    assert one(given, "hours_to_first_send") == 0
    assert one(given, "hours_since_first_send") == 24


NAIVE = NOW.replace(tzinfo=None)
times = st.none() | st.datetimes(NAIVE - 20_000 * DAY, NAIVE + 60_000 * DAY, timezones=st.just(UTC))
text = st.none() | st.text(max_size=12) | st.sampled_from(("gmail.com", "https://", "@", "."))
counts = st.integers(0, 2**40)


@st.composite
def odd_facts(draw: st.DrawFn) -> CampaignFacts:
    created = draw(times) or NOW
    record = msgspec.structs.replace(
        account(created_at=created),
        email_domain=draw(text),
        website=draw(text),
        plan=draw(text),
        country=draw(text),
        phone_country=draw(text),
        declared=Declared(monthly_volume=draw(st.none() | st.integers(-5, 2**60))),
    )
    domain = SendingDomain(
        domain=draw(text) or "x", account_id="a", registered_at=draw(times), verified_at=draw(times)
    )
    tiles = {
        grain: tile(draw(st.sampled_from((HOUR, DAY, -HOUR))), grain, **{draw(kinds): draw(counts)})
        for grain in (Grain.FIVE_MINUTES, Grain.HOUR, Grain.DAY, Grain.TOTAL)
    }
    about = facts(
        account=record,
        tiles=tiles,
        providers={"p": {g: t for g, t in tiles.items() if g is not Grain.TOTAL}},
        domains=draw(st.sampled_from(((), (domain,)))),
        ties={TieKind.DEVICE: Peers(draw(counts), draw(counts), draw(counts))},
        first_sent_at=draw(times),
        thousandth_sent_at=draw(times),
        imports=(imported("x", draw(st.integers(0, 3))),),
    )
    return campaign(
        about,
        recipients=draw(st.integers(0, 2**50)),
        from_domain=draw(text),
        scheduled_at=draw(times),
        imports=about.imports,
    )


kinds = st.sampled_from(COUNTERS)


@settings(max_examples=150, deadline=None, database=None, derandomize=True)
@given(st.lists(odd_facts(), min_size=1, max_size=4))
def test_odd_facts_give_finite_or_nan_in_batch_as_one_by_one(given: list[CampaignFacts]) -> None:
    subject = subject_of(given[0])
    rows = CATALOGUE.compute(subject, inputs_of(given))
    assert not np.isinf(rows).any()
    alone = [CATALOGUE.compute(subject, inputs_of([row])) for row in given]
    assert np.array_equal(rows, np.concatenate(alone), equal_nan=True)


def test_infinite_list_numbers_become_unknown() -> None:
    content = campaign(content={"content_links": float("inf")})
    inputs = inputs_of([content])
    assert not any(np.isinf(values).any() for values in inputs.values())


def test_order_of_rows_is_kept() -> None:
    ages = [5, 1, 9]
    rows = [facts(account=account(created_at=NOW - age * DAY)) for age in ages]
    assert inputs_of(rows)["account_age_days"].tolist() == ages
    assert replace(rows[0], as_of=NOW + DAY) != rows[0]
