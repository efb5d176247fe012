"""Deliverability as one object: what the API and the command line ask for, with the time passed in."""

from datetime import datetime

from features.dns import DomainReport
from service.deliverability import subjects
from service.deliverability.domains import DomainCheckUp
from service.deliverability.subjects import SubjectView
from service.parts import Parts
from service.resolver import Ask


class Deliverability:
    """The use cases of deliverability over one installation's parts."""

    def __init__(self, parts: Parts, ask: Ask) -> None:
        self._parts = parts
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

    def ips(self, at: datetime) -> list[SubjectView]:
        """Return every sending IP with mail lately, the least healthy first."""
        return subjects.view_ips(self._parts.store, at)

    def ip(self, ip: str, at: datetime) -> SubjectView:
        """Return one sending IP by window and provider. Raises `UnknownIp`."""
        return subjects.view_ip(self._parts.store, ip, at)

    def providers(self, at: datetime) -> list[SubjectView]:
        """Return every mailbox provider, the least healthy first."""
        return subjects.view_providers(self._parts.store, at)
