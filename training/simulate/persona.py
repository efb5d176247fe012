"""What a persona is. Each file of `training.simulate.personas` holds one as a plain value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from training.simulate.draws import Share, Spread


class Side(StrEnum):
    """Which share of the accounts a persona is counted in."""

    GOOD = "good"
    ABUSIVE = "abusive"


class Origin(StrEnum):
    """How the recipients of a list were come by (`training.simulate.origins` says what follows)."""

    CONFIRMED = "confirmed"
    SINGLE = "single"
    CUSTOMERS = "customers"
    USERS = "users"
    EVENT = "event"
    STALE = "stale"
    BOMBED = "bombed"
    SEEDS = "seeds"
    BOUGHT_LOCAL = "bought_local"
    BOUGHT = "bought"
    SCRAPED = "scraped"
    PROSPECTS = "prospects"
    HARVESTED = "harvested"


@dataclass(frozen=True)
class SignUp:
    """Tendencies of the sign-up facts. Numbers without a unit are probabilities.

    Abusers' values are drawn towards `TYPICAL` as they imitate better.
    """

    free_mail: float = 0.25
    paid: float = 0.62
    website: float = 0.78
    domain_age_days: Spread = field(default_factory=lambda: Spread(1_100, 1.2, 1, 9_000))
    prior: float = 0.72
    anonymised: float = 0.05
    abroad: float = 0.07
    honest: float = 0.9
    authenticated: float = 0.92
    dmarc: float = 0.6
    unsubscribe: float = 0.97
    free_mail_from: float = 0.05
    missing: float = 0.12
    first_send_days: Spread = field(default_factory=lambda: Spread(2.5, 1.3, 0.01, 45))
    prior_days: Spread = field(default_factory=lambda: Spread(330, 0.9, 5, 2_500))


TYPICAL = SignUp()


@dataclass(frozen=True)
class Phase:
    """A stretch of an account's life: which lists it mails with what, how often and how widely.

    `days` is how long it lasts (None: to the end), `reach` the share of a list that one campaign
    goes to, `growth` the daily growth of volume, `transactional` the share of campaigns that are.
    """

    sources: Mapping[Origin, float]
    genres: Mapping[str, float]
    list_size: Spread = field(default_factory=lambda: Spread(120, 1.15, 5, 12_000))
    lists: Spread = field(default_factory=lambda: Spread(1.3, 0.5, 1, 5))
    per_month: Spread = field(default_factory=lambda: Spread(2.2, 0.7, 0.3, 60))
    reach: Share = field(default_factory=lambda: Share(0.6, 3))
    transactional: float = 0.0
    days: Spread | None = None
    growth: float = 0.0


@dataclass(frozen=True)
class Persona:
    """A kind of customer. `weight` is its share within its side.

    `conceals` is the chance that an abusive account hides what it does (washed lists, invented
    consent, false declarations): it is then labelled malicious, else careless. `ring` is how many
    accounts one actor opens, `clients` how many sub-accounts. `borrows` names personas whose life
    is led before the last phase. `careless` marks senders that are careless but not abusive.
    """

    name: str
    about: str
    weight: float
    phases: tuple[Phase, ...]
    side: Side = Side.GOOD
    signup: SignUp = TYPICAL
    conceals: float = 0.0
    careless: bool = False
    ring: Spread | None = None
    clients: Spread | None = None
    borrows: tuple[str, ...] = ()
    pushiness: float = 0.25
