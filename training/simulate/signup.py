"""The sign-up facts of an account and the records of its sending domains."""

from typing import Any, Final

from training.simulate.addresses import DISPOSABLE
from training.simulate.brands import brand_name, domain_of
from training.simulate.config import DAY_SECONDS, SimulationConfig
from training.simulate.draws import Rng, chance, one_of
from training.simulate.moments import rfc3339
from training.simulate.persona import Side
from training.simulate.regions import REGIONS
from training.simulate.senders import Sender
from training.simulate.voice import free_mail_domain

Json = dict[str, Any]
_PLANS: Final = (("starter", "standard", "pro", "premium"), ("free", "trial", "free"))
_INDUSTRIES: Final = (
    "retail", "software", "education", "health", "media", "nonprofit", "politics", "travel", "food",
    "real estate", "finance", "consulting", "events", "other",
)  # fmt: skip
_HONEST: Final = (
    "website sign-up", "double opt-in form", "customers", "our own users", "members", "event visitors",
)  # fmt: skip
_FRANK: Final = ("purchased", "partner", "public directories", "business contacts", "other")


def account_record(config: SimulationConfig, sender: Sender) -> Json:
    """Return a line of accounts.ndjson; unknown facts are left out."""
    rng = config.generator(6, sender.number)
    record: Json = {
        "account_id": sender.account_id,
        "created_at": rfc3339(sender.created_s),
        **_contact(config, rng, sender),
        **_payment(config, rng, sender),
        "declared": _declared(config, rng, sender),
    }
    if sender.parent:
        record["parent_account_id"] = sender.parent
    return {key: value for key, value in record.items() if value is not None}


def _known(
    config: SimulationConfig, rng: Rng, sender: Sender, value: Any, often: float = 1.0
) -> Any:
    """Return the value, or None where it is missing: free plans and small senders say less."""
    odds = sender.traits.missing * config.missing * often * (0.7 if sender.paid else 1.5)
    return None if chance(rng, min(odds, 0.9)) else value


def _contact(config: SimulationConfig, rng: Rng, sender: Sender) -> Json:
    region, traits, voice = REGIONS[sender.region], sender.traits, sender.voice
    free = chance(rng, traits.free_mail)
    mail = free_mail_domain(rng, region) if free else voice.domain
    if free and chance(rng, 0.04 if sender.persona.side is Side.GOOD else 0.1):
        mail = one_of(rng, DISPOSABLE)
    country = one_of(rng, REGIONS).code if chance(rng, traits.abroad) else region.code
    phone = region.code if chance(rng, 0.93) else one_of(rng, REGIONS).code
    site = f"https://{'www.' if chance(rng, 0.5) else ''}{voice.domain}"
    return {
        "email_domain": _known(config, rng, sender, mail, 0.3),
        "signup_ip": _known(config, rng, sender, signup_ip(config, rng, sender), 0.8),
        "country": _known(config, rng, sender, country, 0.6),
        "phone_country": _known(config, rng, sender, phone, 2.5),
        "website": site if chance(rng, traits.website) else None,
    }


def _payment(config: SimulationConfig, rng: Rng, sender: Sender) -> Json:
    own = config.generator(7, sender.actor_seed) if chance(rng, sender.shares) else rng
    card = f"pf_{int(own.integers(1 << 40)):010x}"
    device_rng = config.generator(8, sender.actor_seed) if chance(rng, sender.shares) else rng
    device = f"dv_{int(device_rng.integers(1 << 40)):010x}"
    if chance(rng, 0.02):
        device = f"dv_{int(rng.integers(40)):010x}"
    return {
        "plan": _known(config, rng, sender, one_of(rng, _PLANS[0 if sender.paid else 1]), 0.5),
        "paid": _known(config, rng, sender, sender.paid, 0.3),
        "payment_fingerprint": _known(config, rng, sender, card) if sender.paid else None,
        "device_fingerprint": _known(config, rng, sender, device, 1.5),
    }


def _declared(config: SimulationConfig, rng: Rng, sender: Sender) -> Json | None:
    """Return what the customer says about itself: honest people may say the wrong thing too."""
    first = sender.phases[0]
    size = first.list_size.median * first.per_month.median
    wide = float(rng.lognormal(0.3, 1.0 if sender.persona.side is Side.GOOD else 1.3))
    volume = max(10, round(size * config.volume * wide, -1))
    source = one_of(rng, _HONEST)
    frank = sender.persona.side is Side.ABUSIVE and chance(rng, sender.traits.honest * 0.6)
    if frank or chance(rng, 0.03):
        source = one_of(rng, _FRANK)
    said = {
        "list_source": _known(config, rng, sender, source, 2.0),
        "monthly_volume": _known(config, rng, sender, int(volume), 2.0),
        "industry": _known(config, rng, sender, one_of(rng, _INDUSTRIES), 1.5),
    }
    said = {key: value for key, value in said.items() if value is not None}
    return said or None


def signup_ip(config: SimulationConfig, rng: Rng, sender: Sender) -> str:
    """Return an address out of 240.0.0.0/4, which nobody owns: an access line, or a relay."""
    own = config.generator(9, sender.actor_seed) if chance(rng, sender.shares) else rng
    if chance(rng, sender.traits.anonymised):
        relay = int(own.integers(0, 60 + config.accounts // 20))
        return f"241.{relay // 200}.{relay % 200}.{int(rng.integers(1, 255))}"
    if chance(rng, 0.08):
        return f"2001:db8:{int(own.integers(1 << 16)):x}:{int(own.integers(1 << 16)):x}::{int(rng.integers(1, 9_999)):x}"
    if chance(rng, 0.12):
        carrier = int(rng.integers(0, 40))
        return f"242.{sender.region}.{carrier}.{int(rng.integers(1, 255))}"
    net = f"{244 + sender.region}.{int(own.integers(0, 256))}.{int(own.integers(0, 256))}"
    return f"{net}.{int(own.integers(1, 255))}"


def domain_records(config: SimulationConfig, sender: Sender) -> list[Json]:
    """Return lines of sending_domains.ndjson: the record at set-up and sometimes its repair."""
    rng = config.generator(10, sender.number)
    domain = sender.voice.from_address.split("@")[1]
    if domain != sender.voice.domain:
        return _free_mail_record(rng, sender, domain)
    records = [_domain_record(config, rng, sender, domain, sender.authenticated)]
    if not sender.authenticated and chance(rng, 0.4):
        later = _domain_record(config, rng, sender, domain, good=True)
        put = min(sender.created_s + int(rng.exponential(12) * DAY_SECONDS), config.end_s)
        records.append({**records[0], **later, "put_at": rfc3339(put)})
    if chance(rng, 0.12):
        second = domain_of(rng, brand_name(rng, REGIONS[sender.region]), REGIONS[sender.region])
        records.append(_domain_record(config, rng, sender, second, sender.authenticated))
    return records


def _domain_record(
    config: SimulationConfig, rng: Rng, sender: Sender, domain: str, good: bool
) -> Json:
    traits = sender.traits
    age = traits.domain_age_days.draw(rng) * DAY_SECONDS
    put = sender.created_s + int(rng.exponential(0.4) * DAY_SECONDS)
    policies = ("none", "quarantine", "reject")
    dmarc = one_of(rng, policies) if chance(rng, traits.dmarc) else "absent"
    broken = ("none", "fail", "pass")
    record = {
        "spf": "pass" if good else one_of(rng, broken),
        "dkim": "pass" if good else one_of(rng, broken[:2]),
        "dmarc": dmarc if good else "absent",
        "registered_at": rfc3339(int(sender.created_s - age)),
        "verified_at": rfc3339(put) if good else None,
    }
    unknown = 0.06 * config.missing
    kept = {k: v for k, v in record.items() if v is not None and not chance(rng, unknown)}
    if chance(rng, 0.2 * config.missing):
        kept.pop("registered_at", None)
    return {"domain": domain, "put_at": rfc3339(put), "account_id": sender.account_id, **kept}


def _free_mail_record(rng: Rng, sender: Sender, domain: str) -> list[Json]:
    """Return that a free-mail sender can't be authenticated, where anybody looked at all."""
    if chance(rng, 0.5):
        return []
    put = rfc3339(sender.created_s + 600)
    facts = {"spf": "fail", "dkim": "none", "dmarc": "none"}
    return [{"domain": domain, "put_at": put, "account_id": sender.account_id, **facts}]
