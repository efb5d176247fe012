"""Rows computed again are those that were seen then, whatever became known since."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from msgspec import structs

from features.catalogue import Catalogue, Feature, load_catalogue
from features.records import (
    Account,
    AuthResult,
    Event,
    EventType,
    SendingDomain,
    Stream,
    Subject,
)
from models.decision import Decision
from sendwarden.learning import decisions_since, read_log
from sendwarden.recompute import Recomputed, Recomputer
from sendwarden.replay import replay_warden
from sendwarden.settings import load_settings
from service.errors import ServiceError
from service.review import Verdict
from service.stores.contract import Label, Store
from tests.service.conftest import START, bundle, catalogue, house, made_sqlite, open_house, policy  # noqa: F401
from training.simulate import SimulationConfig, simulate
from training.walk import Pace, Walk
from training.world import World

MAIL = b"From: Shop <news@shop.example>\r\nSubject: Sale\r\n\r\nAll shoes are cheaper today.\r\n"
LATER = timedelta(hours=3)


def computed(store: Store, made: list[Decision], now: Any = None, **how: Any) -> list[Recomputed]:
    found = []
    recomputer = Recomputer(store, load_catalogue(), now or made[0].as_of)
    for account_id in sorted({one.account_id for one in made}):
        mine = [one for one in made if one.account_id == account_id]
        found += recomputer.rows(mine, **({"as_logged": False} | how))
    return found


def changed(row: Recomputed) -> list[str]:
    """The features, known to this day, that are not what was logged."""
    names = load_catalogue().names(row.decision.subject.type)
    pairs = zip(names, row.decision.vector, row.vector, strict=True)
    lost = set(row.unknown)
    return [
        name for name, was, now in pairs
        if name not in lost and was != now and not (np.isnan(was) and np.isnan(now))
    ]  # fmt: skip


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A small simulated provider, gone through by the use cases that serve."""
    folder = tmp_path_factory.mktemp("world")
    config = SimulationConfig(accounts=40, days=12, seed=3, abusive_share=0.3)
    simulate(config, folder, lambda *_: None)
    world = World(folder)
    with replay_warden(load_settings(), load_catalogue(), None) as warden:
        pace = Pace(control=True, check_after=(timedelta(days=1), timedelta(days=4)))
        for number, one in enumerate(
            Walk(warden, pace, (ServiceError,), world.accounts).judged(world.facts())
        ):
            if number % 9 == 0:
                verdict = "abusive" if number % 2 else "legitimate"
                warden.give_verdict(one.decision.decision_id, Verdict(verdict), one.at)
        yield warden.store


@pytest.mark.slow
def test_all_rows_of_a_walk_are_found_again(walked: Store) -> None:
    made = list(decisions_since(walked, None, 10_000))
    rows = computed(walked, made, min(one.as_of for one in made))
    assert len(rows) == len(made) > 150
    assert {row.decision.subject.type for row in rows} == set(Subject)
    assert [changed(row) for row in rows if changed(row)] == []
    for row in rows:
        if row.decision.subject.type is Subject.CAMPAIGN:
            assert row.unknown
            assert all(name.startswith(("content_", "text_")) for name in row.unknown), row.unknown
        else:
            assert not row.unknown


def eventful(house: Any) -> list[Decision]:  # noqa: F811
    """Decisions on one account, and then everything about it and its peer changes."""
    warden, store, at = house.warden, house.store, START
    own = Account(
        account_id="a", created_at=START, plan="pro", device_fingerprint="d", country="DE"
    )
    warden.put_account(own, at)
    warden.put_account(Account(account_id="b", created_at=START, device_fingerprint="d"), at)
    domain = SendingDomain(domain="shop.example", account_id="a", spf=AuthResult.PASS)
    warden.put_domain(domain, at)
    at += timedelta(minutes=20)
    warden.ingest(_mail("a", at) + _mail("b", at), at)
    at += timedelta(minutes=20)
    made = [
        warden.score_campaign("c1", "a", 700, Stream.BROADCAST, ["l"], MAIL, None, at),
        warden.score_campaign(
            "c2", "a", 900, Stream.BROADCAST, ["l"], MAIL, at + LATER, at + LATER
        ),
        warden.score_account("a", at + LATER),
    ]
    at += timedelta(minutes=5) + LATER
    warden.put_account(structs.replace(own, plan="trial", country="TW"), at)
    warden.put_domain(structs.replace(domain, account_id="b", spf=AuthResult.FAIL), at)
    warden.ingest(_mail("a", at) + _mail("b", at), at)
    for number in range(3):
        other = Account(account_id=f"late{number}", created_at=at, device_fingerprint="d")
        warden.put_account(other, at)
    warden.score_campaign("c3", "a", 90_000, Stream.BROADCAST, ["l"], MAIL, None, at)
    verdict = Label(
        label_id="l1",
        decision_id=made[0].decision_id,
        account_id="b",
        verdict="abusive",
        known_at=at,
    )
    store.add_label(verdict)
    return made


def _mail(account_id: str, at: Any) -> list[Event]:
    return [
        Event(event_id=f"{account_id}{at}{kind}{n}", type=kind, account_id=account_id,
              occurred_at=at, mailbox_provider=("gmail", "yahoo")[n % 2])
        for kind in (EventType.SENT, EventType.DELIVERED, EventType.HARD_BOUNCE)
        for n in range(20)
    ]  # fmt: skip


def test_what_became_known_later_is_not_seen(house: Any) -> None:  # noqa: F811
    made = eventful(house)
    rows = computed(house.store, made)
    assert [changed(row) for row in rows] == [[], [], []]
    now = house.warden.score_account("a", made[-1].as_of + timedelta(minutes=30))
    names = load_catalogue().names(Subject.ACCOUNT)
    moved = {
        name
        for name, was, one in zip(names, made[-1].vector, now.vector, strict=True)
        if was != one
    }
    assert {"plan_trial", "sending_domains", "device_peers"} <= moved  # or the test shows nothing


def test_what_became_known_while_deciding_may_be_seen(house: Any) -> None:  # noqa: F811
    made = eventful(house)
    (row,) = computed(house.store, made[-1:], slack=timedelta(minutes=10))
    assert {"plan_trial", "sending_domains", "device_peers"} <= set(changed(row))


def test_without_any_vector_all_but_the_words_is_found(house: Any) -> None:  # noqa: F811
    made = eventful(house)
    bare = [structs.replace(one, vector=()) for one in made]
    for row, one in zip(computed(house.store, bare, as_logged=True), made, strict=True):
        assert row.taken == 0
        assert changed(replace(row, decision=one)) == []


def test_the_order_of_a_decision_from_before_orders_were_kept_is_unknown(house: Any) -> None:  # noqa: F811
    made = eventful(house)
    old = [structs.replace(one, ordered=None) for one in made[:1]]
    (row,) = computed(house.store, old)
    assert {"from_free_mail", "lead_time_hours"} <= set(row.unknown)
    assert changed(row) == []
    assert not {"plan_trial", "hard_bounce_rate_24h"} & set(row.unknown)


def test_windows_whose_tiles_are_gone_are_unknown_not_empty(house: Any) -> None:  # noqa: F811
    made = eventful(house)
    names = load_catalogue().names(Subject.ACCOUNT)
    for days, lost in ((3, {"1h"}), (40, {"1h", "24h", "7d"})):
        (row,) = computed(house.store, made[-1:], made[-1].as_of + timedelta(days=days))
        values = dict(zip(names, row.vector, strict=True))
        for window in ("1h", "24h", "7d", "30d"):
            name = f"hard_bounce_rate_{window}"
            assert (name in row.unknown) == (window in lost)
            assert np.isnan(values[name]) == (window in lost)
        assert ("providers" in row.unknown) == ("7d" in lost)


def features_changed() -> Catalogue:
    """The catalogue with a feature more over old inputs, one gone, and the families turned round."""
    old = load_catalogue()
    added = Feature(
        "young_and_listed", lambda account_age_days, sending_domains: sending_domains / (1 + account_age_days),
        "domains a day", "for the test",
    )  # fmt: skip
    said = Feature(
        "twice_as_urgent",
        lambda content_urgency: 2 * content_urgency,
        "phrases",
        "for the test",
    )
    families = []
    for family in reversed(old.families):
        kept = tuple(f for f in family.features if f.name != "plan_trial")
        extra = {"signup": (added,), "content": (said,)}.get(family.name, ())
        families.append(replace(family, features=kept + extra))
    return Catalogue(families=tuple(families))


def test_a_log_of_older_features_is_learned_from(house: Any) -> None:  # noqa: F811
    made, old = eventful(house), load_catalogue()
    for subject in Subject:
        house.store.keep_feature_set(old.fingerprint(subject), old.definitions(subject))
    new = features_changed()
    at = made[-1].as_of + timedelta(days=60)
    log = read_log(house.store, new, None, at, labelled_only=False)
    assert log.recomputed == len(log.rows) >= len(made)
    assert not log.left_out
    by_id = {row.decision_id: row for row in log.rows}
    for one in made:
        names = new.names(one.subject.type)
        row = dict(zip(names, by_id[one.decision_id].vector, strict=True))
        was = dict(zip(old.names(one.subject.type), one.vector, strict=True))
        assert "plan_trial" not in row
        for name in set(row) & set(was):
            np.testing.assert_equal(row[name], was[name], err_msg=name)
        np.testing.assert_equal(
            row["young_and_listed"], was["sending_domains"] / (1 + was["account_age_days"])
        )
        if one.subject.type is Subject.CAMPAIGN:
            assert row["twice_as_urgent"] == 2 * was["content_urgency"]
    assert not log.unknown


def test_nothing_is_taken_by_a_feature_set_that_is_not_what_it_says(house: Any) -> None:  # noqa: F811
    made, old = eventful(house), load_catalogue()
    forged = structs.replace(made[0], feature_set="forged")
    house.store.keep_feature_set("forged", old.definitions(Subject.CAMPAIGN))
    (row,) = computed(house.store, [forged], as_logged=True)
    assert row.taken == 0


def test_more_than_can_be_computed_again_is_told(house: Any) -> None:  # noqa: F811
    made = eventful(house)
    for one in made:
        house.store.save_decision(
            structs.replace(one, decision_id=f"x{one.decision_id}", vector=())
        )
    log = read_log(
        house.store, load_catalogue(), None, made[-1].as_of, labelled_only=False, most_recomputed=2
    )
    assert log.recomputed == 2
    assert list(log.left_out.values()) == [1]


def test_a_decision_on_nobody_known_is_told(house: Any) -> None:  # noqa: F811
    (one, *_) = eventful(house)
    lost = structs.replace(one, decision_id="x", account_id="nobody", vector=())
    house.store.save_decision(lost)
    log = read_log(house.store, load_catalogue(), None, one.as_of, labelled_only=False)
    assert sum(log.left_out.values()) == 1
    assert log.recomputed == 0
