"""What is left of an hour and a day: counts roll over, the tightest cap holds, fleets share."""

from datetime import UTC, datetime, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given

from models.earned import Earning, Harm, TrackRecord
from models.inflight.volume import Caps, Sent, earned, rolled, room, taken

START = datetime(2026, 3, 1, 10, 59, tzinfo=UTC)
RULES = Earning(
    harm_per_day=50, trust_mails=500, growth=2, fall=0.25, start=1_000, start_paid=5_000,
    least=100, shared_below_days=14, harms=(Harm("hard_bounce", 0.02, 1),),
)  # fmt: skip
GOOD = TrackRecord(risk=0.01, paid=False, counts={}, recent={}, busiest_day=0)
BAD = TrackRecord(
    risk=0.01, paid=False, counts={}, recent={"sent": 100, "hard_bounce": 30}, busiest_day=0
)


def _after(mails: int, at: datetime = START) -> Sent:
    return taken(rolled(Sent(), at), mails)


def test_a_new_hour_and_a_new_day_begin_at_nothing() -> None:
    sent = _after(70)
    assert (sent.today, sent.this_hour) == (70, 70)
    assert rolled(sent, START + timedelta(seconds=59)) == sent
    hour = rolled(sent, START + timedelta(minutes=1))
    assert (hour.today, hour.this_hour) == (70, 0)
    day = rolled(sent, START + timedelta(hours=14))
    assert (day.today, day.this_hour) == (0, 0)


@pytest.mark.parametrize(
    ("caps", "left", "again"),
    [
        (Caps(), None, None),
        (Caps(per_hour=100), 30, None),
        (Caps(per_hour=70, per_day=500), 0, START.replace(hour=11, minute=0)),
        (Caps(per_hour=100, per_day=70), 0, datetime(2026, 3, 2, tzinfo=UTC)),
        (Caps(per_hour=100, per_day=80), 10, None),
        (Caps(allowance=75), 5, None),
        (Caps(allowance=20), 0, datetime(2026, 3, 2, tzinfo=UTC)),
    ],
)
def test_the_tightest_cap_holds(caps: Caps, left: int | None, again: datetime | None) -> None:
    found = room(_after(70), (), caps, START)
    assert (found.mails, found.again_at) == (left, again)


def test_a_fleet_shares_the_allowance_of_the_day() -> None:
    others = (_after(50), _after(900, START - timedelta(days=1)))
    assert room(_after(70), others, Caps(allowance=150), START).mails == 30


def test_the_allowance_of_a_day_stays_but_for_a_bad_sign() -> None:
    before = Sent()
    first = earned(rolled(before, START), before, GOOD, RULES)
    assert first.allowance == 1_000
    later = rolled(first, START + timedelta(minutes=10))
    assert earned(later, first, GOOD, RULES).allowance == 1_000
    cut = earned(later, first, BAD, RULES)
    assert (cut.allowance, cut.slowed) == (750, True)
    assert earned(cut, cut, BAD, RULES) == cut, "once a day"


def test_the_next_day_goes_on_from_the_last() -> None:
    before = Sent()
    first = earned(rolled(before, START), before, GOOD, RULES)
    tomorrow = rolled(taken(first, 1_000), START + timedelta(days=1))
    used = TrackRecord(risk=0.01, paid=False, counts={"sent": 1_000}, recent={}, busiest_day=1_000)
    assert earned(tomorrow, first, used, RULES).allowance == 2_000
    assert earned(tomorrow, first, BAD, RULES).allowance == 750


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_no_cap_is_ever_passed(want: int, per_hour: int, per_day: int, allowance: int) -> None:
    sent, at = Sent(), START
    caps = Caps(per_hour=per_hour, per_day=per_day, allowance=allowance)
    for _ in range(30):
        sent = rolled(sent, at)
        left = room(sent, (), caps, at)
        assert left.mails is not None
        sent = taken(sent, min(want, left.mails))
        assert sent.this_hour <= per_hour
        assert sent.today <= min(per_day, allowance)
        at += timedelta(minutes=50)
