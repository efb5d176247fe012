"""A sales letter to a business, from vendors one knows and from strangers alike."""

from training.simulate.genre import Copy, Genre

PITCH = Genre(
    name="pitch",
    grievance=1.0,
    lure=0.6,
    spammy=0.13,
    copies={
        "en": Copy(
            subjects=(
                "Quick question, {first}", "Re: {topic}", "15 minutes on {date}?", "Idea for your team", "{first}, following up",
                "{partner} cut costs by {pct}%", "Case study: {topic}", "Thoughts on {topic}?",
            ),
            openers=(
                "I hope this finds you well. I came across your company while looking into {topic}.",
                "Just following up on my last note, in case it slipped through.",
                "You downloaded our guide on {topic}, so I thought this might help.",
                "I'll keep this short.",
            ),
            bodies=(
                "We helped {partner} cut their costs by {pct}% within {n} weeks, without changing a single tool.",
                "Most teams we talk to lose {n} hours a week on {topic}. It needn't be that way.",
                "Would you be open to a 15-minute call on {date}? If you're not the right person, could you point me to them?",
                "I recorded a short video that shows it with your own website.",
                "Our customers in {city} pay from {price} a month and can leave any time.",
                "If it's not a priority, just tell me and I won't bother you again.",
            ),
            calls=("Book a call", "See the case study", "Pick a time", "Watch the video"),
            closers=("Best,", "Cheers,", "Kind regards,", "Sent from my phone"),
        ),
        "de": Copy(
            subjects=("Kurze Frage", "{topic} bei Ihnen", "15 Minuten am {date}?", "Nachfrage zu {topic}"),
            openers=("ich bin bei der Suche nach {topic} auf Ihr Unternehmen gestoßen.", "ich wollte kurz an meine letzte Nachricht erinnern.", "Sie haben unseren Leitfaden zu {topic} geladen."),
            bodies=("{partner} spart mit uns {pct} % in {n} Wochen.", "Hätten Sie am {date} eine Viertelstunde Zeit?", "Falls Sie nicht zuständig sind: Wer wäre es?"),
            calls=("Termin wählen", "Fallstudie ansehen"),
            closers=("Viele Grüße", "Beste Grüße"),
        ),
        "fr": Copy(
            subjects=("Une question rapide", "{topic} : 15 minutes ?"),
            openers=("je me permets de vous écrire au sujet de {topic}.",),
            bodies=("{partner} a réduit ses coûts de {pct} %.", "Seriez-vous disponible le {date} ?"),
            calls=("Choisir un créneau",),
            closers=("Bien cordialement,",),
        ),
    },
)  # fmt: skip
