"""A slow-drip sleeper: weeks of harmless mail to willing readers, then the spam."""

from training.simulate.draws import Share, Spread
from training.simulate.persona import Origin, Persona, Phase, Side, SignUp

SLEEPER = Persona(
    name="sleeper",
    about="Builds trust with warm-up mail to friendly addresses before the abuse begins.",
    weight=0.09,
    side=Side.ABUSIVE,
    conceals=1.0,
    pushiness=0.3,
    signup=SignUp(
        free_mail=0.3, paid=0.75, prior=0.5, honest=0.1, anonymised=0.15, abroad=0.15,
        domain_age_days=Spread(500, 1.1, 20, 6_000), authenticated=0.97, dmarc=0.7,
    ),
    phases=(
        Phase(
            sources={Origin.SEEDS: 1.0},
            genres={"newsletter": 0.6, "promotion": 0.25, "community": 0.15},
            list_size=Spread(60, 0.7, 8, 800),
            per_month=Spread(7, 0.5, 2, 25),
            reach=Share(0.7, 4),
            days=Spread(25, 0.5, 6, 90),
        ),
        Phase(
            sources={Origin.BOUGHT: 0.6, Origin.HARVESTED: 0.4},
            genres={"promotion": 0.35, "wonder_offer": 0.4, "course": 0.25},
            list_size=Spread(500, 0.9, 40, 12_000),
            lists=Spread(1.8, 0.5, 1, 5),
            per_month=Spread(15, 0.5, 4, 60),
            reach=Share(0.5, 3),
            growth=0.1,
        ),
    ),
)  # fmt: skip
