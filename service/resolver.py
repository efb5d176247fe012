"""Asks DNS over dnspython: bounded in time and size, what fails is told apart from what is absent."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from features.dns.questions import UNANSWERED, Answer, Question

if TYPE_CHECKING:
    from dns.resolver import Resolver

_MAX_RECORDS: Final = 64
Ask = Callable[[Question], Answer]


@dataclass(frozen=True)
class DnsResolver:
    """`seconds` bounds each question; `nameservers` None: the system's."""

    seconds: float = 1.5
    nameservers: tuple[str, ...] | None = None
    port: int = 53

    def __call__(self, question: Question) -> Answer:
        """Return the records of one name and type; never raises for what DNS says."""
        import dns.exception
        import dns.resolver

        try:
            answer = self._resolver().resolve(question.name, question.type.value, search=False)
        except dns.resolver.NXDOMAIN:
            return Answer(exists=False)
        except dns.resolver.NoAnswer:
            return Answer()
        except (dns.exception.DNSException, OSError, UnicodeError):
            return UNANSWERED
        return Answer(tuple(_text(record) for record in list(answer)[:_MAX_RECORDS]))

    def _resolver(self) -> "Resolver":
        import dns.resolver

        resolver = dns.resolver.Resolver(configure=self.nameservers is None)
        if self.nameservers is not None:
            resolver.nameservers = list(self.nameservers)
        resolver.port = self.port
        resolver.timeout = resolver.lifetime = self.seconds
        return resolver


def _text(record: object) -> str:
    """Return TXT strings joined, as SPF, DKIM and DMARC read them; else the record's own text."""
    strings = getattr(record, "strings", None)
    if strings is not None:
        return b"".join(strings).decode("latin-1")
    text = str(record)
    return text if text.endswith(" .") or text == "." else text.rstrip(".")
