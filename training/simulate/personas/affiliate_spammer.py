"""An affiliate spammer: wonder offers to harvested lists, as much as fits into a few days."""

from training.simulate.draws import Share, Spread
from training.simulate.persona import Origin, Persona, Phase, Side, SignUp

AFFILIATE_SPAMMER = Persona(
    name="affiliate_spammer",
    about="Affiliate offers to harvested and bought lists, burns accounts quickly.",
    weight=0.12,
    side=Side.ABUSIVE,
    conceals=0.97,
    pushiness=0.75,
    signup=SignUp(
        free_mail=0.55, paid=0.45, prior=0.15, honest=0.05, website=0.5, anonymised=0.4,
        abroad=0.35, domain_age_days=Spread(40, 1.5, 0.2, 4_000), authenticated=0.85, dmarc=0.4,
        unsubscribe=0.7, missing=0.35,
        first_send_days=Spread(0.5, 1.4, 0.003, 20), prior_days=Spread(60, 1.2, 3, 1_500),
    ),
    phases=(
        Phase(
            sources={Origin.BOUGHT: 0.5, Origin.HARVESTED: 0.5},
            genres={"wonder_offer": 0.6, "promotion": 0.15, "course": 0.15, "job_scam": 0.1},
            list_size=Spread(900, 1.0, 60, 15_000),
            lists=Spread(1.6, 0.5, 1, 5),
            per_month=Spread(30, 0.7, 5, 110),
            reach=Share(0.5, 3),
            days=Spread(14, 0.8, 1, 80),
            growth=0.08,
        ),
    ),
)  # fmt: skip
