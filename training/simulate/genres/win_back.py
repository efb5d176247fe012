"""Do you still want our mail? Sent to people who long ago stopped reading."""

from training.simulate.genre import Copy, Genre

WIN_BACK = Genre(
    name="win_back",
    grievance=1.8,
    spammy=0.16,
    copies={
        "en": Copy(
            subjects=("We miss you, {first}", "Is this goodbye?", "It's been a while", "Still interested in {topic}?", "Come back and save {pct}%", "Your account at {brand}"),
            openers=("We haven't heard from you for a while.", "Some time ago you signed up at {brand}.", "A lot has changed at {brand} since you last visited."),
            bodies=(
                "If you'd like to stay on our list, please click below. If not, do nothing and we'll part as friends.",
                "To make it easy to come back, here is {pct}% off with the code {code}.",
                "We have moved to a new system, and yours was one of the addresses we brought along.",
                "Since then we added {product} and opened in {city}.",
            ),
            calls=("Yes, keep me on the list", "Come back", "Update my preferences", "Claim {pct}% off"),
            closers=("Hope to see you,", "All the best,"),
        ),
        "de": Copy(
            subjects=("Wir vermissen Sie", "Möchten Sie noch von uns hören?", "Lange nichts gehört"),
            openers=("wir haben lange nichts von Ihnen gehört.", "vor einiger Zeit haben Sie sich bei {brand} angemeldet."),
            bodies=("Möchten Sie weiter Post von uns? Dann klicken Sie bitte.", "Zum Wiedersehen schenken wir Ihnen {pct} % mit {code}."),
            calls=("Ja, weiterhin gern", "Zurückkommen"),
            closers=("Alles Gute", "Herzliche Grüße"),
        ),
        "fr": Copy(
            subjects=("Vous nous manquez", "On reste en contact ?"),
            openers=("cela fait longtemps que nous n'avons pas de vos nouvelles.",),
            bodies=("Pour rester inscrit, cliquez ci-dessous.", "Revenez avec -{pct} % : code {code}."),
            calls=("Oui, je reste", "Revenir"),
            closers=("À bientôt,",),
        ),
    },
)  # fmt: skip
