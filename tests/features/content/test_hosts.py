import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.content import brands, hosts
from features.content.free_mail import is_free_mail


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Shop.Example.com/x?y", "shop.example.com"),
        ("https://paypal.com@evil.example/login", "evil.example"),
        ("https:\\\\evil.example\\x", "evil.example"),
        ("ht\ntps://evil.example", "evil.example"),
        ("//cdn.example/x", "cdn.example"),
        ("http://evil%2eexample/", "evil.example"),
        ("http://a.example:8080", "a.example"),
        ("http://[2001:db8::1]/", "2001:db8::1"),
        ("mailto:a@b.c", ""),
        ("/relative", ""),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_host_that_a_browser_opens(url, host):
    assert hosts.host_of(url) == host


@pytest.mark.parametrize(
    "host", ["192.0.2.1", "3221225985", "0xc0000201", "0300.0.2.1", "2001:db8::1"]
)
def test_addresses_in_every_spelling(host):
    assert hosts.is_ip(host)


@pytest.mark.parametrize("host", ["a.example", "1and1.com", "0x.org", ""])
def test_names_are_no_addresses(host):
    assert not hosts.is_ip(host)


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("a.b.co.uk", "b.co.uk"),
        ("x.example.com", "example.com"),
        ("localhost", "localhost"),
        ("", ""),
    ],
)
def test_registrable_domain(host, domain):
    assert hosts.registrable_domain(host) == domain


@pytest.mark.parametrize(
    ("url", "carried"),
    [
        ("https://t.example/c?u=https%3A%2F%2Fevil.example%2Fx&id=1", "https://evil.example/x"),
        ("https://t.example/https://evil.example", "https://evil.example"),
        ("https://t.example/c?u=abc", ""),
    ],
)
def test_redirectors_are_unwrapped(url, carried):
    assert hosts.embedded_url(url) == carried


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("https://www.paypal.com/login", "paypal.com"),
        ("www.example.co.uk", "example.co.uk"),
        ("paypal.com", "paypal.com"),
        ("click here", ""),
        ("report.pdf", ""),
        ("e.g. this", ""),
    ],
)
def test_domain_that_a_link_shows(text, domain):
    assert hosts.shown_domain(text) == domain


@pytest.mark.parametrize(
    ("host", "brand"),
    [
        ("paypal-secure.example.com", "paypal"),
        ("paypa1.com", "paypal"),
        ("paypall.com", "paypal"),
        ("paypal.com.evil.ru", "paypal"),
        ("xn--pypal-4ve.com", "paypal"),  # Cyrillic а
        ("rnicrosoft.com", "microsoft"),
        ("secure-netflixlogin.com", "netflix"),
        ("apple-id-verify.com", "apple"),
        ("paypal.xyz", "paypal"),
    ],
)
def test_imitations(host, brand):
    assert brands.imitated(host) == brand


@pytest.mark.parametrize(
    "host",
    ["www.paypal.com", "paypal.de", "amazon.co.uk", "apple-pie.example.com", "chasewater.com",
     "news.bloomflowers.com", "login.microsoftonline.com", "aka.ms", "fb.com", ""],
)  # fmt: skip
def test_honest_names(host):
    assert brands.imitated(host) == ""


def test_brands_named():
    assert brands.claimed("Your PаyPal account") == {"paypal"}  # Cyrillic а
    assert brands.claimed("Bank of America alert") == {"bankofamerica"}
    assert brands.claimed("Pineapple recipes") == set()


@given(st.text(alphabet="abcdep", max_size=7), st.text(alphabet="abcdep", max_size=7))
def test_one_edit_agrees_with_trying_every_edit(a, b):
    letters = "abcdep"
    edits = {
        a[:i] + c + a[j:] for i in range(len(a) + 1) for j in (i, i + 1) for c in ("", *letters)
    }
    edits |= {a[:i] + a[i + 1] + a[i] + a[i + 2 :] for i in range(len(a) - 1)}
    assert brands.one_edit(a, b) == (b in edits - {a})


@pytest.mark.parametrize("domain", ["gmail.com", "yahoo.co.uk", "web.de", "mail.ru", "qq.com"])
def test_free_mail(domain):
    assert is_free_mail(domain)


@pytest.mark.parametrize("domain", ["web.com", "orange.com", "free.org", "bloomflowers.com", ""])
def test_owned_domains(domain):
    assert not is_free_mail(domain)


@given(st.text(max_size=200))
def test_any_url(url):
    host = hosts.host_of(url)
    assert len(host) <= 253
    hosts.registrable_domain(host)
    hosts.is_ip(host)
    brands.imitated(host)
    hosts.shown_domain(url)
    hosts.embedded_url(url)
