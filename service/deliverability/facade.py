"""Deliverability as one object: what the API and the command line ask for, with the time passed in."""

import threading
import time
from collections.abc import Sequence
from datetime import datetime

from features.blocklists import BlockList
from features.dns import DomainReport
from features.windows import Window
from service.deliverability import alerts, causes, listed, subjects
from service.deliverability.alerts import Looked, Notify
from service.deliverability.causes import Causes
from service.deliverability.counts import MAX_PROVIDERS
from service.deliverability.domains import DomainCheckUp
from service.deliverability.listed import ListState
from service.deliverability.listings import ListingWatch
from service.deliverability.subjects import IpsPage, SubjectView
from service.deliverability.warmup import WarmUpStatus, statuses
from service.parts import Parts
from service.resolver import Ask
from service.stores.contract import Incident, IncidentQuery


def _untold(event: str, incident: Incident) -> None:
    """Nobody is told; the incident itself is stored and can be read."""


class Deliverability:
    """The use cases of deliverability over one installation's parts."""

    def __init__(
        self,
        parts: Parts,
        ask: Ask,
        notify: Notify = _untold,
        block_lists: Sequence[BlockList] = (),
    ) -> None:
        self._parts = parts
        self.notify = notify
        self._listings = ListingWatch(block_lists, ask, time.sleep)
        self._one_look = threading.Lock()
        self._check_up = DomainCheckUp(ask, parts.setup)

    def check_domain(
        self,
        domain: str,
        at: datetime,
        selectors: tuple[str, ...] = (),
        registered_at: datetime | None = None,
    ) -> DomainReport:
        """Ask DNS how a domain authenticates its mail, and say what to publish."""
        return self._check_up(domain, at, selectors, registered_at)

    def ips(
        self, at: datetime, most: int, window: Window | None = None, after: str | None = None
    ) -> IpsPage:
        """Return the least healthy sending IPs that follow the IP `after`, in one window or in all."""
        return subjects.view_ips(self._parts.store, at, most, window, after)

    def ip(self, ip: str, at: datetime) -> SubjectView:
        """Return one sending IP by window and provider. Raises `UnknownIp`."""
        return subjects.view_ip(self._parts.store, ip, at)

    def providers(
        self, at: datetime, most: int = MAX_PROVIDERS, window: Window | None = None
    ) -> list[SubjectView]:
        """Return the mailbox providers of most accounts, the least healthy first, in one window or all."""
        return subjects.view_providers(self._parts.store, at, most, window)

    def warm_ups(self, at: datetime, ip: str | None = None) -> list[WarmUpStatus]:
        """Return where the warm-ups stand, and what they allow today."""
        return statuses(self._parts.store, at, ip)

    def look(self, at: datetime) -> Looked:
        """Open, keep and close alerts by everyone's last 24 hours."""
        return alerts.look(self._parts.store, at, self._parts.new_id, self.notify)

    def incidents(self, query: IncidentQuery) -> tuple[Incident, ...]:
        """Return alerts, listings and reports, the newest first."""
        return self._parts.store.incidents(query)

    def block_lists(self, *, is_open: bool = True) -> tuple[ListState, ...]:
        """Return the block lists with what they say of us, or said."""
        return listed.by_list(self._parts.store, self._listings.lists, is_open=is_open)

    def causes_on_ip(self, ip: str, at: datetime, window: Window) -> Causes:
        """Return the accounts that explain how an IP fares."""
        return causes.causes_on_ip(self._parts.store, ip, at, window)

    def causes_at_provider(self, provider: str, at: datetime, window: Window) -> Causes:
        """Return the accounts that explain how a mailbox provider treats the mail."""
        return causes.causes_at_provider(self._parts.store, provider, at, window)

    def look_at_lists(self, at: datetime) -> list[Incident]:
        """Ask the block lists what is due and return the incidents that opened or closed."""
        parts = self._parts
        with self._one_look:
            return self._listings.look(parts.store, at, parts.new_id, self.notify)
