"""Free mail, throw-away mail and alignment."""

import pytest

from features.authentication import aligned, clean_domain, is_disposable, is_free_mail

FREE = (
    "gmail.com yahoo.com yahoo.co.uk yahoo.fr hotmail.com Outlook.com gmx.net gmx.de web.de qq.com "
)
FREE += (
    "163.com mail.ru yandex.ru yandex.com.tr proton.me icloud.com aol.com live.com msn.com wp.pl"
)
OWN = (
    "shop.example live.acme.com yahoo gmail.com.evil.example web.de.example outlook.shop.example x"
)


@pytest.mark.parametrize("domain", FREE.split())
def test_free_mail(domain: str) -> None:
    assert is_free_mail(domain)


@pytest.mark.parametrize("domain", [*OWN.split(), "", ".", "http://"])
def test_not_free_mail(domain: str) -> None:
    assert not is_free_mail(domain)


def test_disposable() -> None:
    assert is_disposable("mailinator.com")
    assert is_disposable("in.mailinator.com")
    assert not is_disposable("gmail.com")
    assert not is_disposable("")


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("https://www.Shop.example/a?b", "shop.example"),
        ("shop.example.", "shop.example"),
        ("http://user@shop.example:8080/", "shop.example"),
        ("shop.example?x=http://other.example", "shop.example"),
        (" shop.example ", "shop.example"),
    ],
)
def test_clean_domain(given: str, cleaned: str) -> None:
    assert clean_domain(given) == cleaned


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("shop.example", "https://shop.example", True),
        ("mail.shop.example", "shop.example", True),
        ("shop.example", "mail.shop.example", True),
        ("badshop.example", "shop.example", False),
        ("", "", False),
        ("", "shop.example", False),
    ],
)
def test_aligned(one: str, other: str, expected: bool) -> None:
    assert aligned(one, other) is expected
