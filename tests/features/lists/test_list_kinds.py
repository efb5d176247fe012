"""Planted lists: bought, harvested, made up, washed and stale ones against consented ones."""

import math
import random
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from features.catalogue import Feature
from features.families.lists import LISTS

FIRST = [
    "anna",
    "ben",
    "clara",
    "david",
    "emma",
    "felix",
    "greta",
    "jonas",
    "marie",
    "paul",
    "laura",
    "tim",
    "lena",
    "max",
    "julia",
    "tom",
]
LAST = [
    "smith",
    "weber",
    "fischer",
    "wagner",
    "becker",
    "koch",
    "bauer",
    "richter",
    "klein",
    "wolf",
    "braun",
    "lange",
    "krause",
]
FREE = ["gmail.com"] * 5 + ["yahoo.com", "outlook.com", "web.de", "gmx.de", "icloud.com"]
ROLES = ["info", "sales", "office", "contact", "admin", "support"]
N = 400


def person(rng: random.Random) -> str:
    style = rng.choice(["{0}.{1}", "{0}{1}", "{1}.{0}", "{0}{2}", "{0}.{1}{2}"])
    local = style.format(rng.choice(FIRST), rng.choice(LAST), rng.randint(1, 99))
    return f"{local}@{rng.choice(FREE)}"


def consented(rng: random.Random, lists: Any) -> dict[str, list[str]]:
    """A newsletter of two years: sign-ups by day, most of them read it."""
    days = sorted((rng.uniform(1, 700) for _ in range(N)), reverse=True)
    noon = lists.imported_at.replace(hour=0)
    opted = [
        noon - timedelta(days=int(d)) + timedelta(hours=min(max(rng.gauss(15, 4), 7), 23.5))
        for d in days
    ]
    return {
        "email": [person(rng) for _ in days],
        "opted_in_at": [at.strftime("%Y-%m-%dT%H:%M:%SZ") for at in opted],
        "opt_in_ip": [f"203.0.{rng.randint(0, 255)}.{rng.randint(1, 254)}" for _ in days],
        "opt_in_source": ["website form"] * N,
        "last_engaged_at": [
            lists.days_before(min(d - 0.5, rng.expovariate(1 / 60))) if rng.random() < 0.7 else ""
            for d in days
        ],
    }


def scraped(rng: random.Random, lists: Any) -> dict[str, list[str]]:
    """A directory, company by company."""
    companies = [f"company{n}.com" for n in range(N // 3)]
    return {"email": [f"{role}@{c}" for c in companies for role in rng.sample(ROLES, 3)]}


def harvested(rng: random.Random, lists: Any) -> dict[str, list[str]]:
    """A dictionary tried out at a few providers."""
    return {
        "email": [f"{rng.choice(FIRST)}{n}@gmail.com" for _ in range(N // 40) for n in range(40)]
    } | {"email": [f"{name}{n}@gmail.com" for name in FIRST for n in range(N // len(FIRST))]}


def bombed(rng: random.Random, lists: Any) -> dict[str, list[str]]:
    """A form filled in by a robot within an hour from two addresses."""
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    at = lists.days_before(3)[:14]
    return {
        "email": ["".join(rng.choices(letters, k=10)) + "@" + rng.choice(FREE) for _ in range(N)],
        "opted_in_at": [f"{at}{rng.randint(0, 59):02}:{rng.randint(0, 59):02}Z" for _ in range(N)],
        "opt_in_ip": [rng.choice(["198.51.100.1", "198.51.100.2"]) for _ in range(N)],
    }


def bought(rng: random.Random, lists: Any) -> dict[str, list[str]]:
    """Sorted, with typos and throw-away addresses, stamped in one go."""
    emails = [person(rng) for _ in range(N - 40)]
    emails += [person(rng).partition("@")[0] + "@gmial.com" for _ in range(20)]
    emails += [person(rng).partition("@")[0] + "@mailinator.com" for _ in range(20)]
    return {
        "email": sorted(emails),
        "opted_in_at": [lists.days_before(900)] * N,
        "opt_in_source": ["partner database"] * N,
    }


def washed(rng: random.Random, lists: Any) -> dict[str, list[str]]:
    """A bought list after a verifier: spotless, and without a word on consent."""
    return {"email": sorted({person(rng) for _ in range(N)})}


def stale(rng: random.Random, lists: Any) -> dict[str, list[str]]:
    """Once consented, years ago, not written to since."""
    columns = consented(rng, lists)
    days = sorted((rng.uniform(1_100, 2_000) for _ in range(N)), reverse=True)
    return columns | {
        "opted_in_at": [lists.days_before(d) for d in days],
        "last_engaged_at": ["" if rng.random() < 0.9 else lists.days_before(d - 10) for d in days],
    }


TOLD_APART = [
    (scraped, ["list_role_share", "list_directory_like", "list_corporate_share"]),
    (scraped, ["list_domain_order", "list_rows_per_own_domain"]),
    (harvested, ["list_sequence_share", "list_top_stem_share", "list_machine_made"]),
    (bombed, ["list_gibberish_share", "list_opt_in_ip_reuse", "list_opt_in_ip_shared_share"]),
    (bombed, ["list_consent_same_second_share", "list_consent_same_minute_share", "list_consent_same_day_share"]),
    (bought, ["list_alphabetical_order", "list_typo_share", "list_disposable_share"]),
    (bought, ["list_consent_burst_share", "list_opt_in_source_bought_share", "list_consent_old_share"]),
    (washed, ["list_alphabetical_order", "list_spotless_unproven", "list_without_evidence"]),
    (stale, ["list_consent_old_share", "list_staleness", "list_consent_age_days"]),
]  # fmt: skip


def computed(numbers: dict[str, float], name: str) -> float:
    """Return a number, or a feature of the family computed from the numbers."""
    feature: Feature = next(f for f in LISTS.features if f.name == name)
    values = [np.array([numbers.get(key, float("nan"))]) for key in feature.inputs]
    return float(feature.compute(*values)[0])


@pytest.mark.parametrize(("make", "names"), TOLD_APART)
@pytest.mark.parametrize("seed", range(3))
def test_planted_lists_are_told_from_consented_ones(
    lists: Any, make: Any, names: list[str], seed: int
) -> None:
    good = lists.numbers_of(**rows(consented(random.Random(seed), lists)))
    bad = lists.numbers_of(**rows(make(random.Random(100 + seed), lists)))
    for name in names:
        usual, odd = computed(good, name), computed(bad, name)
        usual = 0.0 if math.isnan(usual) else usual
        assert odd > usual + 0.01, f"{name}: {odd} against {usual} of a consented list"


def rows(columns: dict[str, list[str]]) -> dict[str, Any]:
    return {"addresses": columns["email"]} | {k: v for k, v in columns.items() if k != "email"}


def test_a_consented_list_looks_like_one(lists: Any) -> None:
    found = lists.numbers_of(**rows(consented(random.Random(9), lists)))
    assert found["list_engaged_180d_share"] > 0.5
    assert found["list_consent_order"] > 0.6
    assert found["list_opt_in_source_form_share"] == 1
    for name in ("role", "disposable", "typo", "gibberish", "invalid", "sequence"):
        assert found[f"list_{name}_share"] < 0.02, name
