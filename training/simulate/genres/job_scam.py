"""Work from home, parcels to forward, prizes to collect: the older frauds."""

from training.simulate.genre import Copy, Genre

JOB_SCAM = Genre(
    name="job_scam",
    grievance=1.2,
    lure=0.6,
    spammy=0.4,
    deceit=True,
    copies={
        "en": Copy(
            subjects=("Position for you in {city}", "Your application at {brand}", "Prize notice {code}", "Part-time, {price} a week", "Regarding your CV", "Confidential proposal"),
            openers=(
                "We read your CV with interest and would like to offer you a position.", "Your address was drawn in the {month} round, number {code}.",
                "I represent a client who wishes to invest in {city}.",
            ),
            bodies=(
                "The work is done from home, about {n} hours a week, and pays {price}. No experience needed.",
                "You will receive parcels or payments and pass them on. All costs are refunded.",
                "Please answer with your full name, telephone number and bank, so that we can prepare the contract.",
                "The offer stands until {date}. Treat this message as confidential.",
            ),
            calls=("Apply now", "Send your details", "Accept the offer"),
            closers=("Recruiting department", "Respectfully,", "Regards,"),
        ),
        "de": Copy(
            subjects=("Stelle für Sie in {city}", "Ihre Bewerbung", "Nebenjob, {price} die Woche"),
            openers=("wir haben Ihren Lebenslauf mit Interesse gelesen.",),
            bodies=("Die Arbeit erfolgt von zu Hause, etwa {n} Stunden, für {price} die Woche.", "Bitte senden Sie uns Name, Telefon und Bankverbindung."),
            calls=("Jetzt bewerben", "Daten senden"),
            closers=("Personalabteilung",),
        ),
    },
)  # fmt: skip
