"""The certificate that signs for Amazon SNS: whose it is, who issued it, and the chain that comes with it.

It is fetched over TLS from a host of SNS, which is what it is trusted for; these checks see to it that
no other file at such a host will do. AWS: "check that the certificate is issued by Amazon SNS, confirm
that the chain of trust is valid". SNS serves the certificate alone or with its intermediates.
"""

import re
from datetime import datetime
from itertools import pairwise
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import NameOID

from service.webhooks.signature import BadSignature

_NAMES: Final = re.compile(r"sns(?:\.[a-z0-9-]{3,30})?\.amazonaws\.com(?:\.cn)?")
# Who has issued certificates for AWS's own hosts: Amazon Trust Services with its Starfield root,
# and DigiCert, whom the regions in China use.
_ISSUERS: Final = ("Amazon", "Starfield Technologies, Inc.", "DigiCert Inc")
_MOST: Final = 6


def read_chain(pem: bytes) -> tuple[x509.Certificate, ...]:
    """Return the certificates of a file, the signing one first. Raises `ValueError`."""
    chain = tuple(x509.load_pem_x509_certificates(pem))
    if len(chain) > _MOST:
        raise ValueError("more certificates than a chain has")
    return chain


def check_chain(chain: tuple[x509.Certificate, ...], at: datetime) -> x509.Certificate:
    """Return the signing certificate. Raises `BadSignature` where it is not one of SNS at that time."""
    if not all(c.not_valid_before_utc <= at <= c.not_valid_after_utc for c in chain):
        raise BadSignature("the certificate was not valid then")
    signing = chain[0]
    if not any(_NAMES.fullmatch(name) for name in _names(signing)):
        raise BadSignature("the certificate is not one of SNS")
    if _organisation(signing) not in _ISSUERS:
        raise BadSignature("the certificate was not issued by an authority that Amazon uses")
    for issued, issuer in pairwise(chain):
        _check_issued(issued, issuer)
    return signing


def _names(certificate: x509.Certificate) -> list[str]:
    names = [
        str(part.value) for part in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    ]
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except (x509.ExtensionNotFound, ValueError):
        return names
    return [*names, *found.value.get_values_for_type(x509.DNSName)]


def _organisation(certificate: x509.Certificate) -> str:
    parts = certificate.issuer.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return str(parts[0].value) if parts else ""


def _check_issued(issued: x509.Certificate, issuer: x509.Certificate) -> None:
    try:
        issued.verify_directly_issued_by(issuer)
        authority = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (InvalidSignature, ValueError, TypeError, x509.ExtensionNotFound):
        authority = False
    if not authority:
        raise BadSignature("the chain of the certificate is broken")
