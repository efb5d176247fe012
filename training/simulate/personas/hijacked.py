"""A good account that somebody else takes over in mid-life."""

from training.simulate.draws import Share, Spread
from training.simulate.persona import Origin, Persona, Phase, Side, SignUp

HIJACKED = Persona(
    name="hijacked",
    about="Account takeover: months of good mail, then a stranger's phishing or spam.",
    weight=0.07,
    side=Side.ABUSIVE,
    conceals=1.0,
    borrows=("optin_newsletter", "shop", "saas", "nonprofit", "local_business", "business_vendor"),
    signup=SignUp(prior=0.9),
    phases=(
        Phase(
            sources={Origin.HARVESTED: 0.8, Origin.BOUGHT: 0.2},
            genres={"account_phishing": 0.4, "parcel_phishing": 0.25, "wonder_offer": 0.35},
            list_size=Spread(800, 0.9, 50, 15_000),
            lists=Spread(1.2, 0.4, 1, 4),
            per_month=Spread(45, 0.6, 8, 150),
            reach=Share(0.6, 3),
            transactional=0.1,
            days=Spread(4, 0.8, 0.3, 30),
        ),
    ),
)
