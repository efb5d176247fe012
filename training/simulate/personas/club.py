"""A club, school or parish that writes to its own members."""

from training.simulate.draws import Share, Spread
from training.simulate.persona import Origin, Persona, Phase, SignUp

CLUB = Persona(
    name="club",
    about="Club or school with members' addresses, small, free plan, amateur set-up.",
    weight=0.1,
    pushiness=0.05,
    signup=SignUp(
        free_mail=0.6, paid=0.2, website=0.5, authenticated=0.75, dmarc=0.3,
        free_mail_from=0.2, unsubscribe=0.75, missing=0.25,
    ),
    phases=(
        Phase(
            sources={Origin.CUSTOMERS: 0.8, Origin.SINGLE: 0.2},
            genres={"community": 0.85, "invitation": 0.15},
            list_size=Spread(70, 0.8, 6, 2_000),
            per_month=Spread(2.2, 0.6, 0.3, 10),
            reach=Share(0.85, 6),
        ),
    ),
)  # fmt: skip
