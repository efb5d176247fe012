"""Deals out the accounts of a world: who they are, who belongs to whom, when they came."""

from collections.abc import Sequence
from dataclasses import dataclass

import training.simulate.personas
from features.discovery import discover
from training.simulate.config import DAY_SECONDS, BadConfiguration, SimulationConfig
from training.simulate.draws import Rng, chance, weighted
from training.simulate.identifiers import opaque
from training.simulate.imitation import blended, imitation_of
from training.simulate.persona import Persona, Phase, Side, SignUp
from training.simulate.regions import REGIONS, WEIGHTS
from training.simulate.voice import Voice, make_voice


@dataclass(frozen=True)
class Sender:
    """One simulated account. `shares` in [0, 1] is how much it has in common with its actor's."""

    number: int
    account_id: str
    persona: Persona
    host: Persona
    actor: str
    parent: str | None
    shares: float
    actor_seed: int
    region: int
    created_s: int
    prior: bool
    imitation: float
    conceals: bool
    traits: SignUp
    voice: Voice
    paid: bool
    authenticated: bool

    @property
    def phases(self) -> tuple[Phase, ...]:
        """Its life: a borrowed one first where somebody takes it over."""
        if self.host is self.persona:
            return self.persona.phases
        return (*self.host.phases[:1], *self.persona.phases)


@dataclass(frozen=True)
class _Seat:
    persona: Persona
    actor: int
    parent: int | None = None


def all_personas(without: frozenset[str] = frozenset()) -> tuple[Persona, ...]:
    """Return every persona but those left out; raises where one named does not exist."""
    found = discover(training.simulate.personas, Persona)
    unknown = without - {persona.name for persona in found}
    if unknown:
        names = ", ".join(persona.name for persona in found)
        raise BadConfiguration(f"no persona {', '.join(sorted(unknown))}; there are: {names}")
    return tuple(persona for persona in found if persona.name not in without)


def deal(config: SimulationConfig) -> list[Sender]:
    """Return the accounts of a world in random order."""
    rng = config.generator(3)
    personas = all_personas(config.without)
    good = [persona for persona in personas if persona.side is Side.GOOD]
    bad = [persona for persona in personas if persona.side is Side.ABUSIVE]
    n_bad = round(config.accounts * config.abusive_share) if bad else 0
    n_bad = config.accounts if not good else n_bad
    seats = _seats(rng, bad, n_bad, 0)
    seats += _seats(rng, good, config.accounts - len(seats), len(seats))
    order = rng.permutation(len(seats))
    place = {int(old): new for new, old in enumerate(order)}
    return [_sender(config, seats[int(old)], new, place, personas) for new, old in enumerate(order)]


def _seats(rng: Rng, personas: Sequence[Persona], n: int, first: int) -> list[_Seat]:
    """Return `n` seats: persona counts follow the weights closely, rings and clients sit together."""
    seats: list[_Seat] = []
    total = sum(persona.weight for persona in personas) or 1.0
    owed = {persona.name: n * persona.weight / total for persona in personas}
    jitter = {persona.name: float(rng.random()) for persona in personas}
    while len(seats) < n:
        persona = max(personas, key=lambda one: owed[one.name] + jitter[one.name])
        size = 1
        actor = first + len(seats)
        if persona.ring:
            size = round(persona.ring.draw(rng))
        if persona.clients:
            size += round(persona.clients.draw(rng))
        size = min(size, n - len(seats))
        parent = actor if persona.clients else None
        seats.append(_Seat(persona, actor))
        seats += [_Seat(persona, actor, parent) for _ in range(size - 1)]
        owed[persona.name] -= size
    return seats


def _sender(
    config: SimulationConfig,
    seat: _Seat,
    number: int,
    place: dict[int, int],
    personas: Sequence[Persona],
) -> Sender:
    rng = config.generator(4, number)
    together = config.generator(5, seat.actor)
    persona = seat.persona
    hosts = {one.name: one for one in personas if one.name in persona.borrows}
    weights = {name: one.weight for name, one in hosts.items()}
    host = hosts[weighted(rng, weights)] if hosts else persona
    imitation = imitation_of(rng, persona, config.difficulty)
    traits = blended((host if hosts else persona).signup, imitation)
    region = weighted(together, WEIGHTS) if chance(rng, 0.8) else weighted(rng, WEIGHTS)
    prior = chance(rng, traits.prior)
    in_ring = persona.ring is not None
    shares = (1.0 - 0.9 * imitation) if in_ring else 0.7 if seat.parent is not None else 0.0
    voice_rng = together if in_ring and chance(rng, shares) else rng
    pushiness = host.pushiness if hosts else persona.pushiness
    return Sender(
        number=number,
        account_id=opaque("a", number, config.seed),
        persona=persona,
        host=host,
        actor=opaque("p", place[seat.actor], config.seed),
        parent=None if seat.parent is None else opaque("a", place[seat.parent], config.seed),
        shares=shares,
        actor_seed=seat.actor,
        region=region,
        created_s=_created(config, rng, together, traits, prior, in_ring),
        prior=prior,
        imitation=imitation,
        conceals=chance(rng, persona.conceals),
        traits=traits,
        voice=make_voice(voice_rng, REGIONS[region], traits, pushiness),
        paid=chance(rng, traits.paid),
        authenticated=chance(rng, traits.authenticated),
    )


def _created(
    config: SimulationConfig, rng: Rng, together: Rng, traits: SignUp, prior: bool, in_ring: bool
) -> int:
    """Return when the account was opened; those of a ring within days of each other."""
    if prior:
        back = traits.prior_days.draw(together if in_ring else rng)
        return int(config.start_s - back * DAY_SECONDS - rng.random() * 2 * DAY_SECONDS)
    room = config.end_s - config.start_s - min(3.0, 0.15 * config.days) * DAY_SECONDS
    point = (together if in_ring else rng).random() * room
    if in_ring:
        point = min(max(point + rng.normal(0, 2) * DAY_SECONDS, 0), room)
    return int(config.start_s + point)
