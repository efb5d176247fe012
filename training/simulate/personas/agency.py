"""An agency that runs the mail of several clients, good ones and worse ones."""

from training.simulate.draws import Share, Spread
from training.simulate.persona import Origin, Persona, Phase, SignUp

AGENCY = Persona(
    name="agency",
    about="Agency with client sub-accounts; now and then a client brings a bought list.",
    weight=0.025,
    pushiness=0.35,
    clients=Spread(3, 0.5, 1, 8),
    signup=SignUp(free_mail=0.1, paid=0.9, website=0.95),
    phases=(
        Phase(
            sources={
                Origin.SINGLE: 0.45,
                Origin.CUSTOMERS: 0.3,
                Origin.EVENT: 0.12,
                Origin.CONFIRMED: 0.1,
                Origin.BOUGHT_LOCAL: 0.03,
            },
            genres={"newsletter": 0.3, "promotion": 0.4, "invitation": 0.15, "local_offer": 0.15},
            lists=Spread(1.8, 0.5, 1, 5),
            per_month=Spread(3.0, 0.6, 0.5, 15),
            reach=Share(0.5, 3),
        ),
    ),
)
