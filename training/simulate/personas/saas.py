"""A software maker: many small transactional batches, product news now and then."""

from training.simulate.draws import Share, Spread
from training.simulate.persona import Origin, Persona, Phase, SignUp

SAAS = Persona(
    name="saas",
    about="Software as a service: resets, receipts and summaries to users, monthly news.",
    weight=0.12,
    pushiness=0.15,
    signup=SignUp(free_mail=0.08, paid=0.85, website=0.96, authenticated=0.97, dmarc=0.8),
    phases=(
        Phase(
            sources={Origin.USERS: 0.95, Origin.SINGLE: 0.05},
            genres={"receipt": 0.3, "security_notice": 0.4, "product_news": 0.3},
            list_size=Spread(140, 1.2, 10, 12_000),
            per_month=Spread(7.0, 0.7, 1, 40),
            reach=Share(0.22, 3),
            transactional=0.85,
        ),
    ),
)
