"""A user of cold-outreach software: small daily batches to prospects who never asked."""

from training.simulate.draws import Share, Spread
from training.simulate.persona import Origin, Persona, Phase, Side, SignUp

COLD_OUTREACH = Persona(
    name="cold_outreach",
    about="Cold outreach to scraped or bought business contacts in many small batches.",
    weight=0.19,
    side=Side.ABUSIVE,
    conceals=0.4,
    pushiness=0.15,
    signup=SignUp(
        free_mail=0.12, paid=0.8, prior=0.35, honest=0.25, website=0.85, anonymised=0.1,
        domain_age_days=Spread(150, 1.2, 3, 5_000), authenticated=0.97, dmarc=0.75,
        unsubscribe=0.45,
        first_send_days=Spread(3, 1.1, 0.02, 40), prior_days=Spread(160, 1.0, 5, 1_500),
    ),
    phases=(
        Phase(
            sources={Origin.PROSPECTS: 0.8, Origin.SCRAPED: 0.2},
            genres={"pitch": 0.9, "invitation": 0.1},
            list_size=Spread(320, 0.9, 30, 8_000),
            lists=Spread(2.0, 0.5, 1, 6),
            per_month=Spread(13, 0.5, 3, 60),
            reach=Share(0.18, 5),
            growth=0.01,
        ),
    ),
)  # fmt: skip
