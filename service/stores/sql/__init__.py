"""The store contract over SQLAlchemy; how a transaction runs is each database's own."""

from service.stores.sql.accounts import SqlAccounts
from service.stores.sql.activity import SqlActivity
from service.stores.sql.appeals import SqlAppeals
from service.stores.sql.archive import SqlArchive
from service.stores.sql.cases import SqlCases
from service.stores.sql.database import SqlDatabase
from service.stores.sql.decisions import SqlDecisions
from service.stores.sql.desk import SqlDesk
from service.stores.sql.events import SqlEvents
from service.stores.sql.facts import SqlFacts
from service.stores.sql.incidents import SqlIncidents
from service.stores.sql.keys import SqlKeys
from service.stores.sql.models import SqlModels
from service.stores.sql.outbox import SqlOutbox
from service.stores.sql.overlaps import SqlOverlaps
from service.stores.sql.overview import SqlOverview
from service.stores.sql.past import SqlPast
from service.stores.sql.policies import SqlPolicies
from service.stores.sql.releases import SqlReleases
from service.stores.sql.reports import SqlReports
from service.stores.sql.reviews import SqlReviews
from service.stores.sql.sources import SqlSources
from service.stores.sql.subjects import SqlSubjects
from service.stores.sql.ties import SqlTies
from service.stores.sql.transactions import Job, T
from service.stores.sql.unattributed import SqlUnattributed

__all__ = ["Job", "SqlStore", "T"]


class SqlStore(
    SqlDatabase,
    SqlFacts,
    SqlTies,
    SqlOverlaps,
    SqlEvents,
    SqlSources,
    SqlUnattributed,
    SqlReports,
    SqlActivity,
    SqlIncidents,
    SqlDecisions,
    SqlAppeals,
    SqlModels,
    SqlReleases,
    SqlKeys,
    SqlOutbox,
    SqlDesk,
    SqlCases,
    SqlReviews,
    SqlOverview,
    SqlAccounts,
    SqlSubjects,
    SqlPolicies,
    SqlPast,
    SqlArchive,
):
    """Implements `service.stores.contract.Store`."""
