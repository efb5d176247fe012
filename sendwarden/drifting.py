"""Looks for drift on what an installation logged: a report on the shelf, and incidents."""

from datetime import datetime

from models.bundle import Bundle
from models.trials import DriftReport
from sendwarden.compose import new_id, reports_of
from sendwarden.retraining import Workshop
from service.deliverability.alerts import Looked
from service.drift_alerts import look_at_drift
from training.drift import drift_report


def look(shop: Workshop, since: datetime, reference: datetime) -> tuple[DriftReport, Looked]:
    """Report on the decisions since a time against those between `reference` and then."""
    bundle = Bundle.from_files(shop.champion_files(), shop.catalogue)
    log = shop.log(reference)
    words = f"{reference:%Y-%m-%d} to {since:%Y-%m-%d}"
    report = drift_report(log.rows, bundle, since, shop.at, words)
    reports_of(shop.settings).keep_drift(report)
    return report, look_at_drift(shop.store, report, new_id)
