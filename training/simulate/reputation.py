"""What mailbox providers think of an account and of an address it sends from, as time passes."""

from dataclasses import dataclass, field
from typing import Final

from training.simulate.config import DAY_SECONDS, SimulationConfig
from training.simulate.draws import Rng, chance
from training.simulate.senders import Sender

_HALF_LIFE_S: Final = 6 * DAY_SECONDS
_HARM: Final = {"hard": 1.0, "trap": 8.0, "complaint": 18.0}


@dataclass
class Standing:
    """Decaying sums of mails and of harm; `badness` in [0, 1]."""

    prior_mails: float
    mails: float = 0.0
    harm: float = 0.0
    traps: float = 0.0
    seen_s: int = 0
    listed_from_s: int = 0
    listed_until_s: int = 0

    def badness(self, now_s: int) -> float:
        self._fade(now_s)
        rate = (self.harm + 0.01 * self.prior_mails) / (self.mails + self.prior_mails)
        return min(max((rate - 0.05) / 0.3, 0.0), 1.0)

    def listed(self, now_s: int) -> bool:
        return self.listed_from_s <= now_s < self.listed_until_s

    def add(self, rng: Rng, now_s: int, mails: int, hard: int, traps: int, complaints: int) -> None:
        """Count a campaign; enough traps bring a listing a day or three later."""
        self._fade(now_s)
        self.mails += mails
        self.harm += _HARM["hard"] * hard + _HARM["trap"] * traps + _HARM["complaint"] * complaints
        self.traps += traps
        rate = self.traps / (self.mails + self.prior_mails)
        likely = min(max(30 * (rate - 0.0015), 0.0), 0.4)
        if traps and now_s >= self.listed_until_s and chance(rng, likely):
            self.listed_from_s = now_s + int(rng.uniform(0.5, 3) * DAY_SECONDS)
            self.listed_until_s = self.listed_from_s + int(rng.exponential(4) * DAY_SECONDS)
            self.traps = 0.0

    def _fade(self, now_s: int) -> None:
        factor = 0.5 ** (max(now_s - self.seen_s, 0) / _HALF_LIFE_S)
        self.mails *= factor
        self.harm *= factor
        self.traps *= factor
        self.seen_s = max(self.seen_s, now_s)


@dataclass(frozen=True)
class Outage:
    """A stretch in which one provider puts most mail off, whoever sends it."""

    provider: int
    start_s: int
    end_s: int


@dataclass
class Network:
    """The ESP's sending addresses and everybody's standing."""

    config: SimulationConfig
    outages: tuple[Outage, ...]
    accounts: dict[int, Standing] = field(default_factory=dict)
    addresses: dict[int, Standing] = field(default_factory=dict)

    def account(self, number: int) -> Standing:
        return self.accounts.setdefault(number, Standing(150))

    def address(self, number: int) -> Standing:
        return self.addresses.setdefault(number, Standing(1_500))

    def outage(self, provider: int, now_s: int) -> bool:
        return any(o.provider == provider and o.start_s <= now_s < o.end_s for o in self.outages)


def build_network(config: SimulationConfig, providers: int) -> Network:
    """Return a network with a provider outage about every ten days."""
    rng = config.generator(12)
    outages = []
    for _ in range(int(rng.poisson(config.days / 10)) + 1):
        start = int(rng.uniform(config.start_s, config.end_s))
        length = int(rng.lognormal(1.2, 0.6) * 3_600)
        outages.append(Outage(int(rng.integers(0, providers)), start, start + length))
    return Network(config, tuple(outages))


def addresses_of(config: SimulationConfig, sender: Sender) -> tuple[int, ...]:
    """Return the numbers of the addresses an account sends from: a shared pool, or its own."""
    rng = config.generator(13, sender.number)
    if sender.paid and chance(rng, 0.04):
        return (100_000 + sender.number,)
    pool = max(2, config.accounts // 120)
    base = 0 if sender.paid else 50_000
    first = int(rng.integers(0, pool))
    return (base + first, base + (first + 1) % pool)


def address_text(number: int) -> str:
    """Return an address of 198.18.0.0/15, reserved for benchmarks (RFC 2544)."""
    number = number % 131_000
    return f"198.{18 + number // 65_536}.{number // 256 % 256}.{number % 256}"
