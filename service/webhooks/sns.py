"""Amazon SNS: a certificate from SNS's own hosts signs the message; the secret lists the topics.

Anyone can publish to a topic of their own and have SNS sign it, so the topics that may post are
named, separated by blanks. https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
"""

import base64
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA256

from features.sources.drafting import when
from service.webhooks.signature import BadSignature, Fetch, Signature, Signed
from service.webhooks.sns_certificate import check_chain, read_chain

# The region is one label: nothing like `sns.eu.evil.example` or a user part can pass.
HOST: Final = re.compile(r"sns\.[a-z0-9-]{3,30}\.amazonaws\.com(?:\.cn)?")
_CERTIFICATE: Final = re.compile(r"/[A-Za-z0-9_\-.]{1,100}\.pem")
_NOTIFICATION: Final = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_OTHERS: Final = (
    "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
)  # fmt: skip
_SUBSCRIPTION: Final = "SubscriptionConfirmation"


def _message(signed: Signed) -> Mapping[str, Any]:
    try:
        found = msgspec.json.decode(signed.body)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _carried(signed: Signed) -> bool:
    message = _message(signed)
    return isinstance(message.get("Signature"), str) and "TopicArn" in message


def _verify(signed: Signed, secret: str, fetch: Fetch) -> datetime:
    message = _message(signed)
    if message.get("TopicArn") not in secret.split():
        raise BadSignature("this topic is not one of those that may post")
    at = when(message.get("Timestamp"))
    if at is None:
        raise BadSignature("no timestamp")
    certificate = _certificate(str(message.get("SigningCertURL", "")), fetch, at)
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise BadSignature("the certificate has no RSA key")
    algorithm = SHA256() if message.get("SignatureVersion") == "2" else SHA1()  # noqa: S303
    try:
        given = base64.b64decode(str(message["Signature"]), validate=True)
        key.verify(given, canonical(message).encode(), PKCS1v15(), algorithm)
    except (InvalidSignature, ValueError) as error:
        raise BadSignature("the signature does not fit the message") from error
    return at


def canonical(message: Mapping[str, Any]) -> str:
    """Return the text that SNS signs."""
    names = _NOTIFICATION if message.get("Type") == "Notification" else _OTHERS
    return "".join(f"{name}\n{message[name]}\n" for name in names if message.get(name) is not None)


def _certificate(url: str, fetch: Fetch, at: datetime) -> x509.Certificate:
    parts = _pinned(url)
    if not _CERTIFICATE.fullmatch(parts):
        raise BadSignature("the certificate is not at a path of SNS")
    try:
        chain = _fetched(url, fetch)
    except (OSError, ValueError) as error:
        raise BadSignature("the certificate cannot be had") from error
    return check_chain(chain, at)


@lru_cache(maxsize=32)
def _fetched(url: str, fetch: Fetch) -> tuple[x509.Certificate, ...]:
    return read_chain(fetch(url))


def _pinned(url: str) -> str:
    """Return the path of a URL of SNS. Raises `BadSignature` for any other host."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadSignature("not a URL") from error
    host = parts.netloc
    if parts.scheme != "https" or port is not None or not HOST.fullmatch(host):
        raise BadSignature("not a host of SNS")
    return parts.path


def _confirm(signed: Signed, fetch: Fetch) -> None:
    """Confirm a subscription of a topic that may post, as SNS waits for."""
    message = _message(signed)
    if message.get("Type") != _SUBSCRIPTION:
        return
    url = str(message.get("SubscribeURL", ""))
    _pinned(url)
    try:
        fetch(url)
    except OSError as error:
        raise BadSignature("the subscription cannot be confirmed") from error


SNS: Final = Signature(
    "ses", carried=_carried, verify=_verify, max_age=timedelta(days=1), after=_confirm
)
