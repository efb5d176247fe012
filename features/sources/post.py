"""Whatever comes to a feedback mailbox: told apart, and read by the source that it is for."""

from typing import Final

from features.bounces.mail import read_mail
from features.sources import arf, dmarc, dsn, tlsrpt, xarf
from features.sources.source import ParsedEvents, Source, Way

_ARCHIVES: Final = frozenset(
    {"application/gzip", "application/x-gzip", "application/zip", "application/x-zip-compressed",
     "text/xml", "application/xml", "application/tlsrpt+gzip", "application/tlsrpt+json"}
)  # fmt: skip
_JSON: Final = frozenset({"application/json", "application/xarf+json", "text/json"})


def parse(body: bytes, content_type: str) -> ParsedEvents:
    """Read a mail as a complaint, an abuse report, a DMARC or TLS report, or a bounce."""
    head = body[:262_144].lower()
    if b"auth-failure" in head and arf.is_report(body):
        return dmarc.parse(body, content_type)
    types = {part.type for part in read_mail(body).parts}
    if b"tlsrpt" in head and types & _ARCHIVES:
        return tlsrpt.parse(body, content_type)
    if types & _ARCHIVES:
        return dmarc.parse(body, content_type)
    if types & _JSON and b"xarf" in head:
        return xarf.parse(body, content_type)
    return dsn.parse(body, content_type)


MAIL: Final = Source(
    "mail", "Any mail to a feedback address: told apart by itself", parse, whole=True, way=Way.MAIL
)
