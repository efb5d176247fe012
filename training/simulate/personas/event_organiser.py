"""An event organiser who mails everybody who ever came: consented once, long ago."""

from training.simulate.draws import Share, Spread
from training.simulate.persona import Origin, Persona, Phase, SignUp

EVENT_ORGANISER = Persona(
    name="event_organiser",
    about="Yearly event, list of former visitors that is years old: careless, not abusive.",
    weight=0.04,
    careless=True,
    pushiness=0.4,
    signup=SignUp(paid=0.55, domain_age_days=Spread(1_500, 1.0, 10, 9_000), prior=0.5),
    phases=(
        Phase(
            sources={Origin.STALE: 0.7, Origin.EVENT: 0.3},
            genres={"invitation": 0.85, "newsletter": 0.15},
            list_size=Spread(220, 1.1, 20, 12_000),
            per_month=Spread(1.8, 0.6, 0.3, 12),
            reach=Share(0.8, 4),
        ),
    ),
)
