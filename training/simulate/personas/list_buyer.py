"""A marketer who fills the account with lists from brokers, washed or not."""

from training.simulate.draws import Share, Spread
from training.simulate.persona import Origin, Persona, Phase, Side, SignUp

LIST_BUYER = Persona(
    name="list_buyer",
    about="List-buying marketer; half of them know well that it is forbidden.",
    weight=0.19,
    side=Side.ABUSIVE,
    conceals=0.5,
    pushiness=0.6,
    signup=SignUp(
        free_mail=0.4, paid=0.6, prior=0.35, honest=0.15, anonymised=0.12, abroad=0.15,
        domain_age_days=Spread(220, 1.4, 1, 6_000), authenticated=0.88, missing=0.25,
        first_send_days=Spread(1.5, 1.2, 0.01, 30), prior_days=Spread(150, 1.0, 5, 1_500),
    ),
    phases=(
        Phase(
            sources={Origin.BOUGHT: 0.85, Origin.SINGLE: 0.1, Origin.SCRAPED: 0.05},
            genres={"promotion": 0.55, "course": 0.15, "newsletter": 0.15, "wonder_offer": 0.15},
            list_size=Spread(520, 1.0, 50, 15_000),
            lists=Spread(2.0, 0.5, 1, 6),
            per_month=Spread(6.0, 0.6, 1, 30),
            reach=Share(0.6, 3),
            growth=0.02,
        ),
    ),
)  # fmt: skip
