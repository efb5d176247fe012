"""A software maker tells its users what is new."""

from training.simulate.genre import Copy, Genre

PRODUCT_NEWS = Genre(
    name="product_news",
    grievance=0.7,
    spammy=0.07,
    copies={
        "en": Copy(
            subjects=(
                "What's new in {brand}", "{brand} {month} update", "Introducing shared workspaces", "Your weekly summary",
                "{n} things you can do now", "Scheduled maintenance on {date}", "Tip: get more out of {topic}",
            ),
            openers=(
                "We shipped {n} improvements this month. These are the ones you will notice.",
                "Your weekly summary: {n} tasks done, {pct}% more than last week.",
                "Many of you asked for it, so here it is.",
            ),
            bodies=(
                "Exports are now twice as fast, and they keep your column order.",
                "You can invite up to {n} colleagues without changing your plan.",
                "On {date} we move to new servers. Expect up to {n} minutes without service at night.",
                "Connect {brand} with Cloudisk or Payvanta from the settings page; no developer needed.",
                "From {date} the starter plan costs {price} a month. Existing customers keep their price for a year.",
                "The old interface will be switched off on {date}. Please update your integrations.",
            ),
            calls=("See what's new", "Open {brand}", "Read the changelog", "Try it now", "Join the webinar"),
            closers=("Happy building,", "The {brand} team", "Thanks,"),
        ),
        "de": Copy(
            subjects=("Neu in {brand}", "{brand}: Update im {month}", "Wartung am {date}", "Ihre Wochenübersicht"),
            openers=("in diesem Monat gab es {n} Verbesserungen.", "Ihre Woche: {n} erledigte Aufgaben."),
            bodies=(
                "Exporte laufen jetzt doppelt so schnell.", "Am {date} ziehen wir nachts auf neue Server um.",
                "Laden Sie bis zu {n} Kolleginnen und Kollegen ein.",
            ),
            calls=("Neuerungen ansehen", "{brand} öffnen", "Zum Änderungsprotokoll"),
            closers=("Ihr {brand}-Team", "Viele Grüße"),
        ),
    },
)  # fmt: skip
