"""Invented organisations: names and domains made of nonsense syllables."""

import unicodedata
from typing import Final

from training.simulate.draws import Rng, chance, one_of, weighted
from training.simulate.regions import Region

_HEADS: Final = [
    "zel",
    "bri",
    "kor",
    "van",
    "mur",
    "lon",
    "tav",
    "rel",
    "pin",
    "dor",
    "fal",
    "gri",
    "hes",
    "jor",
    "kel",
    "lum",
    "mar",
    "nor",
    "ost",
    "pra",
    "quin",
    "ros",
    "sel",
    "tor",
    "ulm",
    "ver",
    "wil",
    "yar",
    "zan",
    "bel",
    "cad",
    "dru",
    "fen",
    "gal",
    "hol",
    "ind",
    "kas",
    "lev",
    "mon",
    "nev",
    "oro",
    "per",
    "rud",
    "sig",
    "tul",
]
_TAILS: Final = [
    "varo",
    "kotta",
    "dell",
    "mira",
    "wick",
    "holm",
    "zora",
    "nesta",
    "bura",
    "linga",
    "tessa",
    "vik",
    "rano",
    "dale",
    "fira",
    "mont",
    "quist",
    "selle",
    "tano",
    "brook",
    "vella",
    "zimmo",
    "rilla",
    "dorn",
    "gast",
    "lund",
    "penna",
    "rosa",
    "thal",
    "ustra",
    "vento",
    "xano",
]
_TRADES: Final = {
    "en": ["Bakery", "Outfitters", "Studio", "Books", "Garden", "Fitness", "Travel", "Tools", "Kitchen", "Cycles", "Labs", "Coffee", "Works", "Dental", "Academy", "Media"],
    "de": ["Versand", "Moden", "Garten", "Reisen", "Werkstatt", "Backhaus", "Optik", "Verlag", "Technik", "Sport"],
    "fr": ["Maison", "Voyages", "Jardin", "Mode", "Atelier", "Cuisine", "Librairie", "Sport"],
    "es": ["Moda", "Viajes", "Hogar", "Taller", "Cocina", "Libros", "Deportes"],
}  # fmt: skip


def brand_name(rng: Rng, region: Region) -> str:
    """Return a name such as `Zelvaro Bakery`."""
    name = (one_of(rng, _HEADS) + one_of(rng, _TAILS)).capitalize()
    if chance(rng, 0.25):
        name += one_of(rng, _TAILS)[:3]
    if chance(rng, 0.55):
        name += " " + one_of(rng, _TRADES.get(region.language, _TRADES["en"]))
    return name


def slug(text: str, joint: str = "") -> str:
    """Return a host label of a name."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return joint.join(part for part in plain.replace("-", " ").split())


def domain_of(rng: Rng, brand: str, region: Region, odd: float = 0.04) -> str:
    """Return a domain for a brand; `odd` is the chance of a cheap top-level domain."""
    label = slug(brand, "-" if chance(rng, 0.35) else "")
    if chance(rng, 0.12):
        label += one_of(rng, ("mail", "hq", "online", "24", "group", "app", "news", "-team"))
    cheap = ("xyz", "online", "top", "site", "store", "click", "info", "live", "biz")
    return f"{label}.{one_of(rng, cheap) if chance(rng, odd) else weighted(rng, region.tlds)}"
