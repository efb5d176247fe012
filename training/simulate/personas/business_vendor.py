"""A vendor to businesses whose sales letters go to leads that asked for them."""

from training.simulate.draws import Share, Spread
from training.simulate.persona import Origin, Persona, Phase, SignUp

BUSINESS_VENDOR = Persona(
    name="business_vendor",
    about="Business-to-business vendor: downloads, fairs, webinars; letters that read like pitches.",
    weight=0.07,
    pushiness=0.25,
    signup=SignUp(free_mail=0.06, paid=0.85, website=0.95, dmarc=0.7),
    phases=(
        Phase(
            sources={Origin.SINGLE: 0.45, Origin.EVENT: 0.3, Origin.USERS: 0.25},
            genres={"pitch": 0.45, "invitation": 0.25, "newsletter": 0.15, "product_news": 0.15},
            list_size=Spread(110, 1.1, 8, 8_000),
            per_month=Spread(3.0, 0.6, 0.5, 15),
            reach=Share(0.5, 3),
        ),
    ),
)
