"""Deliverability as one object: what the API and the command line ask for, with the time passed in."""

from datetime import datetime

from features.dns import DomainReport, Setup
from service.deliverability.domains import DomainCheckUp
from service.parts import Parts
from service.resolver import Ask


class Deliverability:
    """The use cases of deliverability over one installation's parts."""

    def __init__(self, parts: Parts, ask: Ask, setup: Setup) -> None:
        self._parts = parts
        self._check_up = DomainCheckUp(ask, setup)

    def check_domain(
        self,
        domain: str,
        at: datetime,
        selectors: tuple[str, ...] = (),
        registered_at: datetime | None = None,
    ) -> DomainReport:
        """Ask DNS how a domain authenticates its mail, and say what to publish."""
        return self._check_up(domain, at, selectors, registered_at)
