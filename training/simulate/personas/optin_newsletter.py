"""A newsletter with confirmed opt-in: the best list there is."""

from training.simulate.draws import Share, Spread
from training.simulate.persona import Origin, Persona, Phase, SignUp

OPTIN_NEWSLETTER = Persona(
    name="optin_newsletter",
    about="Confirmed opt-in newsletter, weekly to monthly, readers who want it.",
    weight=0.17,
    pushiness=0.1,
    signup=SignUp(free_mail=0.3, paid=0.5),
    phases=(
        Phase(
            sources={Origin.CONFIRMED: 0.9, Origin.SINGLE: 0.1},
            genres={"newsletter": 0.8, "promotion": 0.07, "course": 0.06, "invitation": 0.07},
            list_size=Spread(130, 1.2, 8, 12_000),
            per_month=Spread(2.4, 0.6, 0.4, 14),
            reach=Share(0.8, 5),
        ),
    ),
)
