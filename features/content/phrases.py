"""What a message asks for, in the languages that most mail is written in.

Matched on legible lower-case text. Phrases are kept general: they say what is asked, not how a known
campaign worded it.
"""

import re
from functools import lru_cache
from typing import Final

from features.content.phrase_search import Phrases
from features.content.wording import legible

_GAP: Final = r"\W+(?:\w+\W+){0,4}?"
_END: Final = r"\b"

CREDENTIAL_ASKS: Final = Phrases(
    ("verify|confirm|validate|update|unlock|restore|reactivate|revalidate|authenticate|reconfirm|re-confirm",
     rf"{_GAP}(?:account|password|identity|mailbox|e-?mail|credentials?|log-?in|information|ownership)\b"),
    ("password|account|mailbox", rf"{_GAP}(?:expires?|expired|suspended|locked|limited|deactivated|disabled|restricted|upgrade)\b"),
    ("unusual", " (?:sign-?in|activity|log-?in)"),
    ("keep", " (?:the )?(?:same|current|my) password"),
    ("bestatigen|verifizieren|aktualisieren", rf"{_GAP}(?:konto|daten|identitat|passwort)"),
    ("konto", rf"{_GAP}(?:gesperrt|eingeschrankt)"),
    ("confirmez|verifiez|mettre a jour|confirmer", rf"{_GAP}(?:compte|identite|informations|coordonnees)"),
    ("verifique|confirme|actualice|verificar|actualizar", rf"{_GAP}(?:cuenta|identidad|datos|contrasena|conta|dados|senha)"),
    ("verifica|conferma|aggiorna|confermare", rf"{_GAP}(?:account|conto|identita|dati)"),
)  # fmt: skip
PAYMENT_ASKS: Final = Phrases(
    ("update|confirm|provide|send|enter|submit|verify",
     rf"{_GAP}(?:credit card|card (?:number|details)|bank(?:ing)? (?:account|details|information)|billing information|payment (?:details|method)|ssn|social security)"),
    ("wire transfer|bank transfer", _END),
    ("gift", r" cards?\b[^.]{0,40}\b(?:scratch|code|pin|photo|picture)"),
    ("western union|moneygram", _END),
    ("bitcoin|btc|usdt|ethereum", r" (?:wallet|address)\b"),
    ("wallet phrase|seed phrase|recovery phrase|bank details", _END),
    ("bankverbindung|kreditkartendaten|coordonnees bancaires|datos bancarios|dati della carta", _END),
)  # fmt: skip
URGENCY: Final = Phrases(
    ("within|in the next|less than|only|next", r" \d{1,3} ?(?:hours?|hrs|days?)\b"),
    ("immediate|immediately", r" (?:action|attention|response)\b"),
    ("urgent|urgently|act now|final notice|final warning|final reminder|last chance|last warning", _END),
    ("failure", r" to (?:comply|do so|verify|respond)\b"),
    ("will|to", r" be (?:permanently )?(?:suspended|terminated|closed|deleted|blocked|deactivated|disabled)\b"),
    ("dringend|sofort|letzte mahnung", _END),
    ("innerhalb", r" von \d+ (?:stunden|tagen)\b"),
    ("urgente|inmediatamente|immediatement|immediatamente", _END),
)  # fmt: skip
# Goods and offers that most providers' terms forbid to send for.
PROHIBITED_GOODS: Final = Phrases(
    ("viagra|cialis|levitra|kamagra|xanax|valium|vicodin|hydrocodone|oxycontin|tramadol|phentermine|hgh", _END),
    ("no|without", r"(?: a)? prescription\b"),
    ("online pharmacy|online casino|online poker|casino bonus|deposit bonus|welcome bonus|free spins", _END),
    ("replica", r" (?:watch(?:es)?|rolex|handbags?)\b"),
    ("rolex|designer", r" replicas?\b"),
    ("male enlargement|penis enlargement|breast enlargement|erectile dysfunction", _END),
    ("guaranteed|double your", r" (?:profits?|returns?|money|bitcoin)\b"),
    ("no credit|bad credit", r" (?:check|ok|okay|loans?)\b"),
    ("penny stock|penny stocks|strong buy|aggressive buy", _END),
    ("attendee|attendees|attendance|email|e-mail|contact|contacts|lead|leads|visitor|visitors",
     r" (?:e-?mail )?(?:list|database)s?\b[^.]{0,60}\b(?:acquir|purchas|buy|pric|cost|counts?|sell|sale)\w*"),
    ("acquir*|purchas*|buy*|interested in*",
     r"[^.]{0,40}\b(?:attendees?|attendance|e-?mail|contacts?|leads?|visitors?) (?:e-?mail )?(?:list|database)s?\b"),
    ("next of kin", _END),
    ("late", r" (?:husband|client|president)\b[^.]{0,120}\b(?:million|fund|deposit)"),
    ("dormant account|unclaimed fund|unclaimed funds|unclaimed inheritance", _END),
    ("lottery|lotto", r" (?:winner|winning|jackpot|draw)s?\b"),
    ("fake|novelty", r" (?:id|ids|passports?|diplomas?)\b"),
    ("hot singles|hot girls|hot women|pornograph*|xxx", _END),
)  # fmt: skip
# An address that a template came with, or one that nobody lives at.
PLACEHOLDER_ADDRESS: Final = Phrases(
    ("123|1234|12345", r" (?:main|any|fake|example|sample|street|your|elm|first|anywhere)\b"),
    ("anytown", _END),
    ("anywhere", r",? (?:st|usa|ca|ny)\b"),
    ("your|company|business", r" (?:company )?(?:street |postal |mailing |physical )?address(?: goes)? here\b"),
    ("your company|your business", r" (?:name )?(?:and )?address\b"),
    ("street|city|state|zip|postal", r" ?,? (?:city|state|zip(?: code)?|postal code) ?,? (?:state|zip|country)\b"),
    ("lorem ipsum|musterstadt", _END),
    ("musterstrasse|musterstraße", r" \d"),
)  # fmt: skip

_UNSUBSCRIBE: Final = (
    "unsubscri", "stop receiving", "no longer wish to receive", "no longer want to receive",
    "remove me", "remove yourself", "remove your name", "remove your address", "remove your email", "remove your e-mail",
    "abmelden", "abbestellen", "austragen", "desabonn", "desinscri", "desinscrev",
    "darse de baja", "darte de baja", "date de baja", "cancelar suscripcion", "cancelar la suscripcion",
    "cancelar tu suscripcion", "cancelar su suscripcion", "cancelar inscricao", "cancelar a inscricao", "descadastr",
    "disiscri", "cancellare", "cancellati", "afmelden", "uitschrijven", "afmeld dig", "wypisz", "zrezygnowac",
    "avregistrer", "avprenumer", "peruuta tilaus", "odhlasit", "leiratkoz", "dezabon",
    "отписаться", "退订", "取消订阅", "配信停止", "配信解除", "수신거부", "إلغاء الاشتراك",
)  # fmt: skip
# Where a word of the kind on the left stands, the pattern on its right is sought.
_UNSUBSCRIBE_WORDED: Final = {
    word: re.compile(pattern)
    for word, pattern in {
        "opt": r"opt[\s\-]?out",
        "iscrizione": r"annulla(?:re)? l.iscrizione",
        **{
            what: rf"(?:e-?mail|manage|update|communication) (?:your )?(?:e-?mail )?{what}"
            for what in ("preferences", "settings", "subscription")
        },
    }.items()
}
_CITY: Final = r" [A-Z][a-zäöüéèA-Z\-]{2,30}\b"
_POSTAL_ADDRESS: Final = (
    # What follows a capital, then what follows a figure, where a word begins with it.
    re.compile(
        r"[A-Z\d](?<!\w.)(?:"
        r"(?<=[A-Z])(?:[A-Z],? +\d{5}(?:-\d{4})?\b|(?<=P)\.? ?O\.? ?Box +\d|[A-Z]?\d[A-Z\d]? ?\d[A-Z]{2}\b|\d[A-Z] \d[A-Z]\d\b"
        rf"|[A-Z]?-\d{{4,5}}{_CITY})"
        rf"|(?<=\d)(?:\d{{3,4}}{_CITY}"
        r"|\d{0,4} [A-Z]\w+(?: \w+){0,2} (?:St(?:reet)?|Ave(?:nue)?|R(?:oa)?d|Blvd|Suite|Lane|Drive|Way|Floor)\b"
        r"|\d{0,3},? (?:rue|avenue|boulevard|via|calle) \w))"
    ),
    re.compile(r"str(?<=\w\wstr)(?:aße|asse|\.) \d"),
    re.compile(r"〒\d{3}-\d{4}"),
)


def has_postal_address(text: str) -> bool:
    """Tell whether a text, in the case it was written in, holds something like a postal address."""
    return any(pattern.search(text) for pattern in _POSTAL_ADDRESS)


def unsubscribes(text: str) -> bool:
    """Tell whether lower-case text or addresses offer to unsubscribe."""
    return any(phrase in text for phrase in _UNSUBSCRIBE) or any(
        word in text and pattern.search(text) for word, pattern in _UNSUBSCRIBE_WORDED.items()
    )


@lru_cache(maxsize=64)
def any_of(phrases: tuple[str, ...]) -> re.Pattern[str] | None:
    """Return a pattern of whole phrases, any sign or space between their words; None for none.

    It is matched, as the others, on legible lower-case text.
    """
    words = [re.findall(r"\w+", legible(phrase).lower()) for phrase in phrases]
    said = "|".join(r"\W{1,5}".join(map(re.escape, each)) for each in words if each)
    return re.compile(rf"\b(?:{said})\b") if said else None


def count(pattern: re.Pattern[str], text: str, at_most: int = 20) -> int:
    """Return how many different phrases of a pattern a text holds."""
    found: set[str] = set()
    for match in pattern.finditer(text):
        found.add(match[0])
        if len(found) >= at_most:
            break
    return len(found)
