"""A good sender whose sign-up form is abused by a bot: its list is hit, itself a victim."""

from training.simulate.draws import Share, Spread
from training.simulate.persona import Origin, Persona, Phase, SignUp

FORM_BOMBED = Persona(
    name="form_bombed",
    about="Legitimate victim of list bombing: strangers and traps entered through its form.",
    weight=0.02,
    pushiness=0.15,
    signup=SignUp(prior=0.85),
    phases=(
        Phase(
            sources={Origin.SINGLE: 0.8, Origin.CONFIRMED: 0.2},
            genres={"newsletter": 0.7, "promotion": 0.3},
            days=Spread(30, 0.6, 4, 200),
        ),
        Phase(
            sources={Origin.BOMBED: 0.8, Origin.SINGLE: 0.2},
            genres={"newsletter": 0.7, "promotion": 0.3},
            list_size=Spread(180, 0.9, 20, 6_000),
            reach=Share(0.8, 5),
        ),
    ),
)
