"""Windows read one by one are the windows read together, and match plain counting."""

from datetime import timedelta
from typing import Any

import pytest

from features.records import Event, EventType
from features.tiles import ip_provider_key
from service.deliverability.counts import SHOWN, hour_end, sums

AGES = (0, 0.2, 1, 5, 22, 23.5, 26, 70, 150, 167, 170, 400, 700, 730, 2_000, 2_150, 2_300)


@pytest.mark.parametrize("shift", [0, 3.5, 9.99, 13.98, 14, 20])
def test_each_window_counts_what_falls_into_it(house: Any, shift: float) -> None:
    now = house.clock.forward(hours=shift)
    for age in AGES:
        at = now - timedelta(hours=age)
        event = Event(
            event_id=str(age), type=EventType.SENT, account_id="a", occurred_at=at,
            mailbox_provider="p", sending_ip="192.0.2.1",
        )  # fmt: skip
        house.warden.ingest([event], at)
    key = [ip_provider_key("192.0.2.1", "p")]
    together = sums(house.store, key, now)
    for i, window in enumerate(SHOWN):
        alone = sums(house.store, key, now, (window,))
        assert (alone[:, 0] == together[:, i]).all()
        end = hour_end(now).timestamp()
        start = (end - window.seconds) // window.grain.value * window.grain.value
        inside = [a for a in AGES if start <= (now - timedelta(hours=a)).timestamp() < end]
        assert together[0, i].sum() == len(inside), window.name
