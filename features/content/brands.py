"""Well-known brands that are imitated, and the domains that are their own.

Of the brands most imitated in phishing (published quarterly rankings of Check Point, Cloudflare,
APWG), those that customers of an ESP are rarely themselves.
"""

import re
from functools import lru_cache
from typing import Final

from features.content.hosts import registrable_domain, suffix_of
from features.content.wording import plain_name

BRANDS: Final[dict[str, tuple[str, ...]]] = {
    "paypal": ("paypal.com", "paypal-corp.com", "paypalobjects.com", "xoom.com"),
    "microsoft": ("microsoft.com", "microsoftonline.com", "office.com", "live.com", "outlook.com",
                  "office365.com", "sharepoint.com", "azure.com", "windows.com", "msn.com", "aka.ms"),
    "outlook": ("outlook.com", "microsoft.com", "live.com", "office.com"),
    "office365": ("office365.com", "office.com", "microsoft.com", "microsoftonline.com"),
    "onedrive": ("onedrive.com", "live.com", "microsoft.com", "1drv.ms"),
    "sharepoint": ("sharepoint.com", "microsoft.com", "office.com"),
    "amazon": ("amazon.com", "amazonaws.com", "amazonses.com", "aws.amazon.com", "a.co", "amzn.to"),
    "apple": ("apple.com", "icloud.com", "itunes.com", "me.com", "mzstatic.com"),
    "icloud": ("icloud.com", "apple.com"),
    "google": ("google.com", "gmail.com", "youtube.com", "googlemail.com", "goo.gl", "withgoogle.com",
               "googleapis.com", "gstatic.com"),
    "gmail": ("gmail.com", "google.com"),
    "facebook": ("facebook.com", "facebookmail.com", "fb.com", "meta.com", "fb.me", "fbcdn.net"),
    "instagram": ("instagram.com", "mail.instagram.com", "facebook.com", "facebookmail.com"),
    "whatsapp": ("whatsapp.com", "wa.me", "facebook.com"),
    "linkedin": ("linkedin.com", "lnkd.in", "licdn.com"),
    "netflix": ("netflix.com", "nflxext.com"),
    "spotify": ("spotify.com", "spotifymail.com"),
    "dropbox": ("dropbox.com", "dropboxmail.com", "db.tt", "dropboxusercontent.com"),
    "docusign": ("docusign.com", "docusign.net"),
    "adobe": ("adobe.com", "adobesign.com", "typekit.com"),
    "wetransfer": ("wetransfer.com", "we.tl"),
    "coinbase": ("coinbase.com",),
    "binance": ("binance.com",),
    "metamask": ("metamask.io",),
    "blockchain": ("blockchain.com", "blockchain.info"),
    "ebay": ("ebay.com", "ebaystatic.com"),
    "dhl": ("dhl.com", "dhl-news.com"),
    "fedex": ("fedex.com",),
    "usps": ("usps.com", "usps.gov"),
    "wellsfargo": ("wellsfargo.com",),
    "bankofamerica": ("bankofamerica.com", "bofa.com"),
    "chase": ("chase.com", "jpmorgan.com"),
    "citibank": ("citi.com", "citibank.com"),
    "americanexpress": ("americanexpress.com", "aexp.com"),
    "hsbc": ("hsbc.com", "hsbc.co.uk"),
    "santander": ("santander.com", "santander.co.uk"),
    "barclays": ("barclays.com", "barclays.co.uk"),
    "mastercard": ("mastercard.com",),
    "westernunion": ("westernunion.com",),
    "mailchimp": ("mailchimp.com", "mailchi.mp", "mandrillapp.com", "list-manage.com"),
    "sendgrid": ("sendgrid.com", "sendgrid.net", "twilio.com"),
    "godaddy": ("godaddy.com", "secureserver.net"),
    "roundcube": ("roundcube.net",),
    "zimbra": ("zimbra.com",),
    "cpanel": ("cpanel.net",),
    "steam": ("steampowered.com", "steamcommunity.com"),
    "telekom": ("telekom.de", "t-online.de"),
    "sparkasse": ("sparkasse.de",),
    "mercadolibre": ("mercadolibre.com", "mercadopago.com"),
}  # fmt: skip
# Ordinary words: alone they prove nothing, only in company of these.
_ORDINARY: Final = frozenset(
    {"apple", "chase", "steam", "outlook", "blockchain", "office365", "amazon", "telekom"}
)
_COMPANY: Final = frozenset(
    [
        "login",
        "signin",
        "secure",
        "security",
        "verify",
        "verification",
        "account",
        "accounts",
        "support",
        "service",
        "services",
        "update",
        "billing",
        "id",
        "auth",
        "alert",
        "alerts",
        "help",
        "helpdesk",
        "customer",
        "team",
        "online",
        "pay",
        "wallet",
    ]
)
_LEAST_NAME: Final = 5
_DIGIT_LETTERS: Final = str.maketrans("0134578$", "oleastbs")
_OWNED: Final = frozenset(domain for owned in BRANDS.values() for domain in owned)
_NOT_NAME: Final = re.compile(r"[^a-z0-9]+")
_GENERIC: Final = frozenset(["com", "net", "org", "io", "co"])


def own_domain(brand: str, domain: str) -> bool:
    """Tell whether a registrable domain is the brand's: listed, or its name in a country's zone."""
    if domain in BRANDS.get(brand, ()):
        return True
    label, _, suffix = domain.partition(".")
    return (
        label == brand
        and brand in BRANDS
        and all(len(s) == 2 or s in _GENERIC for s in suffix.split("."))
    )


@lru_cache(maxsize=16_384)
def imitated(host: str) -> str:
    """Return the brand that a host imitates without being its own, empty when none."""
    domain = registrable_domain(host)
    if domain in _OWNED or own_domain(domain.partition(".")[0], domain):
        return ""
    shown = _shown(host)
    name = shown.removesuffix(suffix_of(host)).strip(".")
    tokens = tuple(t for t in _NOT_NAME.split(plain_name(name)) if t)
    main = plain_name(_shown(domain).partition(".")[0])
    spelled = {
        t.translate(_DIGIT_LETTERS).replace("rn", "m").replace("vv", "w") for t in (*tokens, main)
    }
    joined = _joined_with_company(tokens)
    return next((b for b in BRANDS if _imitates(b, tokens, main, spelled, joined)), "")


@lru_cache(maxsize=16_384)
def imitates_name(domain: str, own: str) -> bool:
    """Tell whether a registrable domain looks like another, `own`, without having its name.

    The same name in another zone is no imitation: owners register those themselves.
    """
    brand = plain_name(own.partition(".")[0])
    shown = _shown(domain)
    raw = shown.removesuffix(suffix_of(domain)).strip(".")
    name = plain_name(raw)
    if len(brand) < _LEAST_NAME or raw == own.partition(".")[0]:
        return False
    spelled = name.translate(_DIGIT_LETTERS).replace("rn", "m").replace("vv", "w")
    tokens = tuple(t for t in _NOT_NAME.split(name) if t)
    with_company = brand in name and brand in _joined_with_company((name,))
    return brand in (spelled, name) or one_edit(name, brand) or (brand in tokens and with_company)


def _joined_with_company(tokens: tuple[str, ...]) -> str:
    """Return the tokens that hold a word such as `login` or `secure`."""
    return " ".join(t for t in tokens if any(word in t for word in _COMPANY))


def _shown(host: str) -> str:
    """Return a host as a browser shows it, internationalised labels decoded."""
    if "xn--" not in host:
        return host
    return ".".join(map(_label_shown, host.split(".")))


def _label_shown(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:67].encode("ascii", "ignore").decode("punycode")
    except (UnicodeError, ValueError, OverflowError):
        return label


def _imitates(
    brand: str, tokens: tuple[str, ...], main: str, spelled: set[str], joined: str
) -> bool:
    if brand in tokens:
        return brand not in _ORDINARY or bool(joined)
    if len(brand) < 5:
        return False
    if brand in spelled and main != brand:
        return True
    if brand in _ORDINARY or len(brand) < 6:
        return False
    return brand in joined or one_edit(main, brand)


def one_edit(a: str, b: str) -> bool:
    """Tell whether one letter added, dropped, changed or swapped with its neighbour makes `a` `b`."""
    if a == b or abs(len(a) - len(b)) > 1:
        return False
    start = next(
        (i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b))
    )
    if len(a) == len(b):
        swapped = a[start : start + 2] == b[start : start + 2][::-1]
        return a[start + 1 :] == b[start + 1 :] or (swapped and a[start + 2 :] == b[start + 2 :])
    longer, shorter = (a, b) if len(a) > len(b) else (b, a)
    return longer[start + 1 :] == shorter[start:]


_SPOKEN: Final = {
    "wells fargo": "wellsfargo", "bank of america": "bankofamerica", "office 365": "office365",
    "western union": "westernunion", "american express": "americanexpress",
}  # fmt: skip
_NAMED: Final = re.compile(
    rf"(?<![a-z0-9])(?:{'|'.join([*_SPOKEN, *(b for b in BRANDS if b != 'steam')])})(?![a-z0-9])"
)


def claimed(text: str) -> set[str]:
    """Return the brands that a display name or subject names."""
    return {_SPOKEN.get(name, name) for name in _NAMED.findall(plain_name(text)[:500])}
