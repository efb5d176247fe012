"""Messages made to exhaust time or memory end soon, small and flagged."""

import random
import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.content import Analysis, Fault, Message, ReadLimits, analyse, read_message

HEAD = b"From: a@b.com\nSubject: x\n"
PAGE = HEAD + b"Content-Type: text/html\n\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=q\n\n"
TEXT = HEAD + b"Content-Type: text/plain; charset=utf-8\n\n"
SECONDS = 5.0
MEBIBYTES = 96


def nested(levels):
    step = b'--b%d\nContent-Type: multipart/mixed; boundary="b%d"\n\n'
    first = HEAD + b'Content-Type: multipart/mixed; boundary="b0"\n\n'
    return first + b"".join(step % (i - 1, i) for i in range(1, levels))


HOSTILE = {
    "a million parts": (MIXED + b"--q\n\nx\n" * 1_000_000, Fault.TOO_MANY_PARTS),
    "deep nesting": (nested(100_000), Fault.TOO_DEEP),
    "one boundary for all": (MIXED + b"--q\nContent-Type: multipart/mixed; boundary=q\n\n" * 100_000, Fault.TOO_MANY_PARTS),
    "false delimiters": (MIXED + b"--qx\n" * 2_000_000, Fault.NO_PARTS),
    "messages in messages": (HEAD + b"Content-Type: message/rfc822\n\n" * 100_000, Fault.TOO_DEEP),
    "huge header": (b"Subject: " + b"a" * 10_000_000, Fault.LONG_HEADERS),
    "folded header": (b"Subject: x\n" + b" y\n" * 2_000_000, Fault.LONG_HEADERS),
    "many headers": (b"X-A: b\n" * 1_000_000 + b"\nhi", Fault.LONG_HEADERS),
    "parameters": (b"From: a@b.c\nContent-Type: text/plain; " + b'a="' * 100_000 + b"\n\nx", Fault.LONG_HEADERS),
    "nested divs": (PAGE + b"<div>" * 1_000_000, Fault.CUT),
    "unclosed formatting": (PAGE + b"".join(b"<b a=%d>" % i for i in range(50_000)) + b"<p>" * 500_000, Fault.CUT),
    "formatting in applets": (PAGE + b"".join(b"<b a=%d><applet></b></applet>" % i for i in range(4_000)) + b"<p>" * 4_000, None),
    "attributes": (PAGE + b"<a " + b" ".join(b"%x" % i for i in range(200_000)) + b">", Fault.CUT),
    "angle brackets": (PAGE + b"<a" * 2_000_000, Fault.CUT),
    "open quotes": (PAGE + b'<a href="' * 500_000, Fault.CUT),
    "hidden in hidden": (PAGE + b'<div style="display:none"><div hidden>x' * 5_000, None),
    "templates": (PAGE + b"<template><style>x</style><noscript><template>" * 3_000, None),
    "links": (PAGE + b"".join(b"<a href=http://x%d.com>y</a>" % i for i in range(100_000)), Fault.CUT),
    "data address": (PAGE + b'<img src="data:image/png;base64,' + b"A" * 10_000_000 + b'">', Fault.CUT),
    "one long word": (TEXT + b"a" * 10_000_000, Fault.CUT),
    "digits": (TEXT + b"1" * 3_000_000, Fault.CUT),
    "braces": (TEXT + b"{{" * 1_500_000, Fault.CUT),
    "dots": (TEXT + b"a." * 1_500_000, Fault.CUT),
    "asks": (TEXT + b"confirm a " * 300_000, Fault.CUT),
    "ats": (TEXT + b"a@" * 1_500_000, Fault.CUT),
    "long local parts": (TEXT + (b"a" * 64 + b" @ ") * 50_000, Fault.CUT),
    "signs in words": (TEXT + b"a1$5" * 1_000_000, Fault.CUT),
    "figures and signs": (TEXT + b"$1 " * 1_000_000, Fault.CUT),
    "starts of phrases": (TEXT + b"buy no email " * 300_000, Fault.CUT),
    "expanding characters": (TEXT + "\ufdfa".encode() * 1_000_000, Fault.CUT),
    "combining marks": (TEXT + b"a" + "\u0301\u0327".encode() * 1_000_000, Fault.CUT),
    "base64 garbage": (HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"A==" * 3_000_000, Fault.CUT),
    "nothing": (b"", Fault.NO_HEADERS),
    "nulls": (b"\x00" * 1_000_000, Fault.NUL),
    "noise": (random.Random(1).randbytes(300_000), Fault.NO_HEADERS),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_bounded(name):
    raw, fault = HOSTILE[name]
    started = time.process_time()
    analysis = analyse(read_message(raw))
    assert time.process_time() - started < SECONDS
    assert isinstance(analysis, Analysis)
    message = read_message(raw)
    assert fault is None or fault in message.faults


@pytest.mark.parametrize(
    "name", ["a million parts", "deep nesting", "huge header", "links", "data address"]
)
def test_bounded_memory(name):
    raw, _ = HOSTILE[name]
    tracemalloc.start()
    try:
        analyse(read_message(raw))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MEBIBYTES * 2**20


def test_limits_are_arguments():
    raw = MIXED + b"--q\n\none\n--q\n\ntwo\n--q\n\nthree\n--q--\n"
    assert read_message(raw).faults == frozenset()
    few = read_message(raw, ReadLimits(parts=2))
    assert few.text.split() == ["one", "two"]
    assert few.faults == frozenset({Fault.TOO_MANY_PARTS})
    assert read_message(TEXT + b"word " * 100, ReadLimits(text_chars=50)).text == "word " * 10


FRAGMENTS = st.sampled_from([
    b"From: a@b.c\n", b"Subject: =?utf-8?b?", b"?=", b"Content-Type: multipart/mixed; boundary=", b"q",
    b"\n--q\n", b"\n--q--\n", b"\n\n", b"\r\n", b"Content-Type: text/html; charset=", b"utf-7", b"hz",
    b"Content-Transfer-Encoding: base64\n", b"quoted-printable", b"=", b"<a href=", b"http://", b"xn--",
    b"<div style='display:none'>", b"<div hidden>", b"</div>", b"<b>", b"<table>", b"<style>", b"<template>",
    b"<svg>", b"<title>", b"&#x", b"\x00", b"\xff\xfe", "а\u200b".encode(), b"{{", b"$1,0", b"@", b"*0*=",
])  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(FRAGMENTS | st.binary(max_size=20), max_size=60).map(b"".join))
def test_any_bytes_give_a_message(raw):
    message = read_message(raw)
    assert isinstance(message, Message)
    analysis = analyse(message)
    assert all(isinstance(value, float) for value in analysis.numbers.values())
    message.text.encode("utf-8", "surrogatepass")
