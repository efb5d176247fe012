"""Signed webhooks: the right ones pass, wrong, old and foreign ones do not."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from service.webhooks.doorkeeper import SIGNATURES, Doorkeeper
from service.webhooks.signature import BadSignature, Signed
from tests.service.signing import (
    NOW,
    RSA_KEY,
    SECRETS,
    SIGNERS,
    TOPIC,
    URL,
    Web,
    by_sns,
    certificate,
    named,
)


@pytest.fixture
def web() -> Web:
    return Web(certificate(RSA_KEY))


@pytest.fixture
def doorkeeper(web: Web) -> Doorkeeper:
    return Doorkeeper(SECRETS, URL, web)


def test_every_signature_is_tried_here() -> None:
    assert set(SIGNERS) == set(SIGNATURES)


@pytest.mark.parametrize("source", SIGNERS)
def test_a_genuine_request_passes(doorkeeper: Doorkeeper, source: str) -> None:
    doorkeeper.check(source, SIGNERS[source](NOW), NOW, has_key=False)


@pytest.mark.parametrize("source", SIGNERS)
def test_a_changed_request_does_not(doorkeeper: Doorkeeper, source: str) -> None:
    signed = SIGNERS[source](NOW)
    if source == "mailgun":  # signs only its token
        wrong = json.loads(signed.body)
        wrong["signature"]["token"] = "b" * 50
        body = json.dumps(wrong).encode()
    else:
        body = signed.body.replace(b"pen", b"pem") + (b" " if source != "ses" else b"")
    changed = Signed(body, signed.content_type, signed.headers, signed.url)
    for has_key in (False, True):
        with pytest.raises(BadSignature):
            doorkeeper.check(source, changed, NOW, has_key=has_key)


@pytest.mark.parametrize("source", SIGNERS)
def test_a_replay_of_an_old_request_is_refused(doorkeeper: Doorkeeper, source: str) -> None:
    signed = SIGNERS[source](NOW)
    with pytest.raises(BadSignature, match="too long ago"):
        doorkeeper.check(source, signed, NOW + timedelta(days=4), has_key=False)
    with pytest.raises(BadSignature, match="to come"):
        doorkeeper.check(source, signed, NOW - timedelta(hours=1), has_key=False)


@pytest.mark.parametrize("source", SIGNERS)
def test_an_unsigned_request_needs_a_key(doorkeeper: Doorkeeper, source: str) -> None:
    bare = Signed(b"[]", "application/json", {}, URL)
    doorkeeper.check(source, bare, NOW, has_key=True)
    with pytest.raises(BadSignature, match="not signed"):
        doorkeeper.check(source, bare, NOW, has_key=False)


def test_another_installations_secret_does_not_fit(web: Web) -> None:
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    der = other.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    secrets = {
        "sendgrid": base64.b64encode(der).decode(),
        "mailgun": "other",
        "resend": "whsec_b3RoZXI=",
        "mandrill": "other",
        "mailersend": "other",
        "ses": f"{TOPIC}-other",
    }
    for source, signer in SIGNERS.items():
        with pytest.raises(BadSignature):
            Doorkeeper(secrets, URL, web).check(source, signer(NOW), NOW, has_key=False)


@pytest.mark.parametrize(
    "url",
    [
        "https://sns.eu-west-1.amazonaws.com.evil.example/x.pem",
        "https://evil.example/sns.eu-west-1.amazonaws.com/x.pem",
        "https://sns.eu-west-1.amazonaws.com@evil.example/x.pem",
        "https://sns.eu-west-1.amazonaws.com:8443/x.pem",
        "http://sns.eu-west-1.amazonaws.com/x.pem",
        "https://bucket.s3.amazonaws.com/x.pem",
        "https://sns.eu-west-1.amazonaws.com/x.pem?y",
        "https://sns.a.b.amazonaws.com/x.pem",
        "https://[::1/x.pem",
        "",
    ],
)
def test_certificates_come_from_sns_alone(doorkeeper: Doorkeeper, web: Web, url: str) -> None:
    if url.endswith("?y"):
        doorkeeper.check("ses", by_sns(NOW, SigningCertURL=url), NOW, has_key=False)
        return  # a query does not change the host or the path
    with pytest.raises(BadSignature):
        doorkeeper.check("ses", by_sns(NOW, SigningCertURL=url), NOW, has_key=False)
    assert web.asked == []


def test_a_certificate_that_has_run_out_signs_nothing() -> None:
    old = Doorkeeper(SECRETS, URL, Web(certificate(RSA_KEY, days=-1)))
    with pytest.raises(BadSignature, match="not valid"):
        old.check("ses", by_sns(NOW), NOW, has_key=False)


MIDDLE_KEY = rsa.generate_private_key(65537, 2048)
MIDDLE = certificate(MIDDLE_KEY, subject=named("Amazon RSA 2048 M02"), ca=True)
LEAF = certificate(RSA_KEY, signer=MIDDLE_KEY)


def test_a_certificate_may_bring_its_chain() -> None:
    Doorkeeper(SECRETS, URL, Web(LEAF + MIDDLE)).check("ses", by_sns(NOW), NOW, has_key=False)


@pytest.mark.parametrize(
    ("pem", "why"),
    [
        (certificate(RSA_KEY, subject=named("evil.example")), "not one of SNS"),
        (certificate(RSA_KEY, subject=named("sns.amazonaws.com.evil.example")), "not one of SNS"),
        (certificate(RSA_KEY, issuer=named("R3", "Let's Encrypt")), "not issued by"),
        (certificate(RSA_KEY) + MIDDLE, "chain"),  # another key signed it
        (LEAF + certificate(MIDDLE_KEY, subject=named("Amazon RSA 2048 M02")), "chain"),  # no CA
        (LEAF + certificate(MIDDLE_KEY, subject=named("Amazon"), ca=True), "chain"),  # other name
        (
            LEAF + certificate(MIDDLE_KEY, -1, subject=named("Amazon RSA 2048 M02"), ca=True),
            "valid",
        ),
        (LEAF * 9, "cannot be had"),
        (b"", "cannot be had"),
    ],
)
def test_a_certificate_of_another_signs_nothing(pem: bytes, why: str) -> None:
    with pytest.raises(BadSignature, match=why):
        Doorkeeper(SECRETS, URL, Web(pem)).check("ses", by_sns(NOW), NOW, has_key=False)


def test_version_1_of_sns_is_sha1(doorkeeper: Doorkeeper) -> None:
    doorkeeper.check("ses", by_sns(NOW, SignatureVersion="1"), NOW, has_key=False)


def test_a_subscription_is_confirmed(doorkeeper: Doorkeeper, web: Web) -> None:
    url = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t"
    asked = {"Type": "SubscriptionConfirmation", "Token": "t", "SubscribeURL": url}
    doorkeeper.check("ses", by_sns(NOW, **asked), NOW, has_key=False)
    assert web.asked[-1] == url
    foreign = asked | {"SubscribeURL": "https://evil.example/?Action=ConfirmSubscription"}
    with pytest.raises(BadSignature):
        doorkeeper.check("ses", by_sns(NOW, **foreign), NOW, has_key=False)


@pytest.mark.parametrize("source", SIGNERS)
@pytest.mark.parametrize("junk", ["", "!", "é", "AAAA", "0" * 300, "v1,"])
def test_junk_in_place_of_a_signature(doorkeeper: Doorkeeper, source: str, junk: str) -> None:
    names: dict[str, Any] = {
        "x-twilio-email-event-webhook-signature": junk,
        "x-twilio-email-event-webhook-timestamp": junk,
        "svix-signature": junk,
        "svix-id": junk,
        "svix-timestamp": junk,
        "x-mandrill-signature": junk,
    }
    parts = {"timestamp": junk, "token": junk, "signature": junk}
    body = json.dumps({"signature": parts, "Signature": junk, "TopicArn": TOPIC}).encode()
    for kind in ("application/json", "application/x-www-form-urlencoded"):
        with pytest.raises(BadSignature):
            doorkeeper.check(source, Signed(body, kind, names, URL), NOW, has_key=False)
