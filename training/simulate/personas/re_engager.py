"""A sender who wakes addresses that have not read anything for years."""

from training.simulate.draws import Share, Spread
from training.simulate.persona import Origin, Persona, Phase, SignUp

RE_ENGAGER = Persona(
    name="re_engager",
    about="Good mail first, then a win-back to the whole forgotten half: careless, not abusive.",
    weight=0.03,
    careless=True,
    pushiness=0.4,
    signup=SignUp(prior=0.85),
    phases=(
        Phase(
            sources={Origin.SINGLE: 0.7, Origin.CUSTOMERS: 0.3},
            genres={"promotion": 0.5, "newsletter": 0.5},
            days=Spread(35, 0.6, 5, 200),
        ),
        Phase(
            sources={Origin.STALE: 1.0},
            genres={"win_back": 0.85, "promotion": 0.15},
            list_size=Spread(260, 1.1, 20, 12_000),
            per_month=Spread(3.0, 0.5, 1, 10),
            reach=Share(0.6, 3),
        ),
    ),
)
