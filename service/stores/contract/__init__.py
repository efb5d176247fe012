"""The store contract. Every implementation passes `tests/service/stores/test_contract.py`.

A method that returns has committed: what is acknowledged is durable. Reads see all earlier
writes of this process. All methods are thread-safe and blocking.
"""

from typing import Protocol

from service.stores.contract.accounts import (
    AccountQuery,
    AccountRow,
    Accounts,
    AccountsPage,
    Top,
    TopQuery,
    WhichAccounts,
)
from service.stores.contract.activity import Active, ActiveKind, Activity
from service.stores.contract.appeals import Appeal, Appeals
from service.stores.contract.cases import Cases
from service.stores.contract.database import Database, StoreFacts
from service.stores.contract.decisions import (
    CampaignSeen,
    DecisionQuery,
    Decisions,
    Label,
    Page,
    Ruling,
    Stated,
)
from service.stores.contract.desk import Desk, DeskChange, PersonChange
from service.stores.contract.events import Events, Evidence, IngestCount, StampedEvent
from service.stores.contract.facts import Facts, RecipientFlag
from service.stores.contract.incidents import (
    Handling,
    Incident,
    IncidentChange,
    IncidentQuery,
    Incidents,
    Note,
    WarmUp,
    WarmUpChange,
)
from service.stores.contract.keys import ApiKey, Keys
from service.stores.contract.models import ModelComparison, Models, ModelShadow
from service.stores.contract.outbox import EndpointState, Outbox
from service.stores.contract.overlaps import KnownList, Overlap, Overlaps, Owner
from service.stores.contract.overview import CampaignMail, DayCount, Overview
from service.stores.contract.past import Past, TiedThen
from service.stores.contract.policies import Policies
from service.stores.contract.releases import Ask, Asked, Backlog, Releases, Told
from service.stores.contract.reports import Reports
from service.stores.contract.reviews import Arrivals, Reviews, Scored
from service.stores.contract.row import Hashes, Row
from service.stores.contract.sources import SourceCount, SourceDay, SourceLast, Sources
from service.stores.contract.subjects import SubjectQuery, SubjectRow, Subjects, SubjectsPage
from service.stores.contract.ties import Tied, TiedAccount, Ties
from service.stores.contract.unattributed import LostCount, LostEvent, Unattributed

__all__ = [
    "AccountQuery",
    "AccountRow",
    "AccountsPage",
    "Active",
    "ActiveKind",
    "ApiKey",
    "Appeal",
    "Arrivals",
    "Ask",
    "Asked",
    "Backlog",
    "CampaignMail",
    "CampaignSeen",
    "DayCount",
    "DecisionQuery",
    "DeskChange",
    "EndpointState",
    "Evidence",
    "Handling",
    "Hashes",
    "Incident",
    "IncidentChange",
    "IncidentQuery",
    "IngestCount",
    "KnownList",
    "Label",
    "LostCount",
    "LostEvent",
    "ModelComparison",
    "ModelShadow",
    "Note",
    "Overlap",
    "Owner",
    "Page",
    "PersonChange",
    "RecipientFlag",
    "Row",
    "Ruling",
    "Scored",
    "SourceCount",
    "SourceDay",
    "SourceLast",
    "StampedEvent",
    "Stated",
    "Store",
    "StoreFacts",
    "SubjectQuery",
    "SubjectRow",
    "SubjectsPage",
    "Tied",
    "TiedAccount",
    "TiedThen",
    "Told",
    "Top",
    "TopQuery",
    "WarmUp",
    "WarmUpChange",
    "WhichAccounts",
]


class Store(
    Database,
    Facts,
    Ties,
    Overlaps,
    Events,
    Sources,
    Unattributed,
    Reports,
    Activity,
    Incidents,
    Decisions,
    Appeals,
    Models,
    Releases,
    Keys,
    Outbox,
    Desk,
    Cases,
    Reviews,
    Overview,
    Accounts,
    Subjects,
    Policies,
    Past,
    Protocol,
):
    """Durable state. Times are passed in; nothing here reads a clock."""
