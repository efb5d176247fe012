"""Charities and campaigns ask for help; political ones are pushy and lawful."""

from training.simulate.genre import Copy, Genre

APPEAL = Genre(
    name="appeal",
    grievance=1.0,
    spammy=0.12,
    copies={
        "en": Copy(
            subjects=(
                "{first}, {n} families need us this {month}", "Thank you for last year", "Your gift can be doubled until midnight",
                "Our annual report", "Volunteers wanted in {city}", "We are {price} short of our goal",
            ),
            openers=(
                "Because of you, {n} families in {city} had a warm meal every day this {month}.",
                "Today every gift is doubled by a donor who prefers not to be named.",
                "I write to you because you helped before.",
            ),
            bodies=(
                "{price} pays for school books for one child. {pct}% of every gift goes straight to the projects.",
                "We still need {n} volunteers on {date}. No experience needed, only rubber boots.",
                "Our accounts are public, and a receipt for your taxes comes by itself.",
                "Please give by {date}. After that the match is gone.",
            ),
            calls=("Give {price}", "Donate now", "Become a volunteer", "Read the report"),
            closers=("With thanks,", "Gratefully,", "Yours in hope,"),
        ),
        "de": Copy(
            subjects=("{n} Familien brauchen uns", "Danke für Ihre Hilfe", "Ihre Spende wird verdoppelt", "Jahresbericht"),
            openers=("dank Ihnen bekamen {n} Familien in {city} Hilfe.", "bis {date} wird jede Spende verdoppelt."),
            bodies=("Mit {price} bezahlen wir Schulbücher für ein Kind.", "Wir suchen {n} Freiwillige für den {date}.", "Die Spendenquittung kommt von selbst."),
            calls=("Jetzt spenden", "Mithelfen", "Bericht lesen"),
            closers=("Mit Dank", "Herzlich"),
        ),
        "fr": Copy(
            subjects=("{n} familles ont besoin de nous", "Merci pour votre soutien", "Votre don doublé jusqu'à minuit"),
            openers=("grâce à vous, {n} familles de {city} ont été aidées.",),
            bodies=("{price} paient les livres d'un enfant.", "Donnez avant le {date}."),
            calls=("Faire un don", "Devenir bénévole"),
            closers=("Avec gratitude,",),
        ),
        "es": Copy(
            subjects=("{n} familias nos necesitan", "Gracias por tu ayuda", "Tu donación se duplica hoy"),
            openers=("gracias a ti, {n} familias de {city} recibieron ayuda.",),
            bodies=("Con {price} pagamos los libros de un niño.", "Dona antes del {date}."),
            calls=("Donar ahora", "Ser voluntario"),
            closers=("Con gratitud,",),
        ),
    },
)  # fmt: skip
