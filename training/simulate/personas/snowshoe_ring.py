"""A snowshoe ring: one actor, many accounts, each sending a little."""

from training.simulate.draws import Share, Spread
from training.simulate.persona import Origin, Persona, Phase, Side, SignUp

SNOWSHOE_RING = Persona(
    name="snowshoe_ring",
    about="Ring that spreads one spam run thinly over accounts, domains and addresses.",
    weight=0.1,
    side=Side.ABUSIVE,
    conceals=1.0,
    ring=Spread(6, 0.5, 3, 16),
    pushiness=0.5,
    signup=SignUp(
        free_mail=0.35, paid=0.6, prior=0.25, honest=0.05, website=0.6, anonymised=0.45,
        abroad=0.25, domain_age_days=Spread(60, 1.2, 0.5, 4_000), authenticated=0.96, dmarc=0.6,
        unsubscribe=0.85, missing=0.25,
        first_send_days=Spread(2.0, 1.2, 0.02, 30), prior_days=Spread(80, 1.0, 3, 1_000),
    ),
    phases=(
        Phase(
            sources={Origin.HARVESTED: 0.55, Origin.BOUGHT: 0.45},
            genres={"promotion": 0.35, "wonder_offer": 0.45, "newsletter": 0.2},
            list_size=Spread(160, 0.7, 20, 3_000),
            lists=Spread(1.5, 0.4, 1, 4),
            per_month=Spread(10, 0.5, 2, 45),
            reach=Share(0.4, 4),
        ),
    ),
)  # fmt: skip
