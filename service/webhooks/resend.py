"""Resend signs by Svix, which is the Standard Webhooks scheme; the secret begins with `whsec_`.

https://docs.svix.com/receiving/verifying-payloads/how-manual
"""

import base64
from datetime import datetime, timedelta
from typing import Final

from service.webhooks.signature import BadSignature, Fetch, Signature, Signed, at_epoch, same_hmac

_PREFIXES: Final = ("svix", "webhook")


def _header(signed: Signed, name: str) -> str:
    return next((v for p in _PREFIXES if (v := signed.headers.get(f"{p}-{name}"))), "")


def _verify(signed: Signed, secret: str, _: Fetch) -> datetime:
    message_id, timestamp = _header(signed, "id"), _header(signed, "timestamp")
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"))
    except ValueError as error:
        raise BadSignature("the configured secret is not base64") from error
    message = f"{message_id}.{timestamp}.".encode() + signed.body
    if not any(same_hmac(key, message, "sha256", given) for given in _given(signed)):
        raise BadSignature("no signature fits the body")
    return at_epoch(timestamp)


def _given(signed: Signed) -> list[bytes]:
    """Return the version 1 signatures; there are several while a secret is being changed."""
    found = []
    for one in _header(signed, "signature").split()[:10]:
        version, _, text = one.partition(",")
        try:
            if version == "v1":
                found.append(base64.b64decode(text, validate=True))
        except ValueError:
            continue
    return found


RESEND: Final = Signature(
    "resend",
    carried=lambda signed: bool(_header(signed, "signature")),
    verify=_verify,
    max_age=timedelta(minutes=5),
)
