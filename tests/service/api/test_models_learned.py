"""What the last retraining learned, over the API."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from models.registry import Shelf, starter_files
from models.reports import Reports
from models.trials import Bin, Trial
from service.promotion import ModelActs
from tests.service.conftest import Api

AT = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def shelved(api: Api, tmp_path: Path) -> Any:
    """A shelf with a challenger that was tried against the bundle that ships."""
    shelf, reports = Shelf(tmp_path), Reports(tmp_path / "reports")
    files = starter_files()
    manifest = json.loads(files["manifest.json"])
    leans = manifest["note"]["report"]["subjects"]["account"]["strongest"]
    first, share = leans[0]
    leans[0] = (first, share + 0.25)
    champion = shelf.add(files)
    challenger = shelf.add(files | {"manifest.json": json.dumps(manifest).encode()})
    bins = (Bin(stated=0.1, happened=0.2, low=0.1, high=0.3, rows=50),)
    reports.keep_trial(
        Trial(
            candidate=challenger, champion=champion, at=AT, gates=(), labels={"verdict": 9},
            new_labels={"verdict": 4}, reliability={"account": {"candidate": bins}},
        )
    )  # fmt: skip
    shelf.challenge(challenger, AT)
    acts = ModelActs(api.house.store, shelf, reports, api.house.warden.catalogue, b"k" * 32)
    return first, share, challenger, acts


def test_it_tells_labels_features_and_calibration(
    api: Api, shelved: Any, serve: Callable[..., Any], open_house: Any, tmp_path: Path
) -> None:
    first, share, challenger, acts = shelved
    (tmp_path / "house").mkdir()
    with open_house(tmp_path / "house") as house, serve(house, shelf=acts) as served:
        assert served("GET", "/v1/models/learned", scope="score").status_code == 403
        assert served("GET", "/v1/models/learned?days=1", scope="review").status_code == 422
        told = served("GET", "/v1/models/learned", scope="review").json()
    assert told["version"] == challenger[:12]
    assert told["role"] == "challenger"
    assert not told["passed"]
    assert (told["labels"], told["new_labels"]) == ({"verdict": 9}, {"verdict": 4})
    (change,) = told["changes"]
    assert change["feature"] == first
    assert change["now"] == pytest.approx(change["before"] + 0.25) == pytest.approx(share + 0.25)
    assert told["reliability"]["account"]["candidate"][0]["rows"] == 50


def test_where_nothing_was_tried_it_says_so(api: Api) -> None:
    answer = api("GET", "/v1/models/learned", scope="review")
    assert answer.status_code == 404
    assert "sendwarden retrain" in answer.json()["detail"]
