"""What to take out of lists, and the effect of it."""

from datetime import UTC, datetime

import pytest

from features.records import ImportSource, ListImport, Segment
from models.cure import cures_of

AT = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)


def an_import(
    list_id: str, parts: dict[str, tuple[int, float]], by: str = "consent_age"
) -> ListImport:
    rows = sum(part[0] for part in parts.values())
    return ListImport(
        import_id=f"i-{list_id}", account_id="a", list_id=list_id, source=ImportSource.FILE,
        imported_at=AT, rows=rows, valid=rows, invalid=0, duplicates=0, numbers={},
        segments=tuple(
            Segment(by=by, value=value, rows=n, expected_hard_bounce_rate=rate)
            for value, (n, rate) in parts.items()
        ),
    )  # fmt: skip


def test_the_import_that_bounces_is_named_with_what_is_left() -> None:
    bad = an_import("old", {"over 2 years": (640, 0.5), "1 to 2 years": (600, 0.5)})
    good = an_import("new", {"up to 90 days": (8_760, 0.013)})
    cure = cures_of((good, bad))[0]
    assert (cure.list_id, cure.segment, cure.rows) == ("old", None, 1_240)
    assert cure.share == pytest.approx(620 / (620 + 8_760 * 0.013))
    assert cure.rate_now == pytest.approx((620 + 8_760 * 0.013) / 10_000)
    assert cure.rate_after == pytest.approx(0.013)


def test_in_a_single_list_the_segment_is_named() -> None:
    parts = {"up to 90 days": (9_000, 0.005), "over 2 years": (1_000, 0.4)}
    (cure,) = cures_of((an_import("all", parts),))
    assert cure.segment is not None
    assert cure.segment.value == "over 2 years"
    assert (cure.rate_now, cure.rate_after) == (pytest.approx(0.0445), pytest.approx(0.005))


@pytest.mark.parametrize(
    "imports",
    [
        (),
        (an_import("even", {"up to 90 days": (500, 0.02), "over 2 years": (500, 0.02)}),),
        (an_import("nothing", {"up to 90 days": (500, 0.0)}),),
        (an_import("untold", {"gmail.com": (500, 0.5)}, by="domain"),),
    ],
    ids=["no lists", "even", "no bounces", "nothing told"],
)
def test_where_nothing_stands_out_nothing_is_named(imports: tuple[ListImport, ...]) -> None:
    assert cures_of(imports) == ()
