"""Segments: which there are, and that small ones are kept back."""

from typing import Any

from features.lists import ScanLimits
from features.lists.sources import kind_of_source, source_name


def body(lists: Any) -> bytes:
    rows = [
        {
            "email": f"p{n}@{'gmail.com' if n < 300 else f'b{n}.com'}",
            "opted_in_at": lists.days_before(30 if n < 250 else 900),
            "opt_in_source": "Web form?id=7" if n < 199 else "expo",
        }
        for n in range(500)
    ]
    return bytes(lists.write_csv(rows))


def found(lists: Any, min_rows: int = 200) -> dict[tuple[str, str], int]:
    scanned = lists.scan_bytes(body(lists), "csv", ScanLimits(min_segment_rows=min_rows))
    assert all(segment.expected_hard_bounce_rate is None for segment in scanned.segments)
    return {(segment.by, segment.value): segment.rows for segment in scanned.segments}


def test_segments(lists: Any) -> None:
    assert found(lists, min_rows=150) == {
        ("consent_age", "up to 90 days"): 250,
        ("consent_age", "over 2 years"): 250,
        ("domain_kind", "free mail"): 300,
        ("domain_kind", "own domains"): 200,
        ("domain", "gmail.com"): 300,
        ("domain", "others"): 193,
        ("opt_in_source", "expo"): 301,
        ("opt_in_source", "web form"): 199,
    }


def test_small_segments_are_kept_back(lists: Any) -> None:
    assert ("opt_in_source", "web form") not in found(lists)
    assert min(found(lists).values()) >= 200


def test_cells_cross_all_dimensions(lists: Any) -> None:
    cells = lists.scan_bytes(body(lists)).cells
    assert {cell.values: cell.rows for cell in cells} == {
        ("up to 90 days", "not told", "free mail", "web form"): 199,
        ("up to 90 days", "not told", "free mail", "expo"): 51,
        ("over 2 years", "not told", "free mail", "expo"): 50,
        ("over 2 years", "not told", "own domains", "expo"): 200,
    }


def test_cells_of_engagement_and_many_sources(lists: Any) -> None:
    rows = [
        {
            "email": f"p{n}@{('gmial.com', 'mailinator.com')[n % 2]}",
            "opt_in_source": f"shop {n}" if n else "",
            "last_engaged_at": ("", lists.days_before(10), lists.days_before(400))[n % 3],
        }
        for n in range(60)
    ]
    cells = lists.scan_bytes(lists.write_csv(rows)).cells
    assert sum(cell.rows for cell in cells) == 60
    assert {cell.values[0] for cell in cells} == {"unknown"}
    assert {cell.values[1] for cell in cells} == {"never", "within 90 days", "longer ago"}
    assert {cell.values[2] for cell in cells} == {"mistyped domains", "throw-away domains"}
    names = {cell.values[3] for cell in cells}
    assert {"unknown", "others", "shop 1", "shop 16"} <= names
    assert len(names) == 18


def test_a_source_is_kept_without_what_could_name_a_person() -> None:
    assert source_name(" Landing  Page?email=ann@b.com") == "landing page"
    assert source_name("invited by ann@b.com") == source_name("?x=1") == "other"
    assert len(source_name("x" * 500)) == 48


def test_kinds_of_sources() -> None:
    assert [kind_of_source(name) for name in ("bought list", "checkout", "expo")] == [
        "bought", "form", "other",
    ]  # fmt: skip
