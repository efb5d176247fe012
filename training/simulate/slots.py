"""What fills the slots of a genre's phrases."""

from typing import Final

from training.simulate.brands import brand_name
from training.simulate.draws import Rng, one_of
from training.simulate.regions import REGIONS, Region

_MONTHS: Final = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}
_PRODUCTS: Final = {
    "en": ("linen jackets", "espresso kit", "trail shoes", "oak shelves", "ceramic bowls", "rain jackets", "starter plan", "annual pass", "wool blankets", "garden tools", "desk lamps", "skin care set", "photo prints", "team licence"),
    "de": ("Leinenhemden", "Espresso-Set", "Wanderschuhe", "Eichenregale", "Regenjacken", "Wolldecken", "Gartenwerkzeug", "Jahreskarte", "Schreibtischlampen", "Pflegeset"),
    "fr": ("chemises en lin", "coffret café", "chaussures de marche", "étagères en chêne", "couvertures en laine", "lampes de bureau", "coffret de soins", "carte annuelle"),
    "es": ("camisas de lino", "set de café", "botas de montaña", "estanterías de roble", "mantas de lana", "lámparas de mesa", "kit de cuidado", "abono anual"),
}  # fmt: skip
_TOPICS: Final = {
    "en": ("local food", "remote teams", "bike commuting", "home energy", "data quality", "family travel", "music education", "small-space gardening", "bookkeeping", "customer support", "open science", "sourdough", "running injuries", "tenant rights"),
    "de": ("Solarstrom", "Radverkehr", "Buchhaltung", "Gartenbau", "Musikunterricht", "Pflege zu Hause", "Datenqualität", "Vereinsarbeit", "Wandern mit Kindern"),
    "fr": ("la cuisine locale", "le télétravail", "le vélo en ville", "la comptabilité", "le jardinage", "la musique", "les économies d'énergie"),
    "es": ("la cocina local", "el teletrabajo", "la bici en la ciudad", "la contabilidad", "el huerto urbano", "la música", "el ahorro de energía"),
}  # fmt: skip
# Organisations that phishing poses as and that honest mail mentions too. All are invented.
ORGANISATIONS: Final = (
    "Nordhaven Bank", "Parcelo", "PostaRapid", "Streamora", "Cloudisk", "Payvanta", "Tellumo Mobile",
    "Creditas Union", "Docusealed", "Mailbox Support", "Office Portal", "Voltara Energy",
    "Federal Revenue Desk", "Coinharbor", "Shoplandia", "Kuriero Express", "HR Benefits Desk",
)  # fmt: skip


def slot_values(
    rng: Rng, region: Region, brand: str, org: str | None, greeted: str, at_month: int
) -> dict[str, str]:
    """Return values of every slot for one message."""
    language = region.language
    months = _MONTHS.get(language, _MONTHS["en"]).split()
    amount = round(float(rng.lognormal(3.7, 1.0)), 2)
    money = f"${amount:,.2f}" if region.code in {"US", "BR"} else f"{amount:.2f} €"
    return {
        "brand": brand,
        "first": greeted,
        "city": one_of(rng, region.cities),
        "month": months[at_month - 1],
        "pct": str(one_of(rng, (5, 10, 12, 15, 20, 25, 30, 40, 50, 60, 70))),
        "price": money,
        "n": str(one_of(rng, (2, 3, 4, 5, 7, 10, 12, 14, 24, 48))),
        "date": f"{int(rng.integers(1, 29))}. {months[int(rng.integers(0, 12))]}",
        "code": f"{int(rng.integers(10_000, 99_999_999)):X}",
        "product": one_of(rng, _PRODUCTS.get(language, _PRODUCTS["en"])),
        "topic": one_of(rng, _TOPICS.get(language, _TOPICS["en"])),
        "org": org or one_of(rng, ORGANISATIONS),
        "partner": brand_name(rng, one_of(rng, REGIONS)),
    }
