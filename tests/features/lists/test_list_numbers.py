"""What each number says, in tables of small lists."""

import math
import random
from typing import Any

import pytest

from features.lists import NUMBERS
from features.lists.numbers import PLATFORM_NUMBERS

MAKE_UP = [
    ("list_invalid_share", ["a@b.com", "no address", "a@b", "@b.com"], 0.75),
    ("list_invalid_share", ["ann@b.com", "ann@b..com", "an n@b.com", ".ann@b.com"], 0.75),
    ("list_invalid_share", ["Ann <ann@b.com>", "mailto:ann@b.com", "jürgen@müller.de"], 0.0),
    ("list_invalid_share", ["x" * 65 + "@b.com", "x" * 64 + "@b.com"], 0.5),
    ("list_duplicate_share", ["ann@b.com", "ANN@B.com ", "bob@b.com", "ann@b.com"], 0.5),
    ("list_role_share", ["info@b.com", "sales+1@b.com", "noreply@b.com", "ann@b.com"], 0.75),
    ("list_disposable_share", ["ann@mailinator.com", "bob@b.com"], 0.5),
    ("list_free_mail_share", ["ann@gmail.com", "bob@web.de", "carl@b.com", "d@yahoo.fr"], 0.75),
    ("list_free_mail_share", ["ann@gmail.con", "bob@gmail.com"], 0.5),
    ("list_typo_share", ["a@gmial.com", "b@gamil.com", "c@hotmail.con", "d@gmail.com"], 0.75),
    ("list_typo_share", ["a@ymail.com", "b@mail.com", "c@live.de", "d@gmx.at", "e@acme.com"], 0.0),
    ("list_typo_share", ["a@aol.con", "b@bol.com", "c@gmx.ed", "d@gmx.de"], 0.5),
    ("list_corporate_share", ["a@acme.com", "b@gmail.com", "c@mailinator.com", "d@gmial.com"], 0.25),
    ("list_institution_share", ["a@mit.edu", "b@ox.ac.uk", "c@navy.mil", "d@acme.com"], 0.75),
    ("list_plus_share", ["a+x@b.com", "+a@b.com", "a@b.com", "c@b.com"], 0.25),
    ("list_upper_share", ["Ann@b.com", "bob@b.com"], 0.5),
    ("list_non_ascii_share", ["jürgen@b.com", "bob@b.com"], 0.5),
    ("list_variant_share", ["a.nn@gmail.com", "ann@gmail.com", "ann+x@gmail.com", "b@b.com"], 0.5),
    ("list_variant_share", ["a.nn@acme.com", "ann@acme.com"], 0.0),
    ("list_gibberish_share", ["xqzvkjw@b.com", "john.smith@b.com"], 0.5),
    ("list_gibberish_share", ["k3j9xq2@b.com", "anna84@b.com", "sven2001@b.com"], 1 / 3),
    ("list_digit_share", ["12345a@b.com", "ann1@b.com"], 0.5),
    ("list_any_digit_share", ["ann1@b.com", "ann@b.com"], 0.5),
    ("list_long_number_share", ["ann12345@b.com", "ann1234@b.com"], 0.5),
    ("list_year_share", ["ann1984@b.com", "ann2030@b.com", "ann11984@b.com", "ann@b.com"], 0.25),
    ("list_separated_share", ["ann.lee@b.com", "ann_lee-7@b.com", "annlee@b.com"], 1 / 3),
    ("list_separated_share", ["ann.lee84@b.com", "lee-ann@b.com"], 1.0),
    ("list_local_length", ["ann@b.com", "johanna@b.com"], 5.0),
    ("list_top_stem_share", ["u17@b.com", "u930@b.com", "u2@c.com", "ann@b.com"], 0.5),
    ("list_local_reuse_share", ["ann@b.com", "ann@c.com", "info@b.com", "info@c.com"], 0.5),
    ("list_sequence_share", ["u1@b.com", "u2@c.com", "u3@b.com", "ann@b.com", "u4@b.com"], 0.5),
    ("list_sequence_share", ["u9@b.com", "u13@b.com", "u12x@b.com"], 0.0),
    ("list_top_domain_share", ["a@b.com", "c@b.com", "d@e.com", "f@g.com"], 0.5),
    ("list_top_corporate_share", ["a@gmail.com", "b@gmail.com", "c@gmail.com", "d@acme.com"], 0.25),
    ("list_domain_entropy", ["a@b.com", "a@c.com", "a@d.com", "a@e.com"], 2.0),
    ("list_domain_entropy", ["a@b.com", "b@b.com"], 0.0),
    ("list_tld_entropy", ["a@b.com", "a@c.de"], 1.0),
    ("list_top_tld_share", ["a@b.com", "a@c.de", "a@d.de", "a@e.de"], 0.75),
    ("list_rows_per_own_domain", [f"{n}@{d}.com" for d in "abcde" for n in "vwxy"], 2.0),
    ("list_rows_per_own_domain", ["a@b.com", "b@b.com"], math.nan),
]  # fmt: skip


@pytest.mark.parametrize(("name", "addresses", "expected"), MAKE_UP)
def test_make_up(lists: Any, name: str, addresses: list[str], expected: float) -> None:
    assert lists.numbers_of(addresses)[name] == pytest.approx(expected, nan_ok=True)


def people(n: int, seed: int = 1) -> list[str]:
    rng = random.Random(seed)
    letters = "abcdefghijklmnopqrstuvwxyz"
    return [
        f"{''.join(rng.choices(letters, k=7))}@{rng.choice('abcdefgh')}.example.com"
        for _ in range(n)
    ]


def test_sorted_lists_are_told_from_unsorted_ones(lists: Any) -> None:
    as_it_came, by_address = people(600), sorted(people(600))
    by_domain = sorted(people(600), key=lambda a: a.partition("@")[2])
    unsorted = lists.numbers_of(as_it_came)
    assert unsorted["list_alphabetical_order"] < 0.15
    assert unsorted["list_domain_order"] < 0.1
    assert unsorted["list_domain_alphabetical"] < 0.15
    assert lists.numbers_of(by_address)["list_alphabetical_order"] == 1
    assert lists.numbers_of(by_address[::-1])["list_alphabetical_order"] == 1
    assert lists.numbers_of(by_domain)["list_domain_order"] == pytest.approx(1, abs=0.01)


CONSENT: list[tuple[str, list[str], float]] = [
    ("list_consent_known_share", ["2026-01-01", "", "0000-00-00", "9999-12-31"], 0.25),
    ("list_consent_age_days", ["2026-05-31T12:00:00Z", "2026-05-30 12:00:00", "2026-05-29T12:00Z"], 2),
    ("list_consent_spread_days", ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04", "2026-01-05"], 2),
    ("list_consent_older_1y_share", ["2026-01-01", "2025-01-01", "2023-01-01", ""], 2 / 3),
    ("list_consent_old_share", ["2026-01-01", "2025-01-01", "2023-01-01", ""], 1 / 3),
    ("list_consent_future_share", ["2026-06-02T11:00:00Z", "2026-06-02T13:00:00Z"], 0.5),
    ("list_consent_midnight_share", ["2026-01-01", "2026-01-01T00:00:01Z"], 0.5),
    ("list_consent_burst_share", ["2026-01-01T10:00:01Z"] * 6 + [f"2026-01-01T11:{m}:00Z" for m in range(10, 16)], 0.5),
    ("list_consent_same_second_share", ["2026-01-01T10:00:01Z"] * 5 + [f"2026-01-01T11:00:0{s}Z" for s in range(5)], 0.5),
    ("list_consent_same_minute_share", ["2026-01-01T10:00:01Z"] * 5 + [f"2026-01-01T11:00:0{s}Z" for s in range(5)], 1.0),
    ("list_consent_same_second_share", ["2026-01-01"] * 20, math.nan),
    ("list_consent_same_day_share", ["2026-01-01"] * 6 + [f"2026-02-{d:02}" for d in range(1, 7)], 0.5),
    ("list_consent_hour_entropy", [f"2026-01-01T{h:02}:30:00Z" for h in range(24)], 1.0),
    ("list_consent_hour_entropy", ["2026-01-01T10:30:00Z"] * 24, 0.0),
    ("list_consent_order", [f"2026-01-{d:02}" for d in range(1, 21)], 1.0),
    ("list_consent_order", [f"2026-01-{d:02}" for d in (1, 9)] * 8, 1 / 15),
]  # fmt: skip


@pytest.mark.parametrize(("name", "times", "expected"), CONSENT)
def test_consent(lists: Any, name: str, times: list[str], expected: float) -> None:
    found = lists.numbers_of((f"p{n}@b.com" for n in range(len(times))), opted_in_at=times)
    assert found["list_has_consent_times"] == 1
    assert found[name] == pytest.approx(expected, nan_ok=True)


ORIGIN = [
    ("opt_in_ip", "list_opt_in_ip_known_share", ["192.0.2.1", "", " ", "192.0.2.2"], 0.5),
    ("opt_in_ip", "list_opt_in_ip_reuse", ["192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2"], 0.75),
    ("opt_in_ip", "list_opt_in_ip_shared_share", ["a", "a", "b", "b", "c"], 0.8),
    ("opt_in_source", "list_opt_in_source_known_share", ["web form", ""], 0.5),
    ("opt_in_source", "list_opt_in_source_bought_share", ["Purchased list", "web", "", "partner"], 2 / 3),
    ("opt_in_source", "list_opt_in_source_form_share", ["Checkout", "expo", "newsletter", ""], 2 / 3),
]  # fmt: skip


@pytest.mark.parametrize(("column", "name", "cells", "expected"), ORIGIN)
def test_origin(lists: Any, column: str, name: str, cells: list[str], expected: float) -> None:
    found = lists.numbers_of((f"p{n}@b.com" for n in range(len(cells))), **{column: cells})
    assert found[name] == pytest.approx(expected)


ENGAGED = [
    ("list_engaged_known_share", [1, 100, 200, None], 0.75),
    ("list_engaged_90d_share", [1, 100, 200, None], 0.25),
    ("list_engaged_180d_share", [1, 100, 200, None], 0.5),
    ("list_engaged_age_days", [1, 100, 200, None], 100),
    ("list_engaged_before_consent_share", [1, 100, 500, None], 1 / 3),
    ("list_engaged_future_share", [-3, 100, 500, None], 1 / 3),
]


@pytest.mark.parametrize(("name", "days", "expected"), ENGAGED)
def test_engagement(lists: Any, name: str, days: list[float | None], expected: float) -> None:
    cells = ["" if d is None else lists.days_before(d) for d in days]
    found = lists.numbers_of(
        (f"p{n}@b.com" for n in range(len(days))),
        opted_in_at=[lists.days_before(300)] * len(days),
        last_engaged_at=cells,
    )
    assert found["list_has_engagement"] == 1
    assert found[name] == pytest.approx(expected)


def test_what_a_list_does_not_tell_is_undefined(lists: Any) -> None:
    found = lists.numbers_of(["ann@b.com"])
    assert found["list_has_consent_times"] == found["list_has_engagement"] == 0
    undefined = {name for name, value in found.items() if math.isnan(value)}
    assert {
        "list_consent_age_days",
        "list_engaged_90d_share",
        "list_engaged_known_share",
    } <= undefined
    assert {"list_opt_in_ip_reuse", "list_opt_in_source_bought_share"} <= undefined


def test_every_number_of_a_scan_is_there_and_finite_or_nan(lists: Any) -> None:
    found = lists.numbers_of(people(50))
    assert tuple(found) == tuple(name for name in NUMBERS if name not in PLATFORM_NUMBERS)
    assert not any(math.isinf(value) for value in found.values())


def test_a_list_without_one_good_row_is_all_undefined(lists: Any) -> None:
    found = lists.numbers_of(["nobody", "nothing"])
    assert found["list_invalid_share"] == 1
    assert math.isnan(found["list_role_share"])
