"""Poses as a bank, mailbox or cloud provider and wants a password."""

from training.simulate.genre import Copy, Genre

ACCOUNT_PHISHING = Genre(
    name="account_phishing",
    grievance=1.5,
    lure=1.8,
    spammy=0.4,
    deceit=True,
    poses=True,
    copies={
        "en": Copy(
            subjects=(
                "{org}: unusual sign-in prevented", "Action required: your {org} account", "Your mailbox is {pct}% full", "{n} messages are on hold",
                "Your access will be limited on {date}", "Security alert for your account", "Confirm your e-mail address", "{org} document {code} shared with you",
            ),
            openers=(
                "We noticed a sign-in to your {org} account from {city} that doesn't look like you.", "Your {org} password expires today.",
                "{n} incoming messages could not be delivered to your mailbox.", "As part of our yearly review we need you to confirm your details.",
            ),
            bodies=(
                "To keep your access, please confirm your identity within {n} hours. Otherwise the account will be suspended.",
                "Keep the same password by signing in once through the secure page below.",
                "If this was you, you can ignore this message. If not, secure your account now.",
                "Reference {code}. This is an automatic message, please do not reply.",
                "You can release the messages to your inbox or delete them.",
            ),
            calls=("Review activity", "Keep my password", "Verify your account", "Release messages", "Sign in", "Open document"),
            closers=("{org}", "Security department", "Thank you,"),
        ),
        "de": Copy(
            subjects=("{org}: Anmeldung verhindert", "Ihr Konto bei {org}", "{n} Nachrichten zurückgehalten", "Zugang wird am {date} eingeschränkt"),
            openers=("wir haben eine ungewöhnliche Anmeldung aus {city} bemerkt.", "Ihr Passwort bei {org} läuft heute ab."),
            bodies=("Bitte bestätigen Sie Ihre Daten innerhalb von {n} Stunden, sonst wird das Konto gesperrt.", "Vorgang {code}. Bitte antworten Sie nicht auf diese Nachricht."),
            calls=("Aktivität prüfen", "Konto bestätigen", "Anmelden"),
            closers=("Ihre {org}", "Sicherheitsabteilung"),
        ),
        "fr": Copy(
            subjects=("{org} : connexion inhabituelle", "Votre accès sera limité le {date}"),
            openers=("nous avons remarqué une connexion depuis {city}.",),
            bodies=("Confirmez vos informations sous {n} heures pour conserver l'accès.", "Référence {code}."),
            calls=("Vérifier mon compte", "Se connecter"),
            closers=("Le service sécurité", "{org}"),
        ),
        "es": Copy(
            subjects=("{org}: acceso inusual", "Tu cuenta será limitada el {date}"),
            openers=("hemos detectado un acceso desde {city}.",),
            bodies=("Confirma tus datos en {n} horas para conservar el acceso.", "Referencia {code}."),
            calls=("Verificar mi cuenta", "Entrar"),
            closers=("{org}",),
        ),
    },
)  # fmt: skip
