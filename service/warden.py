"""The facade: every use case as one method, with the time passed in.

It has what `training.walk.Warden` asks for, so that a world can be walked through the very code
that serves, and what the API needs beyond.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from features.blocklists import BlockList
from features.catalogue import Catalogue
from features.dns import Setup
from features.hashing import AddressHasher
from features.records import Account, Event, ImportSource, SendingDomain, Stream
from features.sources.attribution import Attribution, shipped_rules
from features.sources.source import Source as EventSource
from models.bundle import Bundle
from models.decision import Decision
from models.policy.audits import second_look
from models.policy.policy import Policy
from models.reasons.language import ENGLISH, Language
from service import accounts, advice, assess, known_lists, review, score, view
from service.assess import Assessment, ImportOrder
from service.deliverability.facade import Deliverability
from service.deliverability.incident_acts import IncidentActs
from service.deliverability.reports import TakeReport
from service.deliverability.warm_up_acts import WarmUpActs
from service.desk.appeals import Appeals
from service.desk.bulk import Bulk
from service.desk.cases import Cases, Ruling
from service.desk.preview import ReadMessage
from service.desk.records import Actor, Case
from service.desk.settling import Settling
from service.desk.sign_in import Keys
from service.desk.views import Views
from service.errors import Unavailable
from service.held import Vault
from service.ingest import Ingest, Taken, TakePayload
from service.judge import Once, known_account
from service.live import Source
from service.lookup import DnsCheck, DomainCheck
from service.mail_domains import MailDomains
from service.outbox.receivers import Receivers
from service.parts import Parts
from service.policies.serving import Policies
from service.release import Release, release_more
from service.resolver import Ask, DnsResolver
from service.review import Plea, Verdict
from service.score import CampaignOrder
from service.shadow_model import ShadowModel
from service.sources import Refusals
from service.standing import Standing, standing_of
from service.stores.contract import (
    Appeal,
    DecisionQuery,
    IngestCount,
    KnownList,
    Label,
    Page,
    Store,
)

if TYPE_CHECKING:
    from models.content import TextModel

FORMATS: Final = {
    ".csv": "csv", ".txt": "csv", ".tsv": "csv", ".ndjson": "ndjson", ".jsonl": "ndjson",
    ".parquet": "parquet",
}  # fmt: skip


class Warden:
    """The use cases over one store, model and policy. Thread-safe."""

    def __init__(
        self,
        *,
        store: Store,
        model: Source[Bundle | None],
        policy: Source[Policy] | Policies,
        text_model: "TextModel | None",
        hasher: AddressHasher,
        catalogue: Catalogue,
        new_id: Callable[[], str],
        keys: Keys,
        random: Callable[[int], bytes],
        private_webhooks: bool = False,
        api_terminates: bool = True,
        check_domain: DomainCheck | None = None,
        attribution: Attribution | None = None,
        ask_dns: Ask | None = None,
        setup: Setup | None = None,
        block_lists: Sequence[BlockList] = (),
        mail_domains: MailDomains | None = None,
        beside: ShadowModel | None = None,
        keep_messages: bool = True,
    ) -> None:
        policies = policy if isinstance(policy, Policies) else Policies(policy)
        self.store, self.model, self.policy = store, model, policies
        self.beside = beside
        self.catalogue = catalogue
        self._parts = Parts(
            store=store,
            catalogue=catalogue,
            model=model,
            policy=policies,
            text_model=text_model,
            hasher=hasher,
            new_id=new_id,
            check_domain=check_domain or DnsCheck(),
            audit_key=keys.audit,
            api_terminates=api_terminates,
            setup=setup or Setup(),
            mail_domains=mail_domains,
            beside=beside,
            vault=Vault(keys, random) if keep_messages else None,
        )
        self.deliverability = Deliverability(
            self._parts, ask_dns or DnsResolver(), block_lists=block_lists
        )
        self.cases = Cases(
            store, keys.audit, new_id,
            lambda case_id: second_look(case_id, policies.current().audit, keys.audit),
        )  # fmt: skip
        self.bulk = Bulk(store, keys.audit, self.cases)
        self.second_looks = Settling(store, keys.audit, new_id)
        self.views = Views(store, keys.audit, new_id)
        self.incident_acts = IncidentActs(store, keys.audit)
        self.warm_up_acts = WarmUpActs(store, keys.audit)
        self.appeals = Appeals(store, keys.audit, new_id)
        self.read_message = ReadMessage(store, keys.audit, Vault(keys, random))
        self.refusals = Refusals(store)
        self.receivers = Receivers(store, keys, new_id, random, private_webhooks)
        self._ingest = Ingest(store, hasher)
        rules = attribution or shipped_rules()
        self._take = TakePayload(store, hasher, rules)
        self.take_report = TakeReport(store, self._take, rules, new_id, self.deliverability.notify)

    def close(self) -> None:
        """Close the store, once what is scored in shadow is in it."""
        if self.beside is not None:
            self.beside.close()
        with suppress(Unavailable):
            self.refusals.flush()
        self.store.close()

    # Facts in
    def put_account(self, account: Account, at: datetime) -> Decision:
        return accounts.put_account(self._parts, account, at)

    def put_domain(self, domain: SendingDomain, at: datetime) -> None:
        accounts.put_domain(self._parts, domain, at)

    def checked_domain(self, domain: SendingDomain, at: datetime) -> SendingDomain:
        """Store a domain with what DNS says about it and return the record."""
        return accounts.put_domain(self._parts, domain, at, check=True)

    def import_list(
        self, account_id: str, list_id: str, source: ImportSource, path: Path, at: datetime
    ) -> Decision:
        """Assess the list in a file, whose format its suffix tells."""
        suffix = Path(path.stem).suffix if path.suffix == ".gz" else path.suffix
        order = ImportOrder(account_id, list_id, source, FORMATS.get(suffix.lower(), "csv"), at)
        with path.open("rb") as file:
            return self.assess_list(order, file, at).decision

    def known_account(self, account_id: str) -> Account:
        """Return an account. Raises `UnknownAccount`."""
        return known_account(self.store, account_id)

    def assess_list(self, order: ImportOrder, file: BinaryIO, at: datetime) -> Assessment:
        """Assess an open, seekable list file."""
        return assess.import_list(self._parts, order, file, at)

    def register_list(self, name: str, format_: str, file: BinaryIO, at: datetime) -> KnownList:
        """Register a bad list that every later import is compared with."""
        return known_lists.register(self._parts, name, format_, file, at)

    def forget_list(self, name: str) -> None:
        known_lists.forget(self._parts, name)

    def known_lists(self) -> tuple[KnownList, ...]:
        return self.store.known_lists()

    def ingest(self, events: Sequence[Event], at: datetime) -> IngestCount:
        """Count events; those counted before are told by their index."""
        return self._ingest(events, at)

    def take_payload(
        self,
        source: EventSource,
        body: bytes,
        content_type: str,
        at: datetime,
        account_id: str | None = None,
    ) -> Taken:
        """Count the events of a vendor's or MTA's payload. Raises `UnreadablePayload`."""
        return self._take(source, body, content_type, at, account_id)

    # Decisions out
    def score_account(self, account_id: str, at: datetime, once: Once | None = None) -> Decision:
        return score.score_account(self._parts, account_id, at, once)

    def score_campaign(
        self,
        campaign_id: str,
        account_id: str,
        recipients: int,
        stream: Stream,
        list_ids: Sequence[str],
        message: bytes | None,
        scheduled_at: datetime | None,
        at: datetime,
    ) -> Decision:
        order = CampaignOrder(
            campaign_id, account_id, recipients, stream, tuple(list_ids), scheduled_at, message
        )
        return self.score_order(order, at)

    def score_order(self, order: CampaignOrder, at: datetime, once: Once | None = None) -> Decision:
        """Score a campaign whose message may come in parts."""
        return score.score_campaign(self._parts, order, at, once)

    def release(self, campaign_id: str, want: int, at: datetime) -> Release:
        """Grant up to `want` more mails of a scored campaign."""
        return release_more(self._parts, campaign_id, want, at)

    def decision(self, decision_id: str) -> Decision:
        return review.find_decision(self._parts, decision_id)

    def decisions(self, query: DecisionQuery) -> Page:
        return review.list_decisions(self._parts, query)

    def account(self, account_id: str, at: datetime) -> view.AccountView:
        return view.view_account(self._parts, account_id, at)

    def advice(self, account_id: str, at: datetime, language: Language = ENGLISH) -> advice.Card:
        return advice.advise(self._parts, account_id, at, language)

    def give_verdict(
        self, decision_id: str, verdict: Verdict, at: datetime, by: str = "api"
    ) -> Label:
        return review.give_verdict(self._parts, decision_id, verdict, by, at)

    def standing(self, account_id: str) -> Standing:
        """Return what is in force on an account, also on one that was never put."""
        return standing_of(self.store, account_id)

    def decide_case(self, case_id: str, caller: Actor, ruling: Ruling, at: datetime) -> Case:
        """Decide a case over the API, where cutting off can be left to the pages' reviewers."""
        review.check_may_cut_off(self._parts, ruling.action)
        return self.cases.decide(case_id, caller, ruling, at)

    def appeal(self, decision_id: str, plea: Plea, at: datetime) -> Appeal:
        return review.appeal(self._parts, decision_id, plea, at)
