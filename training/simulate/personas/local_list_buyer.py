"""A careless small business that bought the addresses of the neighbourhood."""

from training.simulate.draws import Share, Spread
from training.simulate.persona import Origin, Persona, Phase, Side, SignUp

LOCAL_LIST_BUYER = Persona(
    name="local_list_buyer",
    about="Small business with a bought local list, often beside its own customers.",
    weight=0.2,
    side=Side.ABUSIVE,
    conceals=0.08,
    pushiness=0.4,
    signup=SignUp(
        free_mail=0.5, paid=0.55, prior=0.45, honest=0.5, authenticated=0.82, dmarc=0.35,
        free_mail_from=0.16, unsubscribe=0.85, missing=0.2,
        first_send_days=Spread(1.5, 1.2, 0.01, 30), prior_days=Spread(250, 1.0, 5, 2_000),
    ),
    phases=(
        Phase(
            sources={Origin.CUSTOMERS: 1.0},
            genres={"local_offer": 0.7, "promotion": 0.3},
            list_size=Spread(60, 0.9, 6, 2_000),
            days=Spread(14, 0.9, 0, 120),
        ),
        Phase(
            sources={Origin.BOUGHT_LOCAL: 0.85, Origin.CUSTOMERS: 0.15},
            genres={"local_offer": 0.7, "promotion": 0.3},
            list_size=Spread(420, 0.9, 30, 10_000),
            per_month=Spread(3.5, 0.6, 0.7, 15),
            reach=Share(0.85, 5),
        ),
    ),
)  # fmt: skip
