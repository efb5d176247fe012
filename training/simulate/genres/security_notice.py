"""Honest account mail: codes, resets, sign-in alerts. Phishing imitates exactly this."""

from training.simulate.genre import Copy, Genre

SECURITY_NOTICE = Genre(
    name="security_notice",
    transactional=True,
    grievance=0.2,
    lure=1.6,
    spammy=0.06,
    copies={
        "en": Copy(
            subjects=(
                "Reset your password", "Your sign-in code is {code}", "New sign-in to {brand}", "Confirm your e-mail address",
                "Security alert for your account", "Your card expires soon", "Your trial ends in {n} days",
            ),
            openers=(
                "Somebody asked to reset the password of your {brand} account.", "There was a new sign-in to your account near {city}.",
                "Please confirm that this address belongs to you.", "We could not charge your card for the {product}.",
            ),
            bodies=(
                "The link below is valid for {n} hours. If it wasn't you, you can ignore this message.",
                "Your code is {code}. Never share it with anyone, not even with us.",
                "If you do not recognise this activity, change your password now.",
                "Update your billing details by {date} to keep your account active.",
            ),
            calls=("Reset password", "Confirm address", "Review activity", "Update payment method", "Verify your account"),
            closers=("The {brand} team", "Thanks,", "Stay safe,"),
        ),
        "de": Copy(
            subjects=("Passwort zurücksetzen", "Ihr Anmeldecode {code}", "Neue Anmeldung bei {brand}", "Bitte bestätigen Sie Ihre Adresse"),
            openers=("für Ihr Konto bei {brand} wurde ein neues Passwort angefordert.", "es gab eine neue Anmeldung aus {city}."),
            bodies=(
                "Der Link gilt {n} Stunden. Waren Sie das nicht, ignorieren Sie diese Nachricht.",
                "Ihr Code lautet {code}. Geben Sie ihn niemandem weiter.",
                "Bitte aktualisieren Sie Ihre Zahlungsdaten bis {date}.",
            ),
            calls=("Passwort ändern", "Adresse bestätigen", "Aktivität prüfen"),
            closers=("Ihr {brand}-Team", "Freundliche Grüße"),
        ),
        "fr": Copy(
            subjects=("Réinitialisez votre mot de passe", "Votre code : {code}", "Nouvelle connexion"),
            openers=("une réinitialisation a été demandée pour votre compte {brand}.", "nouvelle connexion depuis {city}."),
            bodies=("Le lien est valable {n} heures.", "Votre code est {code}. Ne le partagez pas."),
            calls=("Changer le mot de passe", "Confirmer l'adresse"),
            closers=("L'équipe {brand}",),
        ),
    },
)  # fmt: skip
