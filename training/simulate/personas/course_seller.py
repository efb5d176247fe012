"""A coach with a funnel: everything a spam filter dislikes, sent to people who signed up."""

from training.simulate.draws import Share, Spread
from training.simulate.persona import Origin, Persona, Phase, SignUp

COURSE_SELLER = Persona(
    name="course_seller",
    about="Lawful but pushy course seller, single opt-in through give-aways.",
    weight=0.06,
    pushiness=0.9,
    signup=SignUp(
        free_mail=0.4, domain_age_days=Spread(500, 1.2, 2, 9_000), prior=0.6, anonymised=0.08
    ),
    phases=(
        Phase(
            sources={Origin.SINGLE: 0.85, Origin.CONFIRMED: 0.15},
            genres={"course": 0.75, "newsletter": 0.15, "invitation": 0.1},
            list_size=Spread(120, 1.2, 8, 12_000),
            per_month=Spread(6.0, 0.7, 1, 30),
            reach=Share(0.6, 3),
        ),
    ),
)
