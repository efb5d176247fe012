"""MailerSend: HMAC-SHA256 of the body in hexadecimal; the secret is the webhook's signing secret.

The signature has no time of its own: `created_at` in the signed body stands for it.
https://developers.mailersend.com/api/v1/webhooks.html#security
"""

from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from features.sources.drafting import when
from features.sources.vendor import text_of
from service.webhooks.signature import BadSignature, Fetch, Signature, Signed, same_hmac

_SIGNATURE: Final = "signature"


def _verify(signed: Signed, secret: str, _: Fetch) -> datetime:
    try:
        given = bytes.fromhex(signed.headers.get(_SIGNATURE, ""))
    except ValueError as error:
        raise BadSignature("the signature is not hexadecimal") from error
    if not same_hmac(secret.encode(), signed.body, "sha256", given):
        raise BadSignature("the signature does not fit the body")
    return _created_at(signed.body)


def _created_at(body: bytes) -> datetime:
    try:
        found: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise BadSignature("the signed body is not JSON") from error
    at = when(text_of(found, "created_at"))
    if at is None:
        raise BadSignature("the signed body does not say when it was made")
    return at


MAILERSEND: Final = Signature(
    "mailersend",
    carried=lambda signed: _SIGNATURE in signed.headers,
    verify=_verify,
    max_age=timedelta(hours=24),
)
