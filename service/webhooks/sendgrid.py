"""SendGrid: ECDSA over timestamp and body; the secret is the public key from its settings page.

https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features
"""

import base64
from datetime import datetime, timedelta
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from service.webhooks.signature import BadSignature, Fetch, Signature, Signed, at_epoch

_SIGNATURE: Final = "x-twilio-email-event-webhook-signature"
_TIMESTAMP: Final = "x-twilio-email-event-webhook-timestamp"


def _verify(signed: Signed, secret: str, _: Fetch) -> datetime:
    timestamp = signed.headers.get(_TIMESTAMP, "")
    try:
        key = load_der_public_key(base64.b64decode(secret))
        given = base64.b64decode(signed.headers.get(_SIGNATURE, ""), validate=True)
    except ValueError as error:
        raise BadSignature("the signature or the configured public key is not base64") from error
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise BadSignature("the configured public key is not one of an elliptic curve")
    try:
        key.verify(given, timestamp.encode() + signed.body, ec.ECDSA(SHA256()))
    except InvalidSignature as error:
        raise BadSignature("the signature does not fit the body") from error
    return at_epoch(timestamp)


SENDGRID: Final = Signature(
    "sendgrid",
    carried=lambda signed: _SIGNATURE in signed.headers,
    verify=_verify,
    max_age=timedelta(hours=24),
)
