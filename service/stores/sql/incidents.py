"""Incidents, and IPs that warm up."""

from sqlalchemy import Connection

from service.stores import incident_rows, outbox_rows, telling
from service.stores.contract import Incident, IncidentQuery, WarmUp
from service.stores.sql.transactions import Transactions


class SqlIncidents(Transactions):
    def put_incident(self, incident: Incident) -> Incident:
        def job(connection: Connection) -> Incident:
            known = incident_rows.locked_incident(connection, incident.incident_id)
            stored = incident_rows.put_incident(connection, incident)
            # One that was open under another id, or is closed, is not changed by this.
            if stored.incident_id == incident.incident_id and stored != known:
                changes = telling.incident_changes(known, stored)
                outbox_rows.add_changes(connection, self.dialect, changes)
            return stored

        return self.write(job)

    def incident(self, incident_id: str) -> Incident | None:
        return self.read(lambda c: incident_rows.incident_by_id(c, incident_id))

    def incidents(self, query: IncidentQuery) -> tuple[Incident, ...]:
        return self.read(lambda c: incident_rows.incidents(c, query))

    def warm_ups(self, ip: str | None = None) -> tuple[WarmUp, ...]:
        return self.read(lambda c: incident_rows.warm_ups(c, ip))
