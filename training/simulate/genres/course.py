"""Coaches and course sellers: lawful, asked for, and as loud as any spammer."""

from training.simulate.genre import Copy, Genre

COURSE = Genre(
    name="course",
    grievance=1.4,
    lure=1.1,
    spammy=0.26,
    copies={
        "en": Copy(
            subjects=(
                "Doors close at midnight", "How I made {price} with {topic}", "The {topic} secret nobody tells you", "{first}, you're on the list",
                "Bonus expires in {n} hours", "Free masterclass: {topic}", "I almost didn't send this", "Last call",
            ),
            openers=(
                "{n} years ago I knew nothing about {topic}. Today I teach it.", "You signed up for my free lessons, and here is number {n}.",
                "This is the last e-mail about the course before the doors close on {date}.",
            ),
            bodies=(
                "Inside you get {n} modules, weekly calls and lifetime access for {price}.",
                "My student {first} in {city} earned the fee back in the first month. Results may vary.",
                "If it's not for you, ask within {n} days and get every cent back.",
                "Only {n} places are left at this price. After midnight it goes up by {pct}%.",
                "Don't wait for the perfect moment. Click, watch, decide.",
            ),
            calls=("Save my place", "Watch the masterclass", "Get instant access", "Join the course"),
            closers=("To your success,", "Big hug,", "Talk soon,"),
        ),
        "de": Copy(
            subjects=("Nur noch heute: {topic}", "Gratis-Training: {topic}", "Letzter Aufruf"),
            openers=("vor {n} Jahren wusste ich nichts über {topic}. Heute lehre ich es.", "hier kommt Lektion {n}."),
            bodies=("{n} Module und Zugang auf Lebenszeit für {price}.", "Nur noch {n} Plätze zu diesem Preis.", "Nicht zufrieden? Geld zurück innerhalb von {n} Tagen."),
            calls=("Platz sichern", "Training ansehen"),
            closers=("Auf Ihren Erfolg", "Bis gleich"),
        ),
        "es": Copy(
            subjects=("Se cierran las puertas", "Clase gratuita: {topic}"),
            openers=("hace {n} años no sabía nada de {topic}.",),
            bodies=("{n} módulos y acceso de por vida por {price}.", "Quedan {n} plazas a este precio."),
            calls=("Reservar mi plaza", "Ver la clase"),
            closers=("Un abrazo,",),
        ),
    },
)  # fmt: skip
