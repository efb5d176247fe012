"""How an account writes: its brand, domains, layout and habits. The same choices for everyone."""

from dataclasses import dataclass
from typing import Final

from training.simulate.addresses import ascii_name
from training.simulate.brands import brand_name, domain_of, slug
from training.simulate.draws import Rng, Share, chance, one_of
from training.simulate.persona import SignUp
from training.simulate.regions import Region

_FREE_MAIL: Final = {
    "de": ("gmx.de", "web.de", "gmail.com"), "fr": ("orange.fr", "gmail.com", "free.fr"),
    "it": ("libero.it", "gmail.com"),
}  # fmt: skip
_LOCALS: Final = ("hello", "news", "newsletter", "info", "team", "office", "mail", "no-reply", "shop", "service", "updates", "support")  # fmt: skip


@dataclass(frozen=True)
class Voice:
    """The habits of one account (or of all accounts of one actor) when it writes."""

    region: Region
    language: str
    brand: str
    domain: str
    from_name: str
    from_address: str
    reply_to: str | None
    link_host: str
    color: str
    layout: int
    plain_share: float
    loud: float
    emoji: float
    merge: str
    encoding: str
    unsubscribe: str
    list_unsubscribe: str
    postal: bool
    mailer: str | None
    footer: int
    images: int
    esp_headers: bool
    paragraphs: float


def make_voice(rng: Rng, region: Region, traits: SignUp, pushiness: float) -> Voice:
    """Return the voice of a new account."""
    brand = brand_name(rng, region)
    domain = domain_of(rng, brand, region, odd=0.05)
    person = f"{one_of(rng, region.first_names)} {one_of(rng, region.last_names)}".title()
    free = chance(rng, traits.free_mail_from)
    address = _free_address(rng, region, person) if free else _own_address(rng, person, domain)
    asks_off = chance(rng, traits.unsubscribe)
    return Voice(
        region=region,
        language=region.language if chance(rng, 0.88) else "en",
        brand=brand,
        domain=domain,
        from_name=one_of(rng, (brand, brand, person, f"{person} | {brand}", f"{brand} Team")),
        from_address=address,
        reply_to=_own_address(rng, person, domain) if chance(rng, 0.25) else None,
        link_host=one_of(rng, (domain, f"www.{domain}", f"click.{domain}", f"links.{domain}", "t.clickrelay.example.net")),
        color=f"#{int(rng.integers(0, 1 << 24)):06x}",
        layout=int(rng.integers(0, 5)),
        plain_share=one_of(rng, (0.0, 0.0, 0.05, 0.2, 1.0)),
        loud=Share(0.15 + 0.5 * pushiness, 4).draw(rng),
        emoji=one_of(rng, (0.0, 0.0, 0.1, 0.35, 0.7)),
        merge=one_of(rng, ("rendered", "rendered", "placeholder", "none")),
        encoding=one_of(rng, ("quoted-printable", "quoted-printable", "base64", "8bit")),
        unsubscribe=one_of(rng, ("link", "link", "link", "reply", "settings")) if asks_off else "none",
        list_unsubscribe=one_of(rng, ("one-click", "one-click", "url", "mailto")) if asks_off and chance(rng, 0.8) else "none",
        postal=chance(rng, 0.8 if asks_off else 0.3),
        mailer=one_of(rng, (None, None, "MailEngine 4.2", "Courier/2.11", "PHPMailer 6.9.1", "Groupkit 1.0")),
        footer=int(rng.integers(0, 4)),
        images=int(rng.integers(0, 5)),
        esp_headers=chance(rng, 0.5),
        paragraphs=float(rng.lognormal(0.9, 0.35)),
    )  # fmt: skip


def _own_address(rng: Rng, person: str, domain: str) -> str:
    if chance(rng, 0.3):
        return f"{slug(ascii_name(person), '.')}@{domain}"
    return f"{one_of(rng, _LOCALS)}@{domain}"


def _free_address(rng: Rng, region: Region, person: str) -> str:
    hosts = _FREE_MAIL.get(region.language, ("gmail.com", "outlook.com", "yahoo.com"))
    digits = str(int(rng.integers(1, 999))) if chance(rng, 0.5) else ""
    return f"{slug(ascii_name(person), '.')}{digits}@{one_of(rng, hosts)}"


def free_mail_domain(rng: Rng, region: Region) -> str:
    """Return a free-mail domain somebody of this region signs up with."""
    return one_of(rng, _FREE_MAIL.get(region.language, ("gmail.com", "outlook.com", "yahoo.com")))
