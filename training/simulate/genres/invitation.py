"""Invitations to events, courses and webinars."""

from training.simulate.genre import Copy, Genre

INVITATION = Genre(
    name="invitation",
    grievance=1.0,
    spammy=0.12,
    copies={
        "en": Copy(
            subjects=(
                "You're invited: {topic} on {date}", "Early-bird tickets end {date}", "Last {n} seats for {city}", "Save the date: {date}",
                "Your free ticket is waiting", "Join us live: {topic}", "Meet us in {city}",
            ),
            openers=(
                "After a long break we are back in {city} on {date}.", "Tickets for this year's conference on {topic} are on sale.",
                "You came to one of our events before, so you hear about this one first.",
            ),
            bodies=(
                "{n} speakers, two stages, one long lunch. The programme is online.",
                "Early-bird tickets cost {price}. With the code {code} you save another {pct}%.",
                "Exhibitors can still book a stand. Reply and we'll send the plan of the hall.",
                "Can't come? Register anyway and get the recordings for free.",
                "Only {n} seats left, and they will go fast.",
            ),
            calls=("Get your ticket", "Register free", "Save my seat", "See the programme"),
            closers=("See you there,", "Best wishes,", "Until {date},"),
        ),
        "de": Copy(
            subjects=("Einladung: {topic} am {date}", "Frühbucherpreis bis {date}", "Letzte {n} Plätze in {city}"),
            openers=("am {date} treffen wir uns wieder in {city}.", "Sie waren schon einmal dabei und erfahren es deshalb zuerst."),
            bodies=("{n} Vorträge, zwei Bühnen, ein langes Mittagessen.", "Karten kosten {price}, mit {code} sparen Sie {pct} %.", "Kostenlos anmelden und Aufzeichnungen erhalten."),
            calls=("Karte sichern", "Jetzt anmelden", "Zum Programm"),
            closers=("Bis bald", "Beste Grüße"),
        ),
        "es": Copy(
            subjects=("Invitación: {topic}, {date}", "Últimas {n} plazas en {city}"),
            openers=("volvemos a {city} el {date}.",),
            bodies=("{n} ponentes y un largo almuerzo.", "Entradas desde {price}; con {code} ahorras un {pct}%."),
            calls=("Reservar plaza", "Ver el programa"),
            closers=("Nos vemos,",),
        ),
    },
)  # fmt: skip
