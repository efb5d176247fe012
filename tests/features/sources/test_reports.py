"""Reports on domains and on abuse: what they say, packed as they come."""

import re
from datetime import UTC, datetime

import pytest

from benchmarks._feedback_seeds import ARF, DMARC, SEEDS, TLSRPT, XARF, mailed
from features.sources.arf import parse as parse_arf
from features.sources.dmarc import parse as parse_dmarc
from features.sources.post import parse as parse_mail
from features.sources.source import UnreadablePayload
from features.sources.tlsrpt import parse as parse_tls
from features.sources.xarf import parse as parse_xarf


@pytest.mark.parametrize("body", SEEDS["dmarc"])
def test_dmarc_aggregates(body: bytes) -> None:
    passed, failed = parse_dmarc(body, "").reports
    assert (passed.domain, passed.count, passed.passed) == ("shop.example", 12, True)
    assert passed.begins_at == datetime(2026, 11, 23, tzinfo=UTC)
    assert passed.source_ip == "192.0.2.9"
    assert passed.facts["p"] == "reject"
    assert passed.facts["dkim_selector"] == "x"
    assert (failed.count, failed.passed, failed.facts["disposition"]) == (3, False, "reject")


def test_a_dmarc_record_without_a_count_is_rejected_alone() -> None:
    found = parse_dmarc(DMARC.replace(b"<count>3<", b"<count>many<"), "")
    assert len(found.reports) == 1
    assert "many" in found.rejected[0].error


def test_dmarc_failures() -> None:
    body = ARF.replace(
        b"Feedback-Type: abuse",
        b"Feedback-Type: auth-failure\nAuth-Failure: dmarc\nReported-Domain: shop.example",
    )
    for parse in (parse_dmarc, parse_mail):
        (report,) = parse(body, "").reports
        assert (report.kind, report.domain, report.count) == ("dmarc_failure", "shop.example", 1)
        assert report.facts["auth_failure"] == "dmarc"
    (rejected,) = parse_arf(body, "").rejected
    assert "no complaint" in rejected.error


def test_tls_reports() -> None:
    passed, told, rest = parse_tls(TLSRPT, "").reports
    assert (passed.count, passed.passed) == (5326, True)
    assert (told.count, told.facts["result_type"]) == (100, "certificate-expired")
    assert (rest.count, rest.passed) == (203, False)
    assert {report.domain for report in (passed, told, rest)} == {"shop.example"}


def test_arf() -> None:
    (draft,) = parse_arf(ARF, "").drafts
    assert (draft.type, draft.recipient, draft.sending_ip) == (
        "complaint",
        "jane@hidden.example",
        "192.0.2.9",
    )
    assert draft.clues["dkim_domain"] == ("shop.example",)
    assert draft.clues["feedback_id"] == ("spring:acme:news:esp",)


FORWARDED = b"Received: from a by b\n" + ARF.replace(b"<f1@provider.example>", b"<2@esp.example>")


@pytest.mark.parametrize(
    ("body", "same"),
    [
        (ARF.replace(b"\n", b"\r\n"), True),
        (FORWARDED, True),
        (FORWARDED.replace(b"jane@hidden", b"joan@hidden"), False),
        (FORWARDED.replace(b"Feedback-Type: abuse", b"Feedback-Type: fraud"), False),
        # All who complain may bear one name; the next report is of another of them.
        (re.sub(rb"(?m)^Date: .*$", b"Date: Tue, 24 Nov 2026 10:00:00 +0000", FORWARDED, count=1), False),
        # The next mail under the same Message-ID is another one.
        (FORWARDED.replace(b"Version: 1\n", b"Version: 1\nArrival-Date: Tue, 24 Nov 2026 10:00:00 +0000\n"), False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("parse", [parse_arf, parse_mail])
def test_a_complaint_is_itself_whatever_brought_it(parse, body: bytes, same: bool) -> None:
    (first,), (second,) = parse_arf(ARF, "").drafts, parse(body, "").drafts
    assert first.source == second.source == "arf"
    assert (first.event_id == second.event_id) is same


@pytest.mark.parametrize("body", SEEDS["xarf"])
def test_xarf(body: bytes) -> None:
    (draft,) = parse_xarf(body, "").drafts
    assert (draft.type, draft.event_id, draft.feedback_type) == ("complaint", "r-1", "abuse")
    assert draft.sending_ip == "192.0.2.9"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b'"4.0.0"', b'"3"', "version"),
        (b'"messaging"', b'"copyright"', "not about mail"),
    ],
)
def test_other_xarf_reports_are_rejected(old: bytes, new: bytes, reason: str) -> None:
    found = parse_xarf(XARF.replace(old, new), "")
    assert found.drafts == ()
    assert reason in found.rejected[0].error


def test_one_mailbox_takes_them_all() -> None:
    kinds = []
    for body in SEEDS["mail"]:
        found = parse_mail(body, "")
        kinds.append([d.type.value for d in found.drafts] + [r.kind.value for r in found.reports])
    assert kinds == [
        ["hard_bounce"], ["complaint"], ["soft_bounce"], ["dmarc_aggregate"] * 2, ["tls"] * 3, ["complaint"],
    ]  # fmt: skip


@pytest.mark.parametrize("parse", [parse_dmarc, parse_tls, parse_xarf, parse_arf])
@pytest.mark.parametrize(
    "body", [b"", b"hello", b"\x1f\x8bnonsense", b"PK\x03\x04nonsense", b"<html/>", b"{}", mailed("x", "application/zip", b"PK\x03\x04")]
)  # fmt: skip
def test_anything_else_is_refused(parse, body: bytes) -> None:
    with pytest.raises(UnreadablePayload):
        parse(body, "")
