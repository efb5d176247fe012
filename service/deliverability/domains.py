"""Checks a sending domain in DNS and says in a language of choice what to publish."""

from dataclasses import dataclass
from datetime import datetime

from features.dns import DomainReport, Setup, answered, check_domain
from service.lookup import organisation_of
from service.resolver import Ask


@dataclass(frozen=True)
class DomainCheckUp:
    """The check of one installation; `setup` says what its customers have to publish."""

    ask: Ask
    setup: Setup

    def __call__(
        self,
        domain: str,
        at: datetime,
        selectors: tuple[str, ...] = (),
        registered_at: datetime | None = None,
    ) -> DomainReport:
        """Return the report on a domain; what DNS did not answer is left open, never a fault."""
        domain = domain.lower().rstrip(".")
        steps = check_domain(
            domain, organisation_of(domain), self.setup, at, selectors, registered_at
        )
        return answered(steps, self.ask)
