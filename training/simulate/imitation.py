"""How an abuser's sign-up comes to look like everybody else's."""

import math
from dataclasses import fields, replace

from training.simulate.draws import Rng, Spread
from training.simulate.persona import TYPICAL, Persona, Side, SignUp


def imitation_of(rng: Rng, persona: Persona, difficulty: float) -> float:
    """Return how well one account imitates, in [0, 1]: `difficulty` on average, spread widely."""
    if persona.side is Side.GOOD:
        return 1.0
    mean = min(max(difficulty, 0.02), 0.98)
    return float(rng.beta(mean * 2.5, (1 - mean) * 2.5))


def blended(traits: SignUp, imitation: float) -> SignUp:
    """Return traits moved towards the typical ones; spreads move their median geometrically."""
    changed: dict[str, float | Spread] = {}
    for item in fields(SignUp):
        own, usual = getattr(traits, item.name), getattr(TYPICAL, item.name)
        if isinstance(own, Spread):
            middle = math.log(own.median) + imitation * math.log(usual.median / own.median)
            changed[item.name] = replace(own, median=math.exp(middle))
        else:
            changed[item.name] = own + imitation * (usual - own)
    return replace(traits, **changed)  # type: ignore[arg-type]
