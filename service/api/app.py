"""Puts the API together."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from fastapi import FastAPI

from service.about import About
from service.api.context import Limits, Server
from service.api.metrics import Metrics
from service.api.observe import Observed
from service.api.problems import add_handlers
from service.api.routes import (
    account_tables,
    accounts,
    appeals,
    campaigns,
    capacity,
    case_bulk,
    case_views,
    cases,
    decisions,
    events,
    health,
    incidents,
    insight,
    installation,
    labels,
    lists,
    mail,
    messages,
    models,
    policies,
    reviewers,
    subject_tables,
    warm_ups,
    webhooks,
)
from service.api.schemas import describe
from service.console.app import Console
from service.console.page import Desk
from service.keys import KeyRing
from service.policies.acts import PolicyActs
from service.promotion import ModelActs
from service.warden import Warden
from service.webhooks.doorkeeper import Doorkeeper

_DESCRIPTION: Final = (
    "Decides, before mail leaves an e-mail service provider, whether it may: scores accounts, "
    "lists and campaigns, and says why."
)
_DEFAULTS: Final = Limits()


def create_app(
    warden: Warden,
    *,
    clock: Callable[[], datetime],
    keys: KeyRing | None = None,
    max_events_bytes: int = _DEFAULTS.events_bytes,
    max_message_bytes: int = _DEFAULTS.message_bytes,
    max_import_bytes: int = _DEFAULTS.import_bytes,
    doorkeeper: Doorkeeper | None = None,
    desk: Desk | None = None,
    lab: PolicyActs | None = None,
    shelf: ModelActs | None = None,
    about: About = About(),  # noqa: B008 - immutable
) -> FastAPI:
    """Return the API over the use cases. `keys` default to those in the store.

    Without a `desk` there is no console, without a `lab` no policies in the database,
    without a `shelf` no models of it. Without a `doorkeeper` no webhook is let in by its signature alone.
    """
    app = FastAPI(
        title="Sendwarden",
        version="1",
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    metrics = Metrics(warden)
    limits = Limits(max_events_bytes, max_message_bytes, max_import_bytes)
    keys = keys or KeyRing(warden.store)
    doorkeeper = doorkeeper or Doorkeeper({})
    app.state.server = Server(
        warden, clock, keys, limits, metrics, doorkeeper, lab, shelf, about=about
    )
    for part in (
        health, account_tables, subject_tables, accounts, lists, campaigns, events, decisions, cases, case_bulk, case_views, messages, insight, appeals, mail, warm_ups, incidents,
        installation, labels, models, policies, reviewers, capacity, webhooks,
    ):  # fmt: skip
        app.include_router(part.ROUTES)
    if desk is not None:
        desk = replace(desk, doorkeeper=doorkeeper, about=about)
        app.state.console = Console(desk, clock)
        app.mount("/console", app.state.console.app)
    add_handlers(app)
    app.add_middleware(Observed, metrics=metrics)
    describe(app)
    return app
