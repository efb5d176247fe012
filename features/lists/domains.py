"""What a recipient's domain is: free mail, throw-away, a slip of the keys, an institution."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from features.authentication import is_disposable, is_free_mail

POPULAR: Final = [
    "gmail.com",
    "googlemail.com",
    "yahoo.com",
    "yahoo.co.uk",
    "yahoo.fr",
    "yahoo.de",
    "yahoo.com.br",
    "ymail.com",
    "rocketmail.com",
    "hotmail.com",
    "hotmail.co.uk",
    "hotmail.fr",
    "hotmail.de",
    "hotmail.it",
    "hotmail.es",
    "outlook.com",
    "outlook.fr",
    "outlook.de",
    "live.com",
    "live.fr",
    "live.co.uk",
    "msn.com",
    "aol.com",
    "icloud.com",
    "comcast.net",
    "verizon.net",
    "sbcglobal.net",
    "bellsouth.net",
    "web.de",
    "gmx.de",
    "gmx.net",
    "t-online.de",
    "freenet.de",
    "orange.fr",
    "wanadoo.fr",
    "laposte.net",
    "free.fr",
    "libero.it",
    "virgilio.it",
    "mail.ru",
    "yandex.ru",
    "protonmail.com",
    "btinternet.com",
    "uol.com.br",
    "bol.com.br",
    "terra.com.br",
    "seznam.cz",
]
# Real providers that lie one slip away from a popular one.
_REAL: Final = frozenset(
    [
        "mail.com",
        "email.com",
        "gmx.com",
        "gmx.at",
        "gmx.ch",
        "mac.com",
        "me.com",
        "gmail.de",
        "bmail.com",
        "fmail.com",
        "outlook.it",
        "outlook.es",
        "hotmail.ca",
        "yahoo.ca",
        "yahoo.es",
        "yahoo.it",
        "yahoo.in",
        "free.it",
        "orange.es",
        "live.de",
        "live.it",
        "live.nl",
        "live.se",
        "live.ca",
        "live.cl",
        "live.dk",
        "live.be",
        "live.at",
        "live.no",
        "live.ie",
        "yahoo.dk",
        "yahoo.se",
        "yahoo.no",
        "yahoo.at",
        "yahoo.ie",
        "yahoo.gr",
        "yahoo.pl",
        "hotmail.be",
        "hotmail.nl",
        "hotmail.se",
        "hotmail.no",
        "hotmail.ch",
        "outlook.be",
        "outlook.dk",
        "outlook.at",
        "outlook.cl",
        "outlook.pt",
        "outlook.ie",
        "yahoo.fi",
        "hotmail.fi",
        "web.dk",
        "mail.ua",
        "mail.rs",
        "mail.ee",
        "mail.bg",
        "gmx.eu",
    ]
)
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789-."
# A name of three letters is one slip away from too many others: only its suffix is taken to slip.
_SHORT_NAME: Final = 4
# Country codes in use as top-level domains (IANA root zone).
_COUNTRY_CODES: Final = """
    ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs
    bt bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee
    eg er es et eu fi fj fk fm fo fr ga gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm
    hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb
    lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz
    na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs
    ru rw sa sb sc sd se sg sh si sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl
    tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw
"""
_COUNTRIES: Final = frozenset(_COUNTRY_CODES.split())
# Slips of com that are no top-level domain of their own.
_NO_COM: Final = frozenset(
    ["con", "cmo", "ocm", "comm", "coom", "ccom", "cim", "cpm", "vom", "xom", "cok", "co0m"]
)
_INSTITUTIONS: Final = frozenset({"edu", "gov", "mil", "int"})
_ACADEMIC: Final = frozenset({"ac", "edu", "gov", "gob", "gouv", "gc", "mil", "k12"})


@dataclass(frozen=True)
class DomainKind:
    """What a recipient's domain is; `own` is an organisation's: none of the first three."""

    free_mail: bool
    disposable: bool
    typo: bool
    institution: bool

    @property
    def own(self) -> bool:
        return not (self.free_mail or self.disposable or self.typo)


@lru_cache(maxsize=200_000)
def domain_kind(domain: str) -> DomainKind:
    """Return what a domain in lower case is; remembered, since lists repeat domains."""
    labels = domain.split(".")
    typo = suggestion(domain) is not None
    return DomainKind(
        free_mail=not typo and is_free_mail(domain),
        disposable=is_disposable(domain),
        typo=typo,
        institution=labels[-1] in _INSTITUTIONS or (len(labels) > 2 and labels[-2] in _ACADEMIC),
    )


def suggestion(domain: str) -> str | None:
    """Return the popular domain that a mistyped one means, None where it is no slip."""
    name, _, last = domain.rpartition(".")
    if last in _NO_COM and is_free_mail(f"{name}.com"):
        return f"{name}.com"
    return _slips().get(domain)


@lru_cache(maxsize=1)
def _slips() -> dict[str, str]:
    """Map every slip of a popular domain to it: one letter more, less or other, or two swapped."""
    slips: dict[str, str] = {}
    for domain in reversed(POPULAR):
        name = domain.partition(".")[0]
        start = 0 if len(name) >= _SHORT_NAME else len(name) + 1
        for slip in _one_edit(domain[start:]):
            slips[domain[:start] + slip] = domain
    return {
        slip: domain
        for slip, domain in slips.items()
        if slip not in _REAL and slip not in POPULAR and _is_slip(slip, domain)
    }


def _one_edit(text: str) -> set[str]:
    edits: set[str] = set()
    for i in range(len(text) + 1):
        head, tail = text[:i], text[i:]
        edits.update(head + c + tail for c in _LETTERS)
        if tail:
            edits.add(head + tail[1:])
            edits.update(head + c + tail[1:] for c in _LETTERS)
        if len(tail) > 1:
            edits.add(head + tail[1] + tail[0] + tail[2:])
    return edits


def _is_slip(slip: str, domain: str) -> bool:
    """Leave out what is no domain, and another country's domain of the same name."""
    name, dot, suffix = slip.partition(".")
    if not (name and dot and len(suffix) >= 2) or ".." in slip or suffix[-1] == ".":
        return False
    own_name, _, own_country = domain.rpartition(".")
    name, _, country = slip.rpartition(".")
    countries = len(own_country) == 2 and country in _COUNTRIES
    return not (name == own_name and countries)
