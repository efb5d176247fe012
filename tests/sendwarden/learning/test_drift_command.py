"""Drift is reported, alerted with the guilty features, told to listeners, and closed when it is over."""

from collections.abc import Callable
from datetime import timedelta

from features.catalogue import Catalogue
from models.reports import Reports
from sendwarden.settings import Settings
from service.stores.contract import IncidentQuery, Store

from .conftest import NOW, fill

Run = Callable[..., str]


def test_a_feature_that_moved_is_named_alerted_and_closed(
    run: Run, store: Store, settings: Settings, catalogue: Catalogue
) -> None:
    fill(store, catalogue, accounts=100, each=12, days=20, moved=0.2, labelled=0.5)
    said = run("drift", "--since", "10d", "--reference", "20d", code=3)
    assert "drifted: campaign.hard_bounce_rate_7d" in said
    reports = Reports(settings.shelf_dir / "reports")
    report = reports.drift()
    assert report is not None
    assert report.guilty[0] == "campaign.hard_bounce_rate_7d"
    assert {one.kind for one in report.columns} == {"feature", "score"}
    (incident,) = store.incidents(IncidentQuery(kind="drift", is_open=True))
    assert incident.facts["guilty"][0]["name"] == "hard_bounce_rate_7d"
    assert [one.type for one in store.changes(0, 10)] == ["drift.opened"]

    run("drift", "--since", "10d", "--reference", "20d", code=3)
    assert len(store.incidents(IncidentQuery(kind="drift"))) == 1
    assert "closed" in run("drift", "--since", "5d", "--reference", "9d")
    assert [one.type for one in store.changes(0, 10)] == ["drift.opened", "drift.closed"]
    assert NOW - reports.drifts()[0] < timedelta(minutes=10)


def test_too_little_is_said_and_a_reference_after_the_new_is_refused(run: Run) -> None:
    assert "nothing to compare" in run("drift")
    assert "before --since" in run("drift", "--since", "7d", "--reference", "3d", code=2)
