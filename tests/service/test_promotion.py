"""Which model serves is an act: audited, refused without passed gates unless somebody says why."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from features.catalogue import Catalogue
from models.registry import RegistryError, Shelf, starter_files
from models.reports import Reports
from models.trials import GateResult, Trial
from service.desk.chain import verify
from service.errors import ModelRefused, UnknownModel
from service.promotion import ModelActs
from service.stores import open_store

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
KEY = b"k" * 32
OK = GateResult(gate="latency", title="Latency", passed=True, says="as fast", subject="account")
BAD = GateResult(
    gate="later_time", title="Later time", passed=False, subject="campaign",
    says="PR AUC fell by 0.08, at most 0.02 is allowed", measured=-0.08, bound=-0.02,
)  # fmt: skip


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def acts(
    tmp_path: Path,
    copy_of_sqlite: Callable[[Path], str],
    catalogue: Catalogue,
    told: list[str],
) -> Iterator[ModelActs]:
    store = open_store(copy_of_sqlite(tmp_path / "warden.db"))
    store.migrate()

    def tell(digest: str) -> bool:
        told.append(digest)
        if len(told) > 2:
            raise RegistryError("away")
        return True

    shelf = Shelf(tmp_path / "models")
    yield ModelActs(store, shelf, Reports(tmp_path / "models/reports"), catalogue, KEY, tell)
    store.close()


def _trial(digest: str, *gates: GateResult) -> Trial:
    return Trial(candidate=digest, champion="0" * 64, at=AT, gates=gates)


def _log(acts: ModelActs) -> list[tuple[str, str, dict[str, object]]]:
    entries = acts._store.entries()
    verify(KEY, entries)
    return [(one.deed.act, one.deed.target, one.deed.after) for one in entries]


def test_a_bundle_is_promoted_for_its_gates_or_for_a_reason_and_every_act_is_chained(
    acts: ModelActs, bundle_of: Callable[[int], dict[str, bytes]], told: list[str]
) -> None:
    good, other = (acts.shelf.add(bundle_of(rounds)) for rounds in (3, 4))
    with pytest.raises(ModelRefused, match="has not been tried"):
        acts.promote(good, "ann", AT)
    acts.reports.keep_trial(_trial(good, OK))
    acts.reports.keep_trial(_trial(other, OK, BAD))
    assert acts.promote(good[:10], "ann", AT).registry == "told"
    with pytest.raises(ModelRefused, match=r"Later time: PR AUC fell by 0\.08"):
        acts.promote(other, "ann", AT)
    assert acts.shelf.champion() == good
    acts.promote(other, "ann", AT, "a wave of phishing")
    assert {one.version: one.role for one in acts.bundles()} == {
        other[:12]: "champion", good[:12]: "previous",
        acts.shelf.find(_starter_of(acts, good, other))[:12]: "",
    }  # fmt: skip
    assert acts.roll_back("bob", AT, "too many holds").registry == "away"
    assert acts.shelf.champion() == good
    assert told == [good, other, good]
    assert _log(acts) == [
        ("model.promote", good[:12], {"champion": good[:12], "gates": "passed"}),
        ("model.promote", other[:12], {"champion": other[:12], "gates": "failed: later_time campaign",
                                       "why": "a wave of phishing"}),
        ("model.roll_back", good[:12], {"champion": good[:12], "why": "too many holds"}),
    ]  # fmt: skip


def _starter_of(acts: ModelActs, *but: str) -> str:
    return next(one.digest for one in acts.shelf.bundles() if one.digest not in but)


def test_the_first_promotion_can_be_taken_back_to_the_bundle_that_ships(
    acts: ModelActs, bundle_of: Callable[[int], dict[str, bytes]]
) -> None:
    first = acts.shelf.add(bundle_of(3))
    with pytest.raises(ModelRefused, match="no earlier champion"):
        acts.roll_back("ann", AT)
    acts.promote(first, "ann", AT, "the first")
    back = acts.roll_back("ann", AT).digest
    assert acts.shelf.files(back) == starter_files()
    with pytest.raises(ModelRefused, match="champion already"):
        acts.promote(back, "ann", AT, "again")


def test_what_cannot_be_served_or_found_is_refused_and_nothing_is_logged(
    acts: ModelActs, bundle_of: Callable[[int], dict[str, bytes]]
) -> None:
    digest = acts.shelf.add(bundle_of(3))
    (acts.shelf.folder / digest / "typical.json").write_bytes(b"{}")
    with pytest.raises(ModelRefused, match="cannot be served"):
        acts.promote(digest, "ann", AT, "x")
    with pytest.raises(UnknownModel):
        acts.promote("none", "ann", AT, "x")
    assert _log(acts) == []
    assert acts.shelf.champion() is None


def test_a_gate_that_cannot_judge_holds_back_unless_it_is_optional() -> None:
    unknown = GateResult(gate="g", title="G", passed=None, says="too few rows")
    assert not _trial("a", OK, unknown).passed
    optional = GateResult(gate="g", title="G", passed=None, says="too few rows", optional=True)
    assert _trial("a", OK, optional).passed
    assert not _trial("a").passed
