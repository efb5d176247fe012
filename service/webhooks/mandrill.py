"""Mandrill: HMAC-SHA1 of the URL and the form's fields; the secret is the webhook's own key.

The time is that of the newest event, which is signed with the rest.
https://mailchimp.com/developer/transactional/guides/track-respond-activity-webhooks/
"""

import base64
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from features.sources.drafting import when
from features.sources.source import UnreadablePayload
from features.sources.vendor import form_fields
from service.webhooks.signature import BadSignature, Fetch, Signature, Signed, same_hmac

_SIGNATURE: Final = "x-mandrill-signature"


def _verify(signed: Signed, secret: str, _: Fetch) -> datetime:
    try:
        fields = form_fields(signed.body)
        given = base64.b64decode(signed.headers.get(_SIGNATURE, ""), validate=True)
    except (UnreadablePayload, ValueError) as error:
        raise BadSignature("the body is no form, or the signature not base64") from error
    message = signed.url + "".join(name + fields[name] for name in sorted(fields))
    if not same_hmac(secret.encode(), message.encode(), "sha1", given):
        raise BadSignature(f"the signature does not fit the body posted to {signed.url}")
    return _newest(fields.get("mandrill_events", ""))


def _newest(text: str) -> datetime:
    try:
        rows = msgspec.json.decode(text)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise BadSignature("mandrill_events is not JSON") from error
    times = (
        [when(row.get("ts")) for row in rows if isinstance(row, dict)]
        if isinstance(rows, list)
        else []
    )
    return max((at for at in times if at is not None), default=datetime.fromtimestamp(0, UTC))


MANDRILL: Final = Signature(
    "mandrill",
    carried=lambda signed: _SIGNATURE in signed.headers,
    verify=_verify,
    max_age=timedelta(days=3),
)
