"""Affiliate offers: cures, loans, coins and casinos that pay for every click."""

from training.simulate.genre import Copy, Genre

WONDER_OFFER = Genre(
    name="wonder_offer",
    grievance=1.5,
    lure=0.7,
    spammy=0.55,
    deceit=True,
    copies={
        "en": Copy(
            subjects=(
                "This {month} trick changed everything", "You have been selected, {first}", "{price} a day from home?", "Doctors in {city} are surprised",
                "Your loan of {price} is approved", "{n} free spins inside", "The coin everybody talks about", "Thinking about {topic}?", "A small favour before {date}",
            ),
            openers=(
                "What you are about to see has helped {n},000 people in {city} already.", "You have been pre-selected for an amount of {price}.",
                "{first} from {city} didn't believe it either.", "I found this by accident and had to share it with you.",
            ),
            bodies=(
                "No diet, no exercise, no risk. It takes {n} minutes a day and works while you sleep.",
                "The video may be taken down at any moment. Watch it before {date}.",
                "There are only {n} places left in your region, and they are given to those who answer first.",
                "Members earned {price} on average in the first week. Results may vary.",
                "{pct}% of those who tried it never went back. Full refund if you are not thrilled.",
                "No credit check, no paperwork, money in your account in {n} hours.",
            ),
            calls=("Watch the video", "See if you qualify", "Claim my place", "Get instant access", "Learn more", "Play now"),
            closers=("To your success,", "Your friend,", "Yours,", "Best,"),
        ),
        "de": Copy(
            subjects=("{first}, Sie wurden ausgewählt", "{price} am Tag von zu Hause", "Ihr Kredit über {price}", "Ärzte in {city} staunen"),
            openers=("was Sie gleich sehen, hat in {city} schon vielen geholfen.", "Sie wurden für {price} vorgemerkt."),
            bodies=("Ohne Diät, ohne Risiko, nur {n} Minuten am Tag.", "Nur noch {n} Plätze in Ihrer Region.", "Ohne Schufa, ohne Papierkram, in {n} Stunden auf dem Konto."),
            calls=("Video ansehen", "Jetzt prüfen", "Platz sichern"),
            closers=("Auf Ihren Erfolg", "Herzlich"),
        ),
        "fr": Copy(
            subjects=("{first}, vous êtes sélectionné", "{price} par jour depuis chez vous"),
            openers=("vous avez été présélectionné pour {price}.",),
            bodies=("Sans régime, sans risque, {n} minutes par jour.", "Plus que {n} places dans votre région."),
            calls=("Voir la vidéo", "Vérifier mon éligibilité"),
            closers=("À votre succès,",),
        ),
        "es": Copy(
            subjects=("{first}, has sido elegido", "{price} al día desde casa"),
            openers=("has sido preseleccionado para {price}.",),
            bodies=("Sin dieta, sin riesgo, {n} minutos al día.", "Solo quedan {n} plazas en tu zona."),
            calls=("Ver el vídeo", "Comprobar"),
            closers=("Saludos,",),
        ),
    },
)  # fmt: skip
