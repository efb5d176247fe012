"""Order confirmations, invoices and shipping notes: one mail for one act."""

from training.simulate.genre import Copy, Genre

RECEIPT = Genre(
    name="receipt",
    transactional=True,
    grievance=0.15,
    lure=1.3,
    spammy=0.04,
    copies={
        "en": Copy(
            subjects=(
                "Your order {code}", "Receipt from {brand}", "Invoice {code} is ready", "Your parcel is on its way",
                "Payment received, thank you", "Your delivery on {date}", "Action needed: confirm your delivery slot",
            ),
            openers=(
                "Thank you for your order {code} of {date}.", "We have received your payment of {price}.",
                "Your parcel left our warehouse in {city} and travels with Parcelo.", "Your invoice {code} over {price} is attached to your account.",
            ),
            bodies=(
                "{n} x {product}, total {price}. The amount was charged to your card.",
                "You can follow the shipment with the number {code}. Somebody should be at home on {date}.",
                "If the address is wrong, please correct it within {n} hours.",
                "Keep this message for your records. Returns are possible for {n} days.",
                "If you did not place this order, please contact us at once.",
            ),
            calls=("View your order", "Track the parcel", "Download the invoice", "Confirm the slot"),
            closers=("Thank you,", "Kind regards,", "Your service team"),
        ),
        "de": Copy(
            subjects=("Ihre Bestellung {code}", "Rechnung {code}", "Ihr Paket ist unterwegs", "Zahlung erhalten", "Lieferung am {date} bestätigen"),
            openers=("vielen Dank für Ihre Bestellung {code} vom {date}.", "wir haben Ihre Zahlung über {price} erhalten.", "Ihr Paket ist mit Parcelo unterwegs."),
            bodies=(
                "{n} x {product}, Summe {price}.", "Die Sendungsnummer lautet {code}, Zustellung am {date}.",
                "Stimmt die Adresse nicht, ändern Sie sie bitte innerhalb von {n} Stunden.",
                "Haben Sie nicht bestellt? Dann melden Sie sich bitte sofort.",
            ),
            calls=("Bestellung ansehen", "Sendung verfolgen", "Rechnung herunterladen"),
            closers=("Mit freundlichen Grüßen", "Ihr Kundenservice"),
        ),
        "fr": Copy(
            subjects=("Votre commande {code}", "Votre facture {code}", "Votre colis est en route"),
            openers=("merci pour votre commande {code} du {date}.", "nous avons reçu votre paiement de {price}."),
            bodies=("{n} x {product}, total {price}.", "Numéro de suivi : {code}, livraison le {date}."),
            calls=("Voir la commande", "Suivre le colis"),
            closers=("Cordialement,", "Le service client"),
        ),
        "es": Copy(
            subjects=("Tu pedido {code}", "Factura {code}", "Tu paquete está en camino"),
            openers=("gracias por tu pedido {code} del {date}.", "hemos recibido tu pago de {price}."),
            bodies=("{n} x {product}, total {price}.", "Número de seguimiento: {code}, entrega el {date}."),
            calls=("Ver el pedido", "Seguir el envío"),
            closers=("Un saludo,", "Atención al cliente"),
        ),
    },
)  # fmt: skip
