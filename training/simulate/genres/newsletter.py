"""A newsletter people read for what is in it."""

from training.simulate.genre import Copy, Genre

NEWSLETTER = Genre(
    name="newsletter",
    grievance=0.7,
    spammy=0.06,
    copies={
        "en": Copy(
            subjects=(
                "{brand}: our {month} letter", "What we learned about {topic}", "Five notes on {topic}",
                "{month} at {brand}", "A longer read for the weekend", "Issue {n}: {topic}",
                "You asked about {topic}", "The best of {month}", "Don't miss this week's letter",
            ),
            openers=(
                "Here is this month's round-up, with a little less theory and a little more practice.",
                "Thank you for reading. This issue is about {topic}.",
                "It has been a busy {month} in {city}, so let's get straight to it.",
                "Several of you wrote back after the last issue, and this one answers your questions.",
            ),
            bodies=(
                "We talked to {n} people who deal with {topic} every day. Their advice was simpler than we thought.",
                "The piece everybody shared last time is now free to read, with the comments from readers added.",
                "One number stayed with us: {pct} % of those who tried it kept going for a year.",
                "Our reader {first} sent a photo from {city}. It made the whole office smile.",
                "Next month we look at {product}, and at what is worth the money. Send us your experience.",
                "A correction: in issue {n} we gave the wrong date. The meeting is on {date}.",
                "On the shelf: a short book about {topic} that we wish had existed ten years ago.",
                "There are still {n} places at our evening on {date} in {city}. Entry is free for subscribers.",
            ),
            calls=("Read the full issue", "Continue reading", "Read online", "See the photos", "Listen to the episode"),
            closers=("Until next month,", "Warm regards,", "Thanks for reading,", "See you soon,"),
        ),
        "de": Copy(
            subjects=(
                "{brand}: Brief im {month}", "Was wir über {topic} gelernt haben", "Ausgabe {n}: {topic}",
                "Neues im {month}", "Lesestoff fürs Wochenende",
            ),
            openers=(
                "hier kommt unser Rundbrief, diesmal zum Thema {topic}.",
                "danke, dass Sie uns lesen. In {city} war im {month} einiges los.",
                "viele von Ihnen haben uns geschrieben. Heute antworten wir.",
            ),
            bodies=(
                "Wir haben mit {n} Menschen gesprochen, die täglich mit {topic} zu tun haben.",
                "Der meistgelesene Beitrag des letzten Monats ist jetzt für alle frei zugänglich.",
                "Eine Zahl blieb hängen: {pct} % sind nach einem Jahr noch dabei.",
                "Für den Abend am {date} in {city} sind noch {n} Plätze frei.",
                "Im nächsten Brief geht es um {product}. Schreiben Sie uns Ihre Erfahrungen.",
            ),
            calls=("Weiterlesen", "Zur Ausgabe", "Online lesen", "Zum Beitrag"),
            closers=("Herzliche Grüße", "Bis zum nächsten Mal", "Mit besten Grüßen"),
        ),
        "fr": Copy(
            subjects=("La lettre de {month}", "{brand} : {topic}, le dossier", "À lire ce week-end"),
            openers=("voici notre lettre du mois, consacrée à {topic}.", "merci de nous lire. {month} a été riche à {city}."),
            bodies=(
                "Nous avons interrogé {n} personnes qui vivent {topic} au quotidien.",
                "Il reste {n} places pour notre soirée du {date} à {city}.",
                "Un chiffre à retenir : {pct} % continuent après un an.",
            ),
            calls=("Lire la suite", "Lire en ligne", "Découvrir le numéro"),
            closers=("Bien à vous,", "À bientôt,"),
        ),
        "es": Copy(
            subjects=("La carta de {month}", "{brand}: todo sobre {topic}", "Lecturas para el fin de semana"),
            openers=("aquí está nuestra carta del mes, dedicada a {topic}.", "gracias por leernos desde {city}."),
            bodies=(
                "Hablamos con {n} personas que trabajan cada día con {topic}.",
                "Quedan {n} plazas para el encuentro del {date} en {city}.",
                "Un dato: el {pct} % sigue después de un año.",
            ),
            calls=("Seguir leyendo", "Leer en línea", "Ver el número"),
            closers=("Un saludo,", "Hasta pronto,"),
        ),
    },
)  # fmt: skip
