"""A charity: supporters of many years, seldom mailed, carelessly kept at times."""

from training.simulate.draws import Share, Spread
from training.simulate.persona import Origin, Persona, Phase, SignUp

NONPROFIT = Persona(
    name="nonprofit",
    about="Charity with long-standing supporters.",
    weight=0.09,
    pushiness=0.2,
    signup=SignUp(paid=0.45, domain_age_days=Spread(2_600, 0.9, 20, 9_000)),
    phases=(
        Phase(
            sources={Origin.SINGLE: 0.55, Origin.CONFIRMED: 0.3, Origin.EVENT: 0.15},
            genres={"appeal": 0.55, "newsletter": 0.35, "invitation": 0.1},
            list_size=Spread(160, 1.1, 10, 12_000),
            per_month=Spread(1.6, 0.6, 0.3, 10),
            reach=Share(0.75, 4),
        ),
    ),
)
