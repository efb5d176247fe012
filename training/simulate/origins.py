"""What follows from where a list came from: its people, their age, their traps.

Sources of the figures: docs/simulator.md. Shares are means of beta quantities drawn per list.
"""

from dataclasses import dataclass, field
from typing import Final

from training.simulate.draws import Share, Spread
from training.simulate.persona import Origin


@dataclass(frozen=True)
class OriginTraits:
    """How one origin fills a list.

    `consent_years` is the age of the oldest consent at import, `cleaned` the share of addresses
    dead by then that were already taken off, `pool` whether a broker's pool is bought from.
    `freshest` is the age of the youngest consent as a share of the oldest's, `sunset` the share of
    long unread addresses that are no longer mailed. `pristine` is the share of pristine traps, `asked` the share that asked for this sender's mail.
    """

    asked: float = 1.0
    consent_years: Spread = field(default_factory=lambda: Spread(1.6, 0.6, 0.02, 7.5))
    work: Share = field(default_factory=lambda: Share(0.15, 3))
    cleaned: Share = field(default_factory=lambda: Share(0.85, 12))
    typo: Share = field(default_factory=lambda: Share(0.004, 60))
    never: Share = field(default_factory=lambda: Share(0.004, 60))
    role: Share = field(default_factory=lambda: Share(0.02, 25))
    disposable: Share = field(default_factory=lambda: Share(0.003, 40))
    pristine: Share = field(default_factory=lambda: Share(0.00004, 400))
    invalid: Share = field(default_factory=lambda: Share(0.004, 30))
    duplicates: Share = field(default_factory=lambda: Share(0.01, 20))
    interest: float = 0.42
    freshest: float = 0.0
    sunset: float = 0.12
    has_consent_columns: float = 0.6
    via_file: float = 0.55
    broker: bool = False
    local: bool = True


ORIGINS: Final[dict[Origin, OriginTraits]] = {
    Origin.CONFIRMED: OriginTraits(
        typo=Share(0.0004, 200), never=Share(0.0005, 200), disposable=Share(0.001, 80),
        pristine=Share(0.000005, 2_000), cleaned=Share(0.96, 40), interest=0.5,
        has_consent_columns=0.75, via_file=0.35, sunset=0.6,
    ),
    Origin.SINGLE: OriginTraits(
        typo=Share(0.009, 80), never=Share(0.007, 80), cleaned=Share(0.85, 15), interest=0.4,
    ),
    Origin.CUSTOMERS: OriginTraits(
        typo=Share(0.004, 100), never=Share(0.002, 100), cleaned=Share(0.88, 15), interest=0.38,
        has_consent_columns=0.45, role=Share(0.03, 20),
    ),
    Origin.USERS: OriginTraits(
        work=Share(0.45, 3), cleaned=Share(0.93, 20), typo=Share(0.001, 150),
        never=Share(0.001, 150), interest=0.55, via_file=0.1, has_consent_columns=0.4,
        disposable=Share(0.012, 30), sunset=0.5,
    ),
    Origin.EVENT: OriginTraits(
        consent_years=Spread(1.2, 0.8, 0.02, 5), work=Share(0.55, 4), cleaned=Share(0.65, 8),
        typo=Share(0.012, 50), never=Share(0.008, 50), interest=0.25, via_file=0.85,
        has_consent_columns=0.3, freshest=0.15, sunset=0.05,
    ),
    Origin.STALE: OriginTraits(
        consent_years=Spread(4.5, 0.3, 2.5, 7.8), work=Share(0.35, 4), cleaned=Share(0.45, 4),
        typo=Share(0.008, 50), interest=0.16, via_file=0.9, has_consent_columns=0.3,
        pristine=Share(0.0002, 300), freshest=0.45, sunset=0.02,
    ),
    Origin.BOMBED: OriginTraits(
        asked=0.55, consent_years=Spread(0.5, 0.6, 0.05, 3), work=Share(0.3, 4),
        pristine=Share(0.004, 150), role=Share(0.08, 15), typo=Share(0.004, 80), interest=0.3,
        via_file=0.15, has_consent_columns=0.8, local=False, sunset=0.1,
    ),
    Origin.SEEDS: OriginTraits(
        consent_years=Spread(0.3, 0.5, 0.02, 1.5), cleaned=Share(0.97, 40), typo=Share(0.0004, 200),
        never=Share(0.0004, 200), role=Share(0.01, 40), interest=0.7, sunset=0.8,
    ),
    Origin.BOUGHT_LOCAL: OriginTraits(
        asked=0.04, consent_years=Spread(4.0, 0.4, 0.8, 7.5), work=Share(0.7, 4),
        cleaned=Share(0.35, 4), role=Share(0.18, 8), never=Share(0.03, 25), interest=0.1,
        via_file=0.92, has_consent_columns=0.12, pristine=Share(0.0015, 200), broker=True, freshest=0.1, sunset=0.0,
    ),
    Origin.BOUGHT: OriginTraits(
        asked=0.02, consent_years=Spread(4.5, 0.4, 0.8, 7.8), work=Share(0.3, 2),
        cleaned=Share(0.3, 3), role=Share(0.05, 12), never=Share(0.05, 20), interest=0.08,
        via_file=0.85, has_consent_columns=0.2, pristine=Share(0.004, 150), broker=True, local=False, freshest=0.15, sunset=0.0,
    ),
    Origin.SCRAPED: OriginTraits(
        asked=0.0, consent_years=Spread(3.5, 0.5, 0.5, 7.5), work=Share(0.8, 5),
        cleaned=Share(0.15, 4), role=Share(0.3, 6), never=Share(0.05, 20), interest=0.07,
        via_file=0.85, has_consent_columns=0.12, pristine=Share(0.012, 100), broker=True, local=False, sunset=0.0,
    ),
    Origin.PROSPECTS: OriginTraits(
        asked=0.0, consent_years=Spread(1.8, 0.6, 0.1, 5), work=Share(0.96, 40),
        cleaned=Share(0.5, 4), role=Share(0.08, 10), never=Share(0.06, 20), interest=0.12,
        via_file=0.7, has_consent_columns=0.1, pristine=Share(0.001, 200), broker=True, local=False, sunset=0.0,
    ),
    Origin.HARVESTED: OriginTraits(
        asked=0.0, consent_years=Spread(4.5, 0.4, 0.8, 7.8), work=Share(0.2, 3),
        cleaned=Share(0.25, 3), role=Share(0.03, 15), never=Share(0.07, 15), interest=0.12,
        via_file=0.75, has_consent_columns=0.12, pristine=Share(0.004, 120), broker=True, local=False, freshest=0.15, sunset=0.0,
    ),
}  # fmt: skip
UNASKED: Final = frozenset(o for o, t in ORIGINS.items() if t.asked < 0.5)
