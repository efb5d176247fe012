"""Asks DNS which of a list's domains take mail: many at once, bounded in time as a whole."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Final

from features.dns import answered, takes_mail
from service.resolver import Ask

SECONDS: Final = 8.0
_AT_ONCE: Final = 24
MailDomains = Callable[[Iterable[str]], dict[str, bool | None]]


def ask_mail_domains(
    domains: Iterable[str], ask: Ask, seconds: float = SECONDS
) -> dict[str, bool | None]:
    """Return whether each domain takes mail; None where DNS did not say within `seconds`."""
    pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="mail-domains")
    asked = {domain: pool.submit(answered, takes_mail(domain), ask) for domain in domains}
    wait(asked.values(), seconds)
    # Whatever is under way ends by the resolver's own limit; what has not begun never does.
    pool.shutdown(wait=False, cancel_futures=True)
    return {
        domain: found.result() if found.done() and not found.cancelled() else None
        for domain, found in asked.items()
    }
