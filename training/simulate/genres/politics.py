"""Political fundraising: urgent, loud, asked for by most, resented by some."""

from training.simulate.genre import Copy, Genre

POLITICS = Genre(
    name="politics",
    grievance=2.2,
    spammy=0.22,
    copies={
        "en": Copy(
            subjects=(
                "We're BEHIND, {first}", "Midnight deadline", "Did you see this?", "{n} hours left to chip in", "Final notice: your membership for this year",
                "They don't want you to read this", "Please don't delete this", "Re: {city}",
            ),
            openers=(
                "I'll be honest with you: we are {price} short before tonight's deadline.",
                "The new poll is out, and {city} is within {n} points.",
                "I have e-mailed you {n} times this week. Here is why.",
            ),
            bodies=(
                "Our opponents are backed by donors with deep pockets. We are backed by people like you.",
                "If everyone who reads this gives {price}, we reach the goal within the hour.",
                "All gifts are {n}x matched until midnight. This is urgent.",
                "Sign the petition on {topic}. {pct}% of your neighbours already have.",
                "Come to the town hall in {city} on {date}. Bring a friend.",
            ),
            calls=("Chip in {price}", "Rush a donation", "Sign now", "Confirm your support", "RSVP"),
            closers=("Onward,", "In solidarity,", "Thank you,"),
        ),
        "de": Copy(
            subjects=("Nur noch {n} Stunden", "Haben Sie das gesehen?", "{city} entscheidet", "Bitte nicht löschen"),
            openers=("in {city} liegen wir {n} Punkte zurück.", "uns fehlen noch {price} bis Mitternacht."),
            bodies=("Unterschreiben Sie den Aufruf zu {topic}.", "Mit {price} helfen Sie uns sofort.", "Kommen Sie am {date} nach {city}."),
            calls=("Jetzt unterstützen", "Unterschreiben", "Spenden"),
            closers=("Vorwärts", "Danke"),
        ),
    },
)  # fmt: skip
