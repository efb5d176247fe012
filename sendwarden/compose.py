"""The composition root: the one place where settings become objects that know each other."""

import os
import random
import secrets
import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

import uuid_utils

from features.blocklists import BlockList
from features.catalogue import Catalogue, load_catalogue
from features.dns import Setup
from features.hashing import AddressHasher
from features.records import Subject
from features.sources.attribution import Attribution, BadRules
from models.bundle import Bundle, BundleRefused
from models.content import TextModel, TextModelRefused
from models.policy import Policy, load_policy
from models.registry import Registry, RegistryError, Shelf, read_text_model, starter_files
from models.reports import FOLDER as REPORTS
from models.reports import Reports
from sendwarden.installed import about_of
from sendwarden.lab import Replays
from sendwarden.settings import BadSettings, Settings
from service.deliverability.blocklist_file import BadBlockLists, read_block_lists
from service.desk.oidc import Oidc, OidcClient, oidc_http
from service.desk.sign_in import Keys, SignIn
from service.live import Fixed, LiveModel, LivePolicy, Source, Watched
from service.lookup import DnsCheck
from service.mail_domains import MailDomains, ask_mail_domains
from service.outbox.deliver import Deliverer
from service.outbox.mail import Mailer
from service.outbox.post import Poster
from service.policies.acts import PolicyActs
from service.policies.serving import Policies
from service.promotion import ModelActs
from service.resolver import DnsResolver
from service.shadow_model import ShadowModel
from service.stores import open_store
from service.stores.contract import Store
from service.stores.sql import SqlStore
from service.warden import Warden
from service.webhooks.doorkeeper import Doorkeeper

if TYPE_CHECKING:
    from fastapi import FastAPI

    from service.console.page import Desk

STARTER: Final = "starter"
NOBODY: Final = "nobody"


def new_id() -> str:
    """Return a new id: UUID version 7 (RFC 9562), so that ids sort by time."""
    return str(uuid_utils.uuid7())


def build_store(settings: Settings, store_url: str | None = None) -> Store:
    """Open the store and bring its tables up to date."""
    return open_sql_store(settings, store_url)


def open_sql_store(settings: Settings, store_url: str | None = None) -> SqlStore:
    """Do what `build_store` does, for commands on the tables as such."""
    url = store_url or settings.store_url
    if url.startswith("sqlite:///"):
        settings.home.mkdir(parents=True, exist_ok=True)
    store = open_store(url)
    store.migrate()
    return store


def build_warden(
    settings: Settings,
    *,
    model: Source[Bundle | None] | None = None,
    policy: Source[Policy] | None = None,
    store: Store | None = None,
    store_url: str | None = None,
    catalogue: Catalogue | None = None,
    in_shadow: bool = False,
) -> Warden:
    """Return the use cases of one installation; `in_shadow`: its challenger scores beside them.

    `model` and `policy` default to those that the settings name, followed while they change.
    """
    catalogue = catalogue or load_catalogue()
    store = store or build_store(settings, store_url)
    # A vector is a row of numbers: what they were has to outlive the code that made them.
    for subject in Subject:
        store.keep_feature_set(catalogue.fingerprint(subject), catalogue.definitions(subject))
    return Warden(
        store=store,
        model=model or live_model(settings, catalogue),
        policy=policy or live_policies(settings, catalogue, store),
        text_model=text_model(settings),
        hasher=AddressHasher(settings.key_bytes()),
        catalogue=catalogue,
        new_id=new_id,
        keys=Keys(settings.key_bytes()),
        random=secrets.token_bytes,
        private_webhooks=settings.webhooks_private,
        api_terminates=settings.api_terminates,
        attribution=attribution_rules(settings),
        check_domain=DnsCheck(nameservers=settings.dns_hosts, port=settings.dns_port),
        ask_dns=resolver(settings),
        setup=sending_setup(settings),
        block_lists=block_lists(settings),
        mail_domains=mail_domains(settings),
        beside=ShadowModel(store, live_challenger(settings, catalogue)) if in_shadow else None,
        keep_messages=settings.keep_held_messages,
    )


def resolver(settings: Settings) -> DnsResolver:
    """Return what asks DNS: the system's name servers unless others are set."""
    return DnsResolver(nameservers=settings.dns_hosts, port=settings.dns_port)


def mail_domains(settings: Settings) -> MailDomains | None:
    """Return what asks DNS about the domains of lists, None where that is off."""
    return partial(ask_mail_domains, ask=resolver(settings)) if settings.list_dns else None


def block_lists(settings: Settings) -> tuple[BlockList, ...]:
    """Return the block lists that are watched. Raises `BadSettings`."""
    try:
        return read_block_lists(settings.block_lists_file)
    except BadBlockLists as error:
        raise BadSettings(f"SENDWARDEN_BLOCK_LISTS_FILE: {error}") from error


def sending_setup(settings: Settings) -> Setup:
    """Return what customers have to publish for mail that this installation sends."""
    return Setup(
        spf_include=settings.spf_include,
        selectors=tuple(settings.dkim_selectors),
        dkim_target=settings.dkim_target,
        report_address=settings.dmarc_reports,
        return_path=settings.return_path,
    )


def build_api(
    settings: Settings, warden: Warden, clock: Callable[[], datetime], *, tour: bool = False
) -> "FastAPI":
    """Return the HTTP API over the use cases; with `tour` the console leads newcomers to a case."""
    # The web takes a second to import: commands that serve nothing start without it.
    from service.api.app import create_app

    desk = replace(build_desk(settings, warden), tour=tour)
    return create_app(
        warden,
        clock=clock,
        max_events_bytes=settings.max_events_bytes,
        max_message_bytes=settings.max_message_bytes,
        max_import_bytes=settings.max_import_bytes,
        desk=desk,
        lab=desk.lab,
        shelf=desk.models,
        doorkeeper=Doorkeeper(settings.secrets_of_webhooks(), settings.public_url or ""),
        about=about_of(settings, tuple(os.environ)),
    )


def build_desk(settings: Settings, warden: Warden) -> "Desk":
    """Return what the console's pages work with."""
    from service.console.page import Desk

    keys = Keys(settings.key_bytes())
    return Desk(
        warden=warden,
        cases=warden.cases,
        sign_in=SignIn(
            warden.store,
            keys,
            secrets.token_bytes,
            local=settings.local_accounts,
            oidc=identity_provider(settings, keys),
        ),
        keys=keys,
        lab=build_lab(settings, warden),
        public_url=(settings.public_url or "").rstrip("/"),
        models=build_models(settings, warden.store, warden.catalogue),
    )


def identity_provider(settings: Settings, keys: Keys) -> Oidc | None:
    """Return who else signs people in, None where nobody does. Raises `BadSettings`."""
    if settings.oidc_issuer is None:
        return None
    if settings.oidc_client_id is None:
        raise BadSettings("SENDWARDEN_OIDC_CLIENT_ID: what does the provider call us?")
    secret = settings.oidc_client_secret
    client = OidcClient(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=secret.get_secret_value() if secret else None,
        scope=settings.oidc_scope,
        name_claim=settings.oidc_name_claim,
        role_claim=settings.oidc_role_claim,
        roles=settings.oidc_roles,
    )
    try:
        return Oidc(client, keys.flows, secrets.token_bytes, oidc_http())
    except ValueError as error:
        raise BadSettings(f"SENDWARDEN_OIDC_ISSUER: {error}") from error


def build_lab(settings: Settings, warden: Warden) -> PolicyActs:
    """Return what people do with the policies of the database."""
    return PolicyActs(
        warden.store,
        warden.policy,
        warden.catalogue,
        Keys(settings.key_bytes()).audit,
        new_id,
        Replays(warden.store, warden.catalogue) if find_spec("training") else None,
    )


def build_models(settings: Settings, store: Store, catalogue: Catalogue) -> ModelActs:
    """Return what people do with the models of the shelf."""
    shelf = Shelf(settings.shelf_dir)
    return ModelActs(
        store,
        shelf,
        reports_of(settings),
        catalogue,
        Keys(settings.key_bytes()).audit,
        registry_of(settings).set_champion if find_spec("mlflow") else None,
    )


def reports_of(settings: Settings) -> Reports:
    """Return where trials and drift reports lie: on the shelf, beside the bundles."""
    return Reports(settings.shelf_dir / REPORTS)


def registry_of(settings: Settings) -> Registry:
    """Return the registry of record; artefacts of a local one lie in the home folder."""
    return Registry(settings.tracking_uri, settings.home / "mlflow-artifacts")


def live_policies(settings: Settings, catalogue: Catalogue, store: Store) -> Policies:
    """Follow the policies of the database; the file's is the one where nothing was published."""
    every = settings.model_check_seconds
    file = LivePolicy(settings.policy_file, catalogue, every)
    return Policies.following(file, store, catalogue, Keys(settings.key_bytes()).canary, every)


def build_deliverer(settings: Settings, store: Store, clock: Callable[[], datetime]) -> Deliverer:
    """Return what delivers changes to webhooks and by e-mail. Raises `BadSettings`."""
    mailer = None
    if settings.smtp_url is not None:
        try:
            sender = settings.mail_from or f"sendwarden@{socket.getfqdn()}"
            mailer = Mailer(settings.smtp_url.get_secret_value(), sender)
        except ValueError as error:
            raise BadSettings(f"SENDWARDEN_SMTP_URL: {error}") from error
    return Deliverer(
        store,
        Keys(settings.key_bytes()),
        Poster(private=settings.webhooks_private),
        mailer,
        holder=f"{socket.gethostname()[:80]}:{os.getpid()}:{secrets.token_hex(4)}",
        jitter=random.random,
        clock=clock,
    )


def attribution_rules(settings: Settings) -> Attribution:
    """Return the rules that tell an event's account. Raises `BadSettings`."""
    try:
        return Attribution.from_yaml(settings.attribution_file.read_text(encoding="utf-8"))
    except (OSError, UnicodeError, BadRules) as error:
        raise BadSettings(f"SENDWARDEN_ATTRIBUTION_FILE: {error}") from error


def live_model(settings: Settings, catalogue: Catalogue) -> LiveModel:
    """Follow the shelf's champion; until there is one, the starter bundle decides."""
    shelf = Shelf(settings.shelf_dir)

    def champion() -> str | None:
        return shelf.champion() or STARTER

    def load(digest: str) -> Bundle:
        files = starter_files() if digest == STARTER else shelf.files(digest)
        return Bundle.from_files(files, catalogue)

    return LiveModel(champion, load, settings.model_check_seconds)


def live_challenger(settings: Settings, catalogue: Catalogue) -> Watched[Bundle | None]:
    """Follow the shelf's challenger; None while there is none."""
    shelf = Shelf(settings.shelf_dir)

    def load(digest: str) -> Bundle | None:
        return None if digest == NOBODY else Bundle.from_files(shelf.files(digest), catalogue)

    return Watched[Bundle | None](
        "challenger", None, lambda: shelf.challenger() or NOBODY, load,
        (BundleRefused, RegistryError, OSError), settings.model_check_seconds,
    )  # fmt: skip


def starter_model(catalogue: Catalogue) -> Fixed[Bundle | None]:
    """Return the bundle that ships with the code."""
    return Fixed(Bundle.from_files(starter_files(), catalogue))


def fixed_policy(settings: Settings, catalogue: Catalogue) -> Fixed[Policy]:
    """Return the policy as the file has it now."""
    return Fixed(load_policy(settings.policy_file.read_text(encoding="utf-8"), catalogue))


def text_model(settings: Settings) -> TextModel | None:
    """Return the text model that the settings name, else the shipped one. Raises `BadSettings`."""
    file = settings.text_model_file
    if file is None:
        return shipped_text_model()
    try:
        return TextModel.from_bytes(file.read_bytes())
    except OSError as error:
        reason = error.strerror
    except TextModelRefused as error:
        reason = str(error)
    raise BadSettings(f"SENDWARDEN_TEXT_MODEL_FILE: {file}: {reason}")


def shipped_text_model() -> TextModel | None:
    """Return the text model that comes with the code, None where this copy carries none."""
    artefact = read_text_model()
    return TextModel.from_bytes(artefact) if artefact is not None else None
