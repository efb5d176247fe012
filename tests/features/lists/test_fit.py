"""How lists fit the account that brings them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from features.lists import fit_numbers
from features.lists.fit import countries_of, quantiles_of
from features.lists.numbers import FIT_NUMBERS
from features.records import Account, SendingDomain

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def an_account(country: str | None) -> Account:
    return Account(account_id="a", created_at=NOW, country=country)


def a_domain(registered_at: datetime | None) -> SendingDomain:
    return SendingDomain(domain="a.example", account_id="a", registered_at=registered_at)


def test_countries_are_read_off_top_level_domains(lists: Any) -> None:
    found = lists.scan_bytes(
        b"email\na@web.de\nb@shop.de\nc@x.co.uk\nd@gmail.com\ne@start.io\nf@x.eu\n"
    )
    assert found.countries == {"de": 2, "gb": 1}
    assert found.numbers["list_country_domain_share"] == 0.5


@pytest.mark.parametrize(
    ("countries", "country", "share"),
    [
        ({"de": 30, "gb": 10}, "DE", 0.75),
        ({"de": 30, "gb": 10}, "FR", 0.0),
        ({"de": 3}, "DE", None),
        ({"de": 30}, None, None),
        ({}, "DE", None),
    ],
)
def test_addresses_at_home(
    countries: dict[str, int], country: str | None, share: float | None
) -> None:
    found = fit_numbers(countries, (), an_account(country), ())["list_home_country_share"]
    assert np.isnan(found) if share is None else found == share


def test_consent_before_the_domain_existed() -> None:
    days = np.array([(NOW - timedelta(days=d)).timestamp() for d in range(400)], dtype=np.int64)
    opt_ins = quantiles_of(days)
    domains = [a_domain(NOW - timedelta(days=100)), a_domain(None)]
    found = fit_numbers({}, opt_ins, an_account(None), domains)
    assert set(found) == set(FIT_NUMBERS)
    assert found["list_consent_before_domain_share"] == pytest.approx(0.75, abs=0.01)
    for nothing_known in (fit_numbers({}, opt_ins, an_account(None), [a_domain(None)]),
                          fit_numbers({}, (), an_account(None), domains)):  # fmt: skip
        assert np.isnan(nothing_known["list_consent_before_domain_share"])


def test_fresh_consent(lists: Any) -> None:
    times = [lists.days_before(d) for d in (1, 50, 100, 400)]
    rows = [f"a{n}@x.example" for n in range(4)]
    assert lists.numbers_of(rows, opted_in_at=times)["list_consent_fresh_share"] == 0.5


def test_quantiles_reach_from_first_to_last() -> None:
    times = np.array([5, 3, 9, 1], dtype=np.int64)
    found = quantiles_of(times)
    assert (found[0], found[-1], len(found)) == (1, 9, 101)
    assert quantiles_of(times[:0]) == ()


def test_generic_country_codes_are_no_country() -> None:
    assert countries_of({"com": 1, "io": 2, "de": 3, "xn--p1ai": 4}) == {"de": 3}
