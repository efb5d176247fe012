"""The newest good model and policy decide; a bad one never replaces a good one."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from features.catalogue import Catalogue
from models.bundle import Bundle, BundleRefused
from models.policy import PolicyErrors, default_policy_text
from models.registry import Shelf
from service.live import LiveModel, LivePolicy

NOW = datetime(2026, 11, 23, tzinfo=UTC)
Files = Callable[[int], dict[str, bytes]]


class Seconds:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "models")


@pytest.fixture
def live(shelf: Shelf, catalogue: Catalogue, seconds: Seconds) -> LiveModel:
    return LiveModel(
        shelf.champion,
        lambda digest: Bundle.from_files(shelf.files(digest), catalogue),
        every_seconds=5,
        monotonic=seconds,
    )


def test_a_new_champion_is_taken_over_when_it_is_time(
    live: LiveModel, shelf: Shelf, bundle_of: Files, seconds: Seconds
) -> None:
    assert live.current() is None
    first, second = shelf.add(bundle_of(3)), shelf.add(bundle_of(4))
    shelf.promote(first, NOW)
    assert live.current() is None, "not looked at again before it is time"
    seconds.now = 5
    old = live.current()
    assert old is not None
    assert old.digest == first
    shelf.promote(second, NOW)
    assert live.current() is old
    seconds.now = 10
    new = live.current()
    assert new is not None
    assert new.digest == second
    shelf.rollback(NOW)
    seconds.now = 15
    again = live.current()
    assert again is not None
    assert again.digest == first


def test_a_changed_bundle_is_refused_and_the_old_one_stays(
    live: LiveModel,
    shelf: Shelf,
    bundle_of: Files,
    seconds: Seconds,
    caplog: pytest.LogCaptureFixture,
) -> None:
    first, second = shelf.add(bundle_of(3)), shelf.add(bundle_of(4))
    shelf.promote(first, NOW)
    good = live.current()
    assert good is not None
    (shelf.folder / second / "account.risk.txt").write_text("not trees")
    shelf.promote(second, NOW)
    with caplog.at_level(logging.ERROR):
        for seconds.now in (5.0, 10.0, 15.0):
            assert live.current() is good
    assert live.refused == 1, "tried once, not at every look"
    assert "the old one stays" in caplog.text


def test_an_unreadable_pointer_keeps_the_model(
    live: LiveModel, shelf: Shelf, bundle_of: Files, seconds: Seconds
) -> None:
    shelf.promote(shelf.add(bundle_of(3)), NOW)
    good = live.current()
    (shelf.folder / "champion.json").write_text("{")
    seconds.now = 5
    assert live.current() is good
    assert live.refused == 1


def test_requests_go_on_while_one_of_them_loads(seconds: Seconds, bundle: Bundle) -> None:
    entered, go_on = threading.Event(), threading.Event()

    def slowly(_digest: str) -> Bundle:
        entered.set()
        assert go_on.wait(10)
        raise BundleRefused("no")

    live = LiveModel(lambda: "a", slowly, every_seconds=5, first=bundle, monotonic=seconds)
    live._looked_at = 0.0
    seconds.now = 5
    loading = threading.Thread(target=live.current)
    loading.start()
    assert entered.wait(10)
    assert live.current() is bundle, "does not wait for the one that loads"
    go_on.set()
    loading.join(10)
    assert live.refused == 1


def test_a_changed_policy_file_is_taken_over_and_a_bad_one_is_not(
    tmp_path: Path, catalogue: Catalogue, seconds: Seconds
) -> None:
    path = tmp_path / "policy.yaml"
    text = default_policy_text()
    path.write_text(text)
    live = LivePolicy(path, catalogue, every_seconds=5, monotonic=seconds)
    first = live.current()
    path.write_text(text.replace("name: default", "name: stricter"))
    seconds.now = 5
    second = live.current()
    assert second.version != first.version
    path.write_text(text + "\nnonsense: 1\n")
    seconds.now = 10
    assert live.current() is second
    path.unlink()
    seconds.now = 15
    assert live.current() is second
    assert live.refused == 2


def test_the_first_policy_must_be_good(tmp_path: Path, catalogue: Catalogue) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text("format: 1\n")
    with pytest.raises(PolicyErrors):
        LivePolicy(path, catalogue)
