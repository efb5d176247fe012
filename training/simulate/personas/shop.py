"""An online shop: customers and single opt-in, offers and receipts."""

from training.simulate.draws import Share, Spread
from training.simulate.persona import Origin, Persona, Phase, SignUp

SHOP = Persona(
    name="shop",
    about="Online shop that mails customers and subscribers, loud before holidays.",
    weight=0.2,
    pushiness=0.5,
    signup=SignUp(free_mail=0.2, paid=0.72, website=0.92),
    phases=(
        Phase(
            sources={Origin.SINGLE: 0.5, Origin.CUSTOMERS: 0.4, Origin.CONFIRMED: 0.1},
            genres={"promotion": 0.72, "newsletter": 0.12, "win_back": 0.05, "receipt": 0.11},
            list_size=Spread(150, 1.25, 8, 12_000),
            per_month=Spread(3.0, 0.7, 0.4, 20),
            reach=Share(0.55, 3),
            transactional=0.25,
        ),
    ),
)
