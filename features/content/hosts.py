"""Where links really lead: hosts, registrable domains, redirectors."""

import ipaddress
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

if TYPE_CHECKING:
    import tldextract

SHORTENERS: Final = frozenset(
    [
        "bit.ly",
        "t.co",
        "goo.gl",
        "tinyurl.com",
        "ow.ly",
        "is.gd",
        "buff.ly",
        "rebrand.ly",
        "cutt.ly",
        "t.ly",
        "shorturl.at",
        "rb.gy",
        "tiny.cc",
        "bl.ink",
        "s.id",
        "v.gd",
        "qr.ae",
        "lnkd.in",
        "soo.gd",
        "clck.ru",
        "u.to",
        "x.co",
        "adf.ly",
        "shorte.st",
        "bc.vc",
        "j.mp",
        "snip.ly",
        "t.me",
        "wa.me",
        "linktr.ee",
        "urlz.fr",
        "vk.cc",
        "tr.im",
        "snipurl.com",
        "surl.li",
        "n9.cl",
        "qrco.de",
        "shorturl.gg",
        "dub.sh",
        "did.li",
        "me2.do",
        "kutt.it",
        "han.gl",
        "urlr.me",
        "lihi.cc",
        "reurl.cc",
    ]
)
FREE_HOSTING: Final = frozenset(
    [
        "sites.google.com",
        "docs.google.com",
        "drive.google.com",
        "forms.gle",
        "storage.googleapis.com",
        "firebasestorage.googleapis.com",
        "script.google.com",
        "weebly.com",
        "wixsite.com",
        "000webhostapp.com",
        "yolasite.com",
        "jimdosite.com",
        "jimdofree.com",
        "square.site",
        "typeform.com",
        "jotform.com",
        "form.jotform.com",
        "forms.office.com",
        "forms.microsoft.com",
        "surveymonkey.com",
        "notion.site",
        "canva.com",
        "trycloudflare.com",
        "ngrok.io",
        "ngrok-free.app",
        "ngrok.app",
        "r2.dev",
        "ipfs.io",
        "dweb.link",
        "cloudflare-ipfs.com",
        "my.canva.site",
        "webflow.io",
        "framer.app",
        "framer.website",
        "carrd.co",
        "strikingly.com",
        "mystrikingly.com",
        "godaddysites.com",
        "blogspot.com",
        "wordpress.com",
        "tumblr.com",
        "github.io",
        "gitlab.io",
        "netlify.app",
        "vercel.app",
        "herokuapp.com",
        "web.app",
        "firebaseapp.com",
        "pages.dev",
        "workers.dev",
        "onrender.com",
        "glitch.me",
        "repl.co",
        "replit.app",
        "surge.sh",
        "azurewebsites.net",
        "blob.core.windows.net",
        "web.core.windows.net",
        "s3.amazonaws.com",
        "geocities.com",
        "angelfire.com",
        "tripod.com",
        "altervista.org",
        "hpage.com",
        "ucoz.com",
        "narod.ru",
        "webcindario.com",
        "byethost.com",
        "infinityfreeapp.com",
        "epizy.com",
        "rf.gd",
        "duckdns.org",
        "no-ip.org",
        "ddns.net",
        "hopto.org",
        "zapto.org",
        "formstack.com",
        "cognitoforms.com",
        "zohopublic.com",
        "evernote.com",
        "dropboxusercontent.com",
        "mybluehost.me",
        "fleek.co",
        "co.vu",
        "blogspot.de",
        "atwebpages.com",
        "cprapid.com",
        "plesk.page",
        "weeblysite.com",
    ]
)
_AUTHORITY: Final = re.compile(r"(?:(?:https?|ftp):)?[/\\]{2,}([^/\\?#]*)", re.IGNORECASE)
_IGNORED: Final = dict.fromkeys([*range(33), 0x200B, 0x2060, 0xFEFF, 0xAD])
_NUMERIC: Final = re.compile(r"(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}$")
_EMBEDDED: Final = re.compile(r"https?(?::|%3a)(?:/|%2f){2}", re.IGNORECASE)
_SHOWN_DOMAIN: Final = re.compile(
    r"(?:https?://|www\.)?((?:[a-z0-9\-]{1,63}\.){1,6}[a-z]{2,24})(?:[/?:#]\S*)?$", re.IGNORECASE
)
_URL_CHARS: Final = 4_000


@lru_cache(maxsize=1)
def _suffixes() -> "tldextract.TLDExtract":
    """The public suffix list that ships with tldextract; nothing is fetched."""
    import tldextract

    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


@lru_cache(maxsize=65_536)
def registrable_domain(host: str) -> str:
    """Return the registrable domain of a host; the host itself where there is none."""
    if not host or is_ip(host):
        return host
    return _suffixes().extract_str(host).top_domain_under_public_suffix or host


@lru_cache(maxsize=65_536)
def suffix_of(host: str) -> str:
    """Return the public suffix of a host (`co.uk`), empty when unknown."""
    return _suffixes().extract_str(host).suffix


def host_of(url: str) -> str:
    """Return the lower-case host that a browser would open, empty when none.

    Undoes what hides a host: control characters, backslashes, user information, percent signs.
    """
    found = _AUTHORITY.match(url[:_URL_CHARS].translate(_IGNORED))
    if found is None:
        return ""
    authority = (
        unquote(found[1].rpartition("@")[2]) if "%" in found[1] else found[1].rpartition("@")[2]
    )
    if authority.startswith("["):
        return authority.partition("]")[0].strip("[").lower()
    return authority.partition(":")[0].strip(" .").lower()[:253]


def is_web(url: str) -> bool:
    """Tell whether a link opens a web page (relative ones count as none)."""
    return _AUTHORITY.match(url[:_URL_CHARS].translate(_IGNORED)) is not None


def is_ip(host: str) -> bool:
    """Tell whether a host is an IP address in any spelling that browsers open."""
    if _NUMERIC.match(host):
        return True
    if ":" not in host:
        return False
    try:
        ipaddress.IPv6Address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _listed(host: str, table: frozenset[str]) -> bool:
    labels = host.split(".")
    return any(
        ".".join(labels[i:]) in table for i in range(max(0, len(labels) - 5), len(labels) - 1)
    )


@lru_cache(maxsize=16_384)
def is_shortener(host: str) -> bool:
    """Tell whether a host is a URL shortener."""
    return _listed(host, SHORTENERS)


@lru_cache(maxsize=16_384)
def is_free_hosting(host: str) -> bool:
    """Tell whether anybody can put a page on this host without a domain of their own."""
    return _listed(host, FREE_HOSTING)


def embedded_url(url: str) -> str:
    """Return the address that a link's path or parameters carry along, empty when none."""
    found = _EMBEDDED.search(url, 8, _URL_CHARS)
    if found is None:
        return ""
    return unquote(unquote(url[found.start() : found.start() + 500])).partition("&")[0]


def shown_domain(text: str) -> str:
    """Return the registrable domain that a link's text claims to open, empty when it shows none."""
    found = _SHOWN_DOMAIN.match(text.strip()[:300])
    if found is None:
        return ""
    host = found[1].lower()
    return registrable_domain(host) if suffix_of(host) else ""
