"""A phisher who cycles through trial accounts: sign up, send once or twice, vanish."""

from training.simulate.draws import Share, Spread
from training.simulate.persona import Origin, Persona, Phase, Side, SignUp

TRIAL_PHISHER = Persona(
    name="trial_phisher",
    about="Phishing from throw-away trials within hours of sign-up.",
    weight=0.1,
    side=Side.ABUSIVE,
    conceals=1.0,
    ring=Spread(3, 0.6, 1, 12),
    pushiness=0.2,
    signup=SignUp(
        free_mail=0.65, paid=0.12, prior=0.05, honest=0.02, website=0.4, anonymised=0.55,
        abroad=0.45, domain_age_days=Spread(12, 1.6, 0.1, 3_000), authenticated=0.85, dmarc=0.35,
        unsubscribe=0.25, missing=0.4,
        first_send_days=Spread(0.15, 1.5, 0.002, 10), prior_days=Spread(30, 1.2, 3, 800),
    ),
    phases=(
        Phase(
            sources={Origin.HARVESTED: 0.9, Origin.SCRAPED: 0.1},
            genres={"account_phishing": 0.55, "parcel_phishing": 0.4, "job_scam": 0.05},
            list_size=Spread(180, 1.0, 15, 8_000),
            lists=Spread(1.1, 0.3, 1, 3),
            per_month=Spread(60, 0.6, 10, 200),
            reach=Share(0.7, 4),
            transactional=0.25,
            days=Spread(2.0, 0.9, 0.1, 20),
        ),
    ),
)  # fmt: skip
