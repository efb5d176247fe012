"""What every use case works with, put together once by the composition root."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from features.catalogue import Catalogue
from features.dns import Setup
from features.hashing import AddressHasher
from models.bundle import Bundle
from models.decide import Question
from models.decision import Decision
from models.policy.policy import Policy
from service.held import Vault
from service.live import Source
from service.lookup import DomainCheck
from service.mail_domains import MailDomains
from service.policies.serving import Policies
from service.stores.contract import Store

if TYPE_CHECKING:
    from models.content import TextModel


@dataclass(frozen=True)
class Parts:
    """The store, what decides, and the sources of hashes and ids. `text_model` None: not judged.

    `beside` is handed what was decided, for a challenger in shadow.
    `mail_domains` None: DNS is not asked about the domains of lists.
    `vault` None: no copy of a message is kept. `audit_key` seals the audit log. `api_terminates` False: only two people at the desk cut off.
    """

    store: Store
    catalogue: Catalogue
    model: Source[Bundle | None]
    policy: Policies
    text_model: "TextModel | None"
    hasher: AddressHasher
    new_id: Callable[[], str]
    check_domain: DomainCheck
    audit_key: bytes
    api_terminates: bool = True
    setup: Setup = field(default_factory=Setup)
    mail_domains: MailDomains | None = None
    beside: Callable[[Question, Decision, Policy], None] | None = None
    vault: Vault | None = None
