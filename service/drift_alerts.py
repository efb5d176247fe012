"""Drift of a model's features, scores or labels as incidents: opened, kept while it lasts, closed."""

from collections.abc import Callable
from typing import Any, Final

from msgspec import structs

from models.trials import DriftReport
from service.deliverability.alerts import Looked
from service.stores.contract import Incident, IncidentQuery, Store

KIND: Final = "drift"
_SEVERITY: Final = 2
_GUILTY_TOLD: Final = 10


def look_at_drift(store: Store, report: DriftReport, new_id: Callable[[], str]) -> Looked:
    """Open an incident for every subject that drifted, renew those that are open, close the others.

    The store tells whoever listens. A subject with too few rows to judge says nothing: what is open
    on it stays open.
    """
    query = IncidentQuery(kind=KIND, is_open=True, limit=100)
    held = {incident.key: incident for incident in store.incidents(query)}
    wanted = {f"{KIND}:{subject}": facts for subject, facts in _facts(report).items()}
    opened, closed = [], []
    for key, facts in wanted.items():
        if key in held:
            store.put_incident(structs.replace(held[key], facts=facts, updated_at=report.at))
            continue
        incident = Incident(
            incident_id=new_id(), kind=KIND, key=key, severity=_SEVERITY, opened_at=report.at,
            updated_at=report.at, facts=facts,
        )  # fmt: skip
        # Of two processes that look at once, one opens it and tells.
        if store.put_incident(incident).incident_id == incident.incident_id:
            opened.append(incident)
    judged = {f"{KIND}:{one.subject}" for one in report.columns}
    for key in (held.keys() & judged) - wanted.keys():
        ended = structs.replace(held[key], closed_at=report.at, updated_at=report.at)
        closed.append(store.put_incident(ended))
    return Looked(tuple(opened), tuple(closed))


def _facts(report: DriftReport) -> dict[str, dict[str, Any]]:
    """Return what to say of each subject that drifted, the guilty worst first."""
    found: dict[str, dict[str, Any]] = {}
    subjects = {one.subject for one in report.columns if one.level == "drift"}
    subjects |= {one.subject for one in report.labels if one.level == "drift"}
    for subject in sorted(subjects):
        columns = [one for one in report.columns if one.subject == subject and one.level == "drift"]
        shifts = [one for one in report.labels if one.subject == subject and one.level == "drift"]
        found[subject] = {
            "subject": subject,
            "model": report.model,
            "since": report.since.isoformat(),
            "reference": report.reference,
            "guilty": [
                {"name": one.name, "kind": one.kind, "psi": one.psi,
                 "typical_before": one.typical_before, "typical_now": one.typical_now}
                for one in columns[:_GUILTY_TOLD]
            ],
            "guilty_count": len(columns),
            "labels": [
                {"abusive_before": one.abusive_before, "abusive_now": one.abusive_now, "p": one.p}
                for one in shifts
            ],
        }  # fmt: skip
    return found
