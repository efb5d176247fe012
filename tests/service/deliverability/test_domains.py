"""The check of sending domains against zones on a real name server."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from features.dns import Setup
from features.records import AuthResult, DmarcPolicy
from service.deliverability.domains import DomainCheckUp
from service.resolver import DnsResolver

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SETUP = Setup(
    spf_include="_spf.esp.example",
    dkim_target="{selector}.{domain}.dkim.esp.example",
    report_address="dmarc@esp.example",
)


@pytest.fixture(scope="module")
def check(nsd: Callable[[], DnsResolver]) -> DomainCheckUp:
    return DomainCheckUp(nsd(), SETUP)


def codes(report: object, prefix: str) -> set[str]:
    return {f.code for f in report.findings if f.code.startswith(prefix)}  # type: ignore[attr-defined]


def test_a_good_domain_has_nothing_to_do(check: DomainCheckUp) -> None:
    report = check("Good.Example.", AT, ("s1",))
    assert report.findings == ()
    assert report.complete
    assert (report.spf.result, report.spf.lookups) == (AuthResult.PASS, 1)
    assert report.dkim.result is AuthResult.PASS
    assert report.dmarc.policy is DmarcPolicy.REJECT


@pytest.mark.parametrize(
    ("host", "code", "record"),
    [
        ("silentless", "SPF_ABSENT", "v=spf1 include:_spf.esp.example ~all"),
        ("twice", "SPF_SEVERAL", "v=spf1 include:_spf.esp.example ip4:192.0.2.7 ~all"),
        ("open", "SPF_OPEN", "v=spf1 include:_spf.esp.example ~all"),
        ("loop", "SPF_DEAD_INCLUDE", "v=spf1 include:_spf.esp.example ~all"),
        ("dead", "SPF_DEAD_INCLUDE", "v=spf1 include:_spf.esp.example ~all"),
        ("lookups", "SPF_LOOKUPS", None),
        ("void", "SPF_VOID", None),
        ("syntax", "SPF_SYNTAX", "v=spf1 include:_spf.esp.example ~all"),
        ("range", "SPF_SYNTAX", "v=spf1 include:_spf.esp.example ~all"),
        ("ptr", "SPF_PTR", "v=spf1 include:_spf.esp.example ~all"),
        ("noend", "SPF_NO_END", "v=spf1 include:_spf.esp.example ~all"),
        ("elsewhere", "SPF_WITHOUT_US", "v=spf1 include:_spf.esp.example ip4:192.0.2.7 ~all"),
    ],
)
def test_each_broken_spf_record_is_found_and_mended(
    check: DomainCheckUp, host: str, code: str, record: str | None
) -> None:
    report = check(f"{host}.broken.example", AT, ("s1",))
    found = {finding.code: finding for finding in report.findings}
    assert codes(report, "SPF") >= {code}
    assert [r.value for r in found[code].records] == ([] if record is None else [record])


def test_the_ten_look_up_limit_counts_nested_includes(check: DomainCheckUp) -> None:
    report = check("lookups.broken.example", AT, ("s1",))
    # One for itself, deep 1+5, _spf 1, mx 1, three addresses.
    assert report.spf.lookups == 12
    assert report.spf.result is AuthResult.FAIL


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("s1", set()),
        ("short", {"DKIM_SHORT"}),
        ("weak", {"DKIM_WEAK"}),
        ("revoked", {"DKIM_REVOKED"}),
        ("testing", {"DKIM_TESTING"}),
        ("cut", {"DKIM_UNREADABLE"}),
        ("nosuch", {"DKIM_ABSENT"}),
    ],
)
def test_keys_are_judged(check: DomainCheckUp, selector: str, found: set[str]) -> None:
    assert codes(check("good.example", AT, (selector,)), "DKIM") == found


def test_a_missing_key_comes_with_the_record_to_publish(check: DomainCheckUp) -> None:
    (finding,) = check("good.example", AT, ("nosuch",)).findings
    (record,) = finding.records
    assert (record.name, record.type) == ("nosuch._domainkey.good.example", "CNAME")
    assert record.value == "nosuch.good-example.dkim.esp.example"


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("many.", {"DMARC_SEVERAL"}),
        ("nonsense.", {"DMARC_SYNTAX"}),
        ("outside.", {"DMARC_REPORTS_REFUSED"}),
        ("twice.", {"DMARC_ABSENT"}),
    ],
)
def test_policies_are_judged(check: DomainCheckUp, host: str, found: set[str]) -> None:
    assert codes(check(f"{host}broken.example", AT, ("s1",)), "DMARC") == found


def test_only_the_receiver_that_refused_is_named(check: DomainCheckUp) -> None:
    report = check("outside.broken.example", AT)
    refused = [f for f in report.findings if f.code == "DMARC_REPORTS_REFUSED"]
    assert [f.values["target"] for f in refused] == ["refusing.test"]


def test_mail_that_cannot_align_is_told(nsd: Callable[[], DnsResolver]) -> None:
    check = DomainCheckUp(nsd(), Setup(return_path="bounces.esp.example"))
    report = check("good.example", AT, ("nosuch",))
    assert "DMARC_UNALIGNED" in codes(report, "DMARC")
    assert "DMARC_UNALIGNED" not in codes(check("good.example", AT, ("s1",)), "DMARC")


@pytest.mark.parametrize(
    ("domain", "code"),
    [
        ("gmail.com", "DOMAIN_FREE_MAIL"),
        ("nothing.esp.example", "DOMAIN_ABSENT"),
        ("parked.example", "DOMAIN_PARKED"),
        ("nullmx.broken.example", "DOMAIN_TAKES_NO_MAIL"),
    ],
)
def test_what_nobody_lives_in_is_found(check: DomainCheckUp, domain: str, code: str) -> None:
    assert code in codes(check(domain, AT), "DOMAIN")


def test_a_new_domain_is_noted(check: DomainCheckUp) -> None:
    report = check("good.example", AT, ("s1",), AT - timedelta(days=3))
    assert [(f.code, f.values["days"]) for f in report.findings] == [("DOMAIN_YOUNG", "3")]


def test_silence_is_no_fault() -> None:
    silent = DomainCheckUp(DnsResolver(0.1, ("127.0.0.1",), 1), SETUP)
    report = silent("good.example", AT)
    assert not report.complete
    assert report.findings == ()
    assert report.spf.result is None


@pytest.mark.parametrize("domain", ["..", "a" * 200, "-", "x" * 64 + ".example", "", "ü.example"])
def test_hostile_names_are_answered(check: DomainCheckUp, domain: str) -> None:
    check(domain, AT)
