"""Clubs, schools and parishes: minutes, dates, lost umbrellas."""

from training.simulate.genre import Copy, Genre

COMMUNITY = Genre(
    name="community",
    grievance=0.3,
    spammy=0.04,
    copies={
        "en": Copy(
            subjects=("Minutes and dates for {month}", "Practice moved to {date}", "Who can help on {date}?", "Membership fee {price}", "Summer party in {city}", "Lost: one umbrella"),
            openers=("Dear all, a few dates for your calendar.", "Thanks to everybody who came on {date}.", "Short and important:"),
            bodies=(
                "Practice is on {date} this week, because the hall is being painted.", "We need {n} cakes and two strong people with a van.",
                "The fee of {price} for this year is due on {date}.", "The minutes of the meeting are on the website. {first} counted {n} votes for the new roof.",
                "The talk about {topic} is open to guests.",
            ),
            calls=("See the calendar", "Sign up to help", "Read the minutes", "Open the form"),
            closers=("See you,", "For the committee,", "Yours,"),
        ),
        "de": Copy(
            subjects=("Protokoll und Termine im {month}", "Training am {date}", "Wer hilft am {date}?", "Mitgliedsbeitrag {price}"),
            openers=("liebe Mitglieder, hier die nächsten Termine.", "danke an alle, die am {date} dabei waren."),
            bodies=("Das Training ist diese Woche am {date}.", "Wir brauchen {n} Kuchen und zwei starke Leute.", "Der Beitrag von {price} ist am {date} fällig."),
            calls=("Zum Kalender", "Mithelfen", "Protokoll lesen"),
            closers=("Für den Vorstand", "Bis bald"),
        ),
        "fr": Copy(
            subjects=("Dates de {month}", "Qui peut aider le {date} ?"),
            openers=("chers membres, voici les prochaines dates.",),
            bodies=("Il nous faut {n} gâteaux et un camion.", "La cotisation de {price} est due le {date}."),
            calls=("Voir le calendrier", "Je participe"),
            closers=("Pour le bureau,",),
        ),
    },
)  # fmt: skip
