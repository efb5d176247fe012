"""Every feature has a reason written for it, and a reason says what to change."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from features.catalogue import Catalogue, Column, load_catalogue
from features.records import Subject
from models.bundle import Bundle
from models.explain import MAX_REASONS, explain_contributions
from models.reasons.amounts import amount
from models.reasons.docs import reason_table
from models.reasons.language import Language
from models.reasons.reason import Reason
from models.reasons.registry import Reasons, fallback, load_reasons

CATALOGUE = load_catalogue()
COLUMNS = {c.name: c for subject in Subject for c in CATALOGUE.columns(subject)}
REASONS = load_reasons()


@pytest.mark.parametrize("name", COLUMNS)
def test_every_shipped_feature_is_mapped_on_purpose(name: str) -> None:
    assert REASONS.mapped(COLUMNS[name]) is not None, f"no reason names {name}"


def test_no_pattern_is_given_twice_or_matches_nothing() -> None:
    patterns = [pattern for reason in REASONS.reasons for pattern in reason.features]
    assert [pattern for pattern, n in Counter(patterns).items() if n > 1] == []
    idle = [
        pattern
        for pattern in patterns
        if not any(
            name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern
            for name in COLUMNS
        )
    ]
    assert idle == []


@pytest.mark.parametrize("reason", REASONS.reasons, ids=lambda reason: reason.code)
def test_a_reason_is_plain(reason: Reason) -> None:
    assert re.fullmatch(r"[A-Z][A-Z0-9_]+", reason.code)
    for text in (reason.message, reason.advice):
        assert text.endswith(".")
        assert 20 <= len(text) <= 160
        assert not re.search(r"[{}@<>|]|\btraps?\b", text)


def test_what_could_be_tuned_or_names_others_is_hidden() -> None:
    for name, column in COLUMNS.items():
        if re.search(r"trap|flagged|peer|text_malicious|just_under|overlap", name):
            assert REASONS.of(column).hidden_value, name


def test_a_new_feature_falls_back_to_its_family() -> None:
    column = replace(next(iter(COLUMNS.values())), name="brand_new", family="rings")
    assert REASONS.mapped(column) is None
    assert REASONS.of(column) == fallback("rings")
    assert fallback("rings").code == "RINGS_OTHER"


def test_the_most_specific_pattern_wins() -> None:
    broad = Reason("BROAD", "x", ("bounce_*",), "m", "a")
    narrow = Reason("NARROW", "x", ("bounce_rate_*",), "m", "a")
    exact = Reason("EXACT", "x", ("bounce_rate_1h",), "m", "a")
    reasons = Reasons((broad, narrow, exact))
    column = next(iter(COLUMNS.values()))
    codes = [
        reasons.of(replace(column, name=name)).code
        for name in ("bounce_z", "bounce_rate_7d", "bounce_rate_1h")
    ]
    assert codes == ["BROAD", "NARROW", "EXACT"]


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.0123, "share", "1.2 %"),
        (0.5, "share", "50 %"),
        (0.00031, "share", "0.031 %"),
        (0.0, "share", "0.0 %"),
        (1.0, "0 or 1", "yes"),
        (0.0, "flag", "no"),
        (float("nan"), "days", "unknown"),
        (12345.6, "days", "12,346 days"),
        (0.123456, "hours", "0.12 hours"),
        (3.0, "log10 mails", "999 mails"),
        (2.0, "doublings", "4 times as much"),
        (-1.0, "doublings", "0.5 times as much"),
        (0.0, "doublings", "as much"),
        (0.001, "doublings", "as much"),
        (5000.0, "doublings", "2e+90 times as much"),
        (float("inf"), "links", "inf links"),
        (3.0, "links", "3 links"),
    ],
)
def test_amounts(value: float, unit: str, text: str) -> None:
    assert amount(value, unit) == text


@pytest.mark.parametrize("unit", sorted({c.feature.unit for c in COLUMNS.values()}))
@pytest.mark.parametrize("value", [0.0, 1.0, -3.7, 1e9, float("inf"), float("-inf")])
def test_every_unit_can_be_written(unit: str, value: float) -> None:
    assert amount(value, unit)


def test_contributions_are_summed_by_code_and_only_those_upward_count(
    make_catalogue: Callable[..., Catalogue],
) -> None:
    columns: tuple[Column, ...] = make_catalogue().columns(Subject.ACCOUNT)
    reasons = Reasons(
        (
            Reason("ONE", "x", ("trap_share", "bounce_lower"), "First.", "Do one."),
            Reason("TWO", "x", ("domain_age_days",), "Second.", "Do two."),
            Reason("THREE", "x", ("open_share", "is_paid"), "Third.", "Do three."),
        )
    )
    given = explain_contributions(
        columns,
        np.array([0.2, 0.5, 0.4, -0.9, 0.3]),
        np.array([0.1, 30.0, 0.25, 0.5, 0.0]),
        np.array([0.0, 400.0, 0.01, 0.2, 1.0]),
        tuple(map(reasons.voices, columns)),
    )
    assert [(reason.code, round(reason.weight, 3)) for reason in given] == [
        ("ONE", round(0.6 / 1.1, 3)),
        ("TWO", round(0.5 / 1.1, 3)),
    ]
    assert given[0].message == "First. Meaning of bounce lower: 25 %, usually 1.0 %."
    assert (given[0].value, given[0].typical, given[0].unit) == (0.25, 0.01, "rate")


def test_hidden_values_stay_hidden_and_unknown_ones_are_said_to_be(
    make_catalogue: Callable[..., Catalogue],
) -> None:
    columns = make_catalogue().columns(Subject.ACCOUNT)
    reasons = Reasons(
        (
            Reason("HIDDEN", "x", ("trap_share",), "First.", "Do one.", hidden_value=True),
            Reason("SHOWN", "x", ("domain_age_days",), "Second.", "Do two."),
        )
    )
    row = np.array([0.1, np.nan, 0.0, 0.0, 0.0])
    given = explain_contributions(
        columns,
        np.array([0.2, 0.1, 0, 0, 0]),
        row,
        np.full(5, np.nan),
        tuple(map(reasons.voices, columns)),
    )
    assert (given[0].value, given[0].typical, given[0].message) == (None, None, "First.")
    assert given[1].message == "Second. Meaning of domain age days: unknown."
    assert given[1].value is None


def test_at_most_eight_reasons_and_none_without_contributions() -> None:
    columns = CATALOGUE.columns(Subject.CAMPAIGN)
    voices = tuple(map(REASONS.voices, columns))
    n = len(columns)
    usual = np.zeros(n)
    given = explain_contributions(columns, np.ones(n), np.ones(n), usual, voices)
    assert len(given) == MAX_REASONS
    assert sum(reason.weight for reason in given) < 1
    assert explain_contributions(columns, -np.ones(n), np.ones(n), usual, voices) == ()


def test_a_translation_replaces_what_it_has(toy_bundle: Bundle) -> None:
    reason = REASONS.by_code["COMPLAINTS"]
    dutch = Language(
        "nl", {reason.message: "Lezers klagen.", "{meaning}: {value}.": "{meaning} = {value}"}
    )
    name = "complaint_rate_7d"
    columns = CATALOGUE.columns(Subject.ACCOUNT)
    at = [column.name for column in columns].index(name)
    pushed = np.zeros(len(columns))
    pushed[at] = 1.0
    row = np.full(len(columns), 0.5)
    given = explain_contributions(
        columns,
        pushed,
        row,
        np.full(len(columns), np.nan),
        tuple(map(REASONS.voices, columns)),
        dutch,
    )
    assert given[0].message == "Lezers klagen. Complaints per mail accepted, smoothed = 50 %"
    assert given[0].advice == reason.advice


def test_the_documented_table_has_every_reason() -> None:
    table = reason_table()
    assert all(f"`{reason.code}`" in table for reason in REASONS.reasons)
    assert len(table.splitlines()) == len(REASONS.reasons) + 2
