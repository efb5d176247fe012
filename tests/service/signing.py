"""Signs webhooks as their vendors do, with keys of the tests' own."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.x509.oid import NameOID

from service.webhooks.signature import Signed
from service.webhooks.sns import canonical

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
URL = "https://warden.example"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:ses-events"
CERTIFICATE_URL = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem"
EC_KEY = ec.generate_private_key(ec.SECP256R1())
RSA_KEY = rsa.generate_private_key(65537, 2048)
EC_PUBLIC = base64.b64encode(
    EC_KEY.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
).decode()
SECRETS = {
    "sendgrid": EC_PUBLIC,
    "mailgun": "key-3ax6xnjp29jd6fds4gc373sgvjxteol0",
    "resend": "whsec_" + base64.b64encode(b"k" * 24).decode(),
    "mandrill": "mandrill-key",
    "mailersend": "mailersend-secret",
    "ses": TOPIC,
}


def named(common: str, organisation: str = "Amazon") -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def certificate(
    key: rsa.RSAPrivateKey,
    days: int = 30,
    *,
    subject: x509.Name | None = None,
    issuer: x509.Name | None = None,
    signer: rsa.RSAPrivateKey | None = None,
    ca: bool = False,
) -> bytes:
    """A certificate of SNS unless it is said to be another; `signer` is its issuer's key."""
    built = (
        x509.CertificateBuilder()
        .subject_name(subject or named("sns.amazonaws.com"))
        .issuer_name(issuer or named("Amazon RSA 2048 M02"))
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=30))
        .not_valid_after(NOW + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .sign(signer or key, hashes.SHA256())
    )
    return built.public_bytes(serialization.Encoding.PEM)


class Web:
    """What a URL of SNS holds; notes what was asked for."""

    def __init__(self, certificate: bytes) -> None:
        self.certificate = certificate
        self.asked: list[str] = []

    def __call__(self, url: str) -> bytes:
        self.asked.append(url)
        return self.certificate


def by_sendgrid(at: datetime, body: bytes = b'[{"event":"open","email":"a@b.example"}]') -> Signed:
    timestamp = str(int(at.timestamp()))
    given = EC_KEY.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    headers = {
        "x-twilio-email-event-webhook-signature": base64.b64encode(given).decode(),
        "x-twilio-email-event-webhook-timestamp": timestamp,
    }
    return Signed(body, "application/json", headers, f"{URL}/v1/events/sendgrid")


def by_mailgun(at: datetime, body: bytes = b"") -> Signed:
    timestamp, token = str(int(at.timestamp())), "a" * 50
    given = hmac.new(SECRETS["mailgun"].encode(), (timestamp + token).encode(), hashlib.sha256)
    parts = {"timestamp": timestamp, "token": token, "signature": given.hexdigest()}
    payload = {"signature": parts, "event-data": {"event": "opened", "recipient": "a@b.example"}}
    return Signed(json.dumps(payload).encode(), "application/json", {}, f"{URL}/v1/events/mailgun")


def by_resend(at: datetime, body: bytes = b'{"type":"email.opened"}') -> Signed:
    timestamp = str(int(at.timestamp()))
    given = hmac.new(b"k" * 24, f"msg_1.{timestamp}.".encode() + body, hashlib.sha256).digest()
    headers = {
        "svix-id": "msg_1",
        "svix-timestamp": timestamp,
        "svix-signature": "v1,AAAA v1," + base64.b64encode(given).decode(),
    }
    return Signed(body, "application/json", headers, f"{URL}/v1/events/resend")


def by_mandrill(at: datetime, body: bytes = b"") -> Signed:
    events = json.dumps([{"event": "open", "ts": at.timestamp(), "msg": {"email": "a@b.example"}}])
    url = f"{URL}/v1/events/mandrill?account_id=a"
    given = hmac.new(b"mandrill-key", f"{url}mandrill_events{events}".encode(), hashlib.sha1)
    headers = {"x-mandrill-signature": base64.b64encode(given.digest()).decode()}
    form = urlencode({"mandrill_events": events}).encode()
    return Signed(form, "application/x-www-form-urlencoded", headers, url)


def by_sns(at: datetime, body: bytes = b"", **changes: str) -> Signed:
    message = {
        "Type": "Notification",
        "MessageId": "m-1",
        "TopicArn": TOPIC,
        "Message": '{"eventType": "Open", "mail": {"destination": ["a@b.example"]}}',
        "Timestamp": at.isoformat().replace("+00:00", "Z"),
        "SignatureVersion": "2",
        "SigningCertURL": CERTIFICATE_URL,
    } | changes
    algorithm = hashes.SHA256() if message["SignatureVersion"] == "2" else hashes.SHA1()
    given = RSA_KEY.sign(canonical(message).encode(), PKCS1v15(), algorithm)
    signed = message | {"Signature": base64.b64encode(given).decode()}
    return Signed(json.dumps(signed).encode(), "text/plain", {}, f"{URL}/v1/events/ses")


def by_mailersend(at: datetime, body: bytes = b"") -> Signed:
    payload = {"type": "activity.opened", "created_at": at.isoformat(), "data": {}}
    body = body or json.dumps(payload).encode()
    given = hmac.new(SECRETS["mailersend"].encode(), body, hashlib.sha256).hexdigest()
    return Signed(body, "application/json", {"signature": given}, f"{URL}/v1/events/mailersend")


SIGNERS: dict[str, Callable[[datetime], Signed]] = {
    "sendgrid": by_sendgrid,
    "mailgun": by_mailgun,
    "resend": by_resend,
    "mandrill": by_mandrill,
    "ses": by_sns,
    "mailersend": by_mailersend,
}
