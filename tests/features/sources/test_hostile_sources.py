"""Any bytes give events or a clear error, in bounded time, at every source."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import features.sources
from benchmarks._feedback_seeds import SEEDS, mutated
from benchmarks.fuzz import read
from features.discovery import discover
from features.sources.source import Source, UnreadablePayload

SOURCES = {source.name: source for source in discover(features.sources, Source)}
MUTATIONS = 150


def test_every_source_has_seeds() -> None:
    assert set(SEEDS) == set(SOURCES)


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_the_seeds_are_read(name: str) -> None:
    for seed in SEEDS[name]:
        assert read(SOURCES[name], seed) == "events", seed[:200]


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_mutations_are_events_or_a_clear_error(name: str) -> None:
    rng = random.Random(name)
    for _ in range(MUTATIONS):
        body = mutated(rng.choice(SEEDS[name]), rng)
        started = time.process_time()
        read(SOURCES[name], body)
        assert time.process_time() - started < 2, body


@pytest.mark.parametrize("name", sorted(SOURCES))
@settings(max_examples=40, deadline=None)
@given(body=st.binary(max_size=400))
def test_any_bytes(name: str, body: bytes) -> None:
    assert read(SOURCES[name], body) in ("events", "reasons", "refused")


NASTY = {
    "boundaries": b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\n" * 200_000,
    "nested": b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(5_000)
    ),
    "forwarded": b"Content-Type: multipart/report; report-type=delivery-status; boundary=a\n\n--a\n"
    b"Content-Type: message/rfc822\n\n" * 2_000,
    "forwarded ever on": b"".join(
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b%d\n\n--b%d\n"
        b"Content-Type: message/rfc822\n\n" % (n, n)
        for n in range(5_000)
    ),
    "addresses": b"From: mailer-daemon@x.example\nSubject: failure notice\n\n" + b"a@b.example\n" * 100_000,
    "at signs": b"From: mailer-daemon@x.example\nSubject: failure notice\n\n" + b"a@" * 400_000,
    "local part": b"From: mailer-daemon@x.example\nSubject: failure\n\n" + b"a" * 1_000_000,
    "blank lines": b"From: mailer-daemon@x.example\nSubject: failure\n\n" + b"\n \n" * 300_000,
    "codes": b"From: mailer-daemon@x.example\nSubject: failure\n\n" + b"550 5.1.1 " * 100_000,
    "header": b"X-A: " + b"b\n " * 300_000,
    "headers": b"a: b\n" * 200_000,
    "recipients": b"Content-Type: message/delivery-status\n\n" + b"Final-Recipient: rfc822; a@b.example\n\n" * 50_000,
    "comments": b"From: " + b"(" * 100_000 + b"\nSubject: failure\n\nhello\n",
    "encoded words": b"Subject: " + b"=?utf-8?q?=3D?= " * 50_000 + b"\n\nhello\n",
    "log line": b"Nov 23 10:00:01 mx1 postfix/smtp[1]: 3F1A21C0: to=<" + b"a" * 1_000_000,
    "log": b"Nov 23 10:00:01 mx1 postfix/smtp[1]: 3F1A21C0: to=<a@b.c>, relay=x, status=sent (\n" * 10_000,
    "exim log": b"2026-11-23 10:00:02 1tEabc-00001Z-2x ** " + b"<" * 500_000,
    "json": b"[" * 500_000,
    "json objects": b'{"a":' * 200_000,
    "rows": b"[" + b"{}," * 9_000 + b"{}]",
    "html": b"Content-Type: text/html\nFrom: mailer-daemon@x.example\nSubject: failure\n\n" + b"<div>" * 100_000,
}  # fmt: skip


@pytest.mark.parametrize("what", sorted(NASTY))
@pytest.mark.parametrize("name", ["dsn", "mail", "arf", "postfix", "exim", "ses", "xarf", "dmarc"])
def test_hostile_shapes_end_soon(name: str, what: str) -> None:
    started = time.process_time()
    read(SOURCES[name], NASTY[what])
    assert time.process_time() - started < 3


def test_entities_and_archives_do_not_swell() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><feedback>&a;</feedback>'
    with pytest.raises(UnreadablePayload, match="document type"):
        SOURCES["dmarc"].parse(bomb, "")
    import gzip

    with pytest.raises(UnreadablePayload, match="unpacks"):
        SOURCES["dmarc"].parse(gzip.compress(b"<feedback>" + b" " * 2**26), "")
