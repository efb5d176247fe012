"""Poses as a carrier, a tax office or an invoice and wants a small payment."""

from training.simulate.genre import Copy, Genre

PARCEL_PHISHING = Genre(
    name="parcel_phishing",
    grievance=1.3,
    lure=1.6,
    spammy=0.38,
    deceit=True,
    poses=True,
    copies={
        "en": Copy(
            subjects=(
                "Your parcel {code} is waiting", "Delivery failed on {date}", "Outstanding customs fee {price}", "Refund of {price} available",
                "Invoice {code} is overdue", "Confirm your delivery slot", "Updated salary statement",
            ),
            openers=(
                "We tried to deliver your parcel {code} on {date}, but nobody was there.", "A refund of {price} is waiting for you at {org}.",
                "Your invoice {code} over {price} has not been paid.", "{org} has prepared a document for you.",
            ),
            bodies=(
                "A fee of {price} has to be paid before we can deliver. Otherwise the parcel goes back within {n} days.",
                "Please check the address and choose a new day.",
                "Refunds that are not claimed by {date} expire.",
                "You can follow the shipment with the number {code}.",
                "To avoid further costs, settle the amount today.",
            ),
            calls=("Schedule delivery", "Pay the fee", "Track the parcel", "Get the refund", "View invoice"),
            closers=("{org}", "Customer service", "Thank you,"),
        ),
        "de": Copy(
            subjects=("Ihr Paket {code} wartet", "Zustellung am {date} gescheitert", "Zollgebühr {price} offen", "Rechnung {code} überfällig"),
            openers=("wir haben Sie am {date} nicht angetroffen.", "bei {org} liegt eine Rückzahlung von {price} bereit."),
            bodies=("Vor der Zustellung ist eine Gebühr von {price} zu zahlen.", "Stimmt die Adresse nicht, ändern Sie sie bitte innerhalb von {n} Stunden.", "Die Sendungsnummer lautet {code}."),
            calls=("Zustellung planen", "Gebühr zahlen", "Sendung verfolgen"),
            closers=("{org}", "Kundenservice"),
        ),
        "fr": Copy(
            subjects=("Votre colis {code} est en attente", "Frais de {price} à régler"),
            openers=("nous n'avons pas pu livrer votre colis {code}.",),
            bodies=("Des frais de {price} sont à régler avant la livraison.", "Numéro de suivi : {code}."),
            calls=("Planifier la livraison", "Suivre le colis"),
            closers=("{org}", "Le service client"),
        ),
        "es": Copy(
            subjects=("Tu paquete {code} está retenido", "Tasa pendiente de {price}"),
            openers=("no pudimos entregar tu paquete {code}.",),
            bodies=("Falta pagar {price} antes de la entrega.", "Número de seguimiento: {code}."),
            calls=("Programar entrega", "Seguir el envío"),
            closers=("{org}",),
        ),
    },
)  # fmt: skip
