"""A craftsman, a restaurant or a salon writes to the neighbourhood."""

from training.simulate.genre import Copy, Genre

LOCAL_OFFER = Genre(
    name="local_offer",
    grievance=1.2,
    spammy=0.14,
    copies={
        "en": Copy(
            subjects=("New in {city}: {brand}", "Special prices for {city} businesses", "Gutters before winter?", "Our {month} menu", "Free quote this week", "We're just around the corner"),
            openers=(
                "My name is {first} and I run {brand} here in {city}.", "We have opened at the old depot in {city} and would love to meet you.",
                "Winter is coming, and we still have {n} appointments free in {month}.",
            ),
            bodies=(
                "Mention this message and get {pct}% off your first visit.", "We clean, repair and deliver within {n} miles. A quote costs nothing.",
                "The new menu starts on {date}: more vegetables, same price, {price} for lunch.", "Many of your neighbours are already with us.",
                "Just call or reply, we answer the same day.",
            ),
            calls=("Book an appointment", "Ask for a quote", "See the menu", "Find us"),
            closers=("Best,", "Kind regards,", "See you soon,"),
        ),
        "de": Copy(
            subjects=("Neu in {city}: {brand}", "Sonderpreise für Betriebe in {city}", "Kostenloses Angebot", "Unsere Karte im {month}"),
            openers=("mein Name ist {first}, ich führe {brand} in {city}.", "wir haben in {city} neu eröffnet."),
            bodies=("Mit dieser Nachricht erhalten Sie {pct} % auf den ersten Auftrag.", "Wir kommen auch zu Ihnen, im Umkreis von {n} km.", "Rufen Sie an oder antworten Sie einfach."),
            calls=("Termin vereinbaren", "Angebot anfordern", "Zur Karte"),
            closers=("Mit freundlichen Grüßen", "Bis bald"),
        ),
        "fr": Copy(
            subjects=("Nouveau à {city} : {brand}", "Devis gratuit cette semaine"),
            openers=("nous venons d'ouvrir à {city}.",),
            bodies=("-{pct} % sur votre première visite.", "Appelez-nous ou répondez simplement."),
            calls=("Prendre rendez-vous", "Demander un devis"),
            closers=("Cordialement,",),
        ),
        "es": Copy(
            subjects=("Nuevo en {city}: {brand}", "Presupuesto gratis"),
            openers=("acabamos de abrir en {city}.",),
            bodies=("{pct}% en tu primera visita.", "Llámanos o responde a este mensaje."),
            calls=("Pedir cita", "Pedir presupuesto"),
            closers=("Saludos,",),
        ),
    },
)  # fmt: skip
