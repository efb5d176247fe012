"""A shop's offer. Honest shops are loud too."""

from training.simulate.genre import Copy, Genre

PROMOTION = Genre(
    name="promotion",
    grievance=1.1,
    lure=1.2,
    spammy=0.16,
    copies={
        "en": Copy(
            subjects=(
                "{pct}% off {product} until Sunday", "Last chance: {pct}% off everything", "New in: {product}",
                "Your {month} offer is here", "Only {n} hours left", "Free shipping this weekend", "A little something for you, {first}",
                "Our biggest sale of the year", "You left something behind", "Act fast: {product} are back",
            ),
            openers=(
                "The {month} sale is on: {pct}% off {product} with the code {code}.",
                "You asked for {product}, and they are back in stock.",
                "As a thank-you for being with us, here is {pct}% off your next order.",
                "We are making room for the new season, and you get first pick.",
            ),
            bodies=(
                "Orders over {price} ship free, and you can return anything within {n} days.",
                "The offer ends on {date}. When they are gone, they are gone.",
                "Made in small batches near {city}, guaranteed for {n} years.",
                "Bundle two and save another {pct}%. No catch, no small print.",
                "Pay later with Payvanta, or collect your parcel from a Parcelo point.",
                "Customers give it 4.8 out of 5. \"Best purchase this year\", writes {first}.",
                "Members get early access today. Click below before everyone else does!",
            ),
            calls=("Shop now", "Claim your {pct}%", "See the collection", "Get the offer", "Buy now", "Redeem code {code}"),
            closers=("Happy shopping,", "See you in the shop,", "Yours,", "Cheers,"),
        ),
        "de": Copy(
            subjects=(
                "{pct} % auf {product}, nur bis Sonntag", "Letzte Chance: {pct} % auf alles", "Neu eingetroffen: {product}",
                "Gratisversand am Wochenende", "Nur noch {n} Stunden",
            ),
            openers=(
                "unser Angebot im {month}: {pct} % auf {product} mit dem Code {code}.",
                "die beliebten {product} sind wieder da.",
                "als Dankeschön für Ihre Treue schenken wir Ihnen {pct} %.",
            ),
            bodies=(
                "Ab {price} liefern wir kostenlos, Rückgabe innerhalb von {n} Tagen.",
                "Das Angebot gilt bis {date} und nur, solange der Vorrat reicht.",
                "Gefertigt in kleiner Serie bei {city}, mit {n} Jahren Garantie.",
                "Jetzt zugreifen, bevor es alle tun!",
            ),
            calls=("Jetzt kaufen", "Zum Angebot", "Code {code} einlösen", "Jetzt sichern"),
            closers=("Viel Freude beim Stöbern", "Ihr Team", "Herzlich"),
        ),
        "fr": Copy(
            subjects=("-{pct} % sur {product}", "Dernière chance : -{pct} %", "Livraison offerte ce week-end", "Plus que {n} heures"),
            openers=("profitez de -{pct} % avec le code {code}.", "les {product} sont de retour."),
            bodies=(
                "Livraison offerte dès {price}, retours sous {n} jours.",
                "Offre valable jusqu'au {date}, dans la limite des stocks.",
                "Fabriqué en petite série près de {city}.",
            ),
            calls=("J'en profite", "Voir la collection", "Acheter"),
            closers=("À très vite,", "Bonne visite,"),
        ),
        "es": Copy(
            subjects=("{pct}% de descuento en {product}", "Última oportunidad: {pct}%", "Envío gratis este fin de semana"),
            openers=("disfruta de un {pct}% con el código {code}.", "han vuelto las {product}."),
            bodies=(
                "Envío gratis desde {price} y devoluciones en {n} días.",
                "Oferta válida hasta el {date} o fin de existencias.",
                "Hecho en pequeñas series cerca de {city}.",
            ),
            calls=("Comprar ahora", "Ver la colección", "Quiero mi descuento"),
            closers=("¡Hasta pronto!", "Un abrazo,"),
        ),
    },
)  # fmt: skip
