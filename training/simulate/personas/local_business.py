"""A small local business that writes to its own customers, new at it and a little clumsy."""

from training.simulate.draws import Share, Spread
from training.simulate.persona import Origin, Persona, Phase, SignUp

LOCAL_BUSINESS = Persona(
    name="local_business",
    about="Honest small business: the twin of the one that buys a local list.",
    weight=0.1,
    pushiness=0.35,
    signup=SignUp(
        free_mail=0.5, paid=0.5, prior=0.6, authenticated=0.85, dmarc=0.4, free_mail_from=0.14
    ),
    phases=(
        Phase(
            sources={Origin.CUSTOMERS: 0.75, Origin.SINGLE: 0.2, Origin.EVENT: 0.05},
            genres={"local_offer": 0.6, "promotion": 0.25, "newsletter": 0.15},
            list_size=Spread(90, 1.0, 6, 5_000),
            per_month=Spread(2.0, 0.7, 0.3, 12),
            reach=Share(0.8, 5),
        ),
    ),
)
