"""What is gathered is enough: cutting tiles to the slots that are read changes no window."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from features.facts import TieKind
from features.records import Account, Event, EventType, SendingDomain, Stream, Subject
from features.tiles import COUNTER_INDEX, TileRows, account_key, window_sums
from features.windows import WINDOWS, Grain, closed_end
from models.decision import Decision
from service.facts import account_facts, slot_ranges
from service.score import MessageParts

NOW = datetime(2026, 11, 23, 10, 37, tzinfo=UTC)
GRAINS = (Grain.FIVE_MINUTES, Grain.HOUR, Grain.DAY)
EDGES = [0, 300, 3_600, 86_400, 7 * 86_400, 30 * 86_400, 90 * 86_400]


def tiles_of(seconds: list[int]) -> dict[Grain, TileRows]:
    """Tiles of events at Unix times, every grain complete."""
    tiles = {}
    for grain in GRAINS:
        slots, counts = np.unique([grain.slot(s) for s in seconds], return_counts=True)
        wide = np.zeros((len(slots), 11), dtype=np.int64)
        wide[:, 0] = counts
        keys = np.full(len(slots), 7, dtype=np.int64)
        tiles[grain] = TileRows(keys, np.asarray(slots, dtype=np.int64), wide)
    return tiles


def cut(
    tiles: dict[Grain, TileRows], ranges: dict[Grain, tuple[int, int]]
) -> dict[Grain, TileRows]:
    kept = {}
    for grain, rows in tiles.items():
        first, last = ranges[grain]
        inside = (rows.slots >= first) & (rows.slots <= last)
        kept[grain] = TileRows(rows.entities[inside], rows.slots[inside], rows.counts[inside])
    return kept


@given(
    now=st.integers(0, 2 * 86_400).map(lambda s: NOW + timedelta(seconds=s)),
    ages=st.lists(
        st.builds(
            lambda edge, step, off: edge + step * 300 + off,
            st.sampled_from(EDGES), st.integers(-300, 300), st.integers(-2, 2),
        ),
        min_size=1, max_size=40,
    ),
)  # fmt: skip
def test_the_slots_that_are_read_hold_every_window(now: datetime, ages: list[int]) -> None:
    tiles = tiles_of([int(now.timestamp()) - age for age in ages])
    entity, end = np.array([7]), np.array([closed_end(now)])
    everything = window_sums(tiles, entity, end)
    assert np.array_equal(window_sums(cut(tiles, slot_ranges(now)), entity, end), everything)


def test_one_slot_less_would_be_noticed() -> None:
    """Each end of each range matters at some moment, so the ranges cannot silently shrink."""
    entity = np.array([7])
    noticed = set()
    for minutes in range(0, 2 * 24 * 60, 5):
        now = NOW + timedelta(minutes=minutes)
        end = np.array([closed_end(now)])
        ranges = slot_ranges(now)
        seconds = list(range(int(end[0]) - 91 * 86_400, int(end[0]), 3_600))
        seconds += list(range(int(end[0]) - 2 * 86_400, int(end[0]), 300))
        tiles = tiles_of(seconds)
        everything = window_sums(tiles, entity, end)
        for grain in GRAINS:
            first, last = ranges[grain]
            for side, less in (("first", (first + 1, last)), ("last", (first, last - 1))):
                shrunk = cut(tiles, {**{g: ranges[g] for g in GRAINS}, grain: less})
                if not np.array_equal(window_sums(shrunk, entity, end), everything):
                    noticed.add((grain, side))
        if len(noticed) == 6:
            break
    assert len(noticed) == 6


def put(house: Any, account_id: str, **facts: Any) -> Account:
    account = Account(account_id=account_id, created_at=NOW - timedelta(days=30), **facts)
    house.warden.put_account(account, house.clock())
    return account


def test_account_facts_come_from_the_store_as_of_a_time(house: Any) -> None:
    account = put(house, "a-1")
    events = [
        Event(
            event_id=f"e-{n}", type=EventType.SENT, account_id="a-1", occurred_at=NOW,
            mailbox_provider=f"p-{n % 2}.example",
        )
        for n in range(10)
    ]  # fmt: skip
    house.warden.ingest(events, house.clock())
    at = house.clock.forward(minutes=10)
    facts = account_facts(house.store, account, at)
    sums = window_sums(facts.tiles, np.array([account_key("a-1")]), np.array([closed_end(at)]))
    assert sums[0, :, COUNTER_INDEX[EventType.SENT]].tolist() == [10] * len(WINDOWS)
    assert set(facts.providers) == {"p-0.example", "p-1.example"}
    assert facts.first_sent_at is not None
    assert facts.thousandth_sent_at is None


def test_the_campaign_being_scored_is_not_among_the_earlier_ones(house: Any) -> None:
    account = put(house, "a-1")
    for name, recipients in (("c-1", 10), ("c-2", 5_000), ("c-2", 5_000)):
        house.warden.score_campaign(
            name, "a-1", recipients, Stream.BROADCAST, (), None, None, house.clock()
        )
    facts = account_facts(house.store, account, house.clock(), except_campaign="c-2")
    assert (facts.campaigns_before, facts.max_recipients_before) == (1, 10)


def test_accounts_that_share_something_are_peers(house: Any) -> None:
    account = put(house, "a-1", device_fingerprint="d-1", signup_ip="192.0.2.7")
    put(house, "a-2", device_fingerprint="d-1", signup_ip="192.0.2.99")
    put(house, "a-3", signup_ip="192.0.3.7")
    for account_id in ("a-3", "a-1"):
        domain = SendingDomain(domain="shared.example", account_id=account_id)
        house.warden.put_domain(domain, house.clock())
    ties = account_facts(house.store, account, house.clock()).ties
    shared = {kind for kind, peers in ties.items() if peers.accounts == 1}
    assert shared == {TieKind.DEVICE, TieKind.SIGNUP_NET, TieKind.SENDING_DOMAIN}


def test_of_several_sending_domains_the_worst_company_counts(house: Any) -> None:
    account = put(house, "a-1")
    for n in range(3):
        put(house, f"b-{n}")
    shared = [("one.example", "b-0"), ("two.example", "b-1"), ("two.example", "b-2")]
    for domain, account_id in shared:
        house.warden.put_domain(SendingDomain(domain=domain, account_id=account_id), house.clock())
    for domain in ("zero.example", "one.example", "two.example", "three.example"):
        house.warden.put_domain(SendingDomain(domain=domain, account_id="a-1"), house.clock())
    ties = account_facts(house.store, account, house.clock()).ties
    assert ties[TieKind.SENDING_DOMAIN].accounts == 2


TEMPLATE = (
    "Dear {}, our spring collection is here. Discover new bouquets, vases and garden tools, and save on "
    "every order before Sunday. We deliver within two days, free of charge in your town. With love from "
    "the whole team in the old market hall."
)


def numbers_of(house: Any, decision: Decision) -> dict[str, float]:
    names = house.warden.catalogue.names(Subject.CAMPAIGN)
    return dict(zip(names, decision.vector, strict=True))


def test_a_rewritten_template_of_another_account_and_a_lookalike_of_ones_own_domain_are_noticed(
    house: Any,
) -> None:
    put(house, "a-1", email_domain="bloomery.com", country="DE")
    put(house, "a-2")

    def score(account_id: str, text: str) -> dict[str, float]:
        decision = house.warden.score_campaign(
            f"c-{account_id}", account_id, 10, Stream.BROADCAST, (),
            MessageParts(from_="Bloomery <news@bloomery.com>", subject="Spring", text=text), None, house.clock(),
        )  # fmt: skip
        return numbers_of(house, decision)

    first = score("a-2", TEMPLATE.format("Anna"))
    assert (first["near_template_peers"], first["template_peers"]) == (0, 0)
    second = score("a-1", TEMPLATE.format("Muhammad Ali") + " See http://bl00mery.com/")
    assert second["near_template_peers"] > 0.9
    assert second["template_peers"] == 0
    assert second["content_own_lookalikes"] == 1
    assert second["content_language_foreign"] == 0
