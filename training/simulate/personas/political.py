"""A political fundraiser: lawful, asked for, daily and shrill."""

from training.simulate.draws import Share, Spread
from training.simulate.persona import Origin, Persona, Phase, SignUp

POLITICAL = Persona(
    name="political",
    about="Political fundraiser with petition signers, high frequency, more complaints.",
    weight=0.03,
    pushiness=0.85,
    signup=SignUp(paid=0.8, domain_age_days=Spread(400, 1.1, 5, 9_000)),
    phases=(
        Phase(
            sources={Origin.SINGLE: 0.9, Origin.EVENT: 0.1},
            genres={"politics": 0.85, "appeal": 0.15},
            list_size=Spread(260, 1.2, 20, 12_000),
            per_month=Spread(9.0, 0.6, 1, 45),
            reach=Share(0.5, 3),
        ),
    ),
)
