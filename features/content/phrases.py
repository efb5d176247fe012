"""What a message asks for, in the languages that most mail is written in.

Matched on legible lower-case text. Phrases are kept general: they say what is asked, not how a known
campaign worded it.
"""

import re
from functools import lru_cache
from typing import Final

from features.content.wording import legible

_GAP: Final = r"\W+(?:\w+\W+){0,4}?"

CREDENTIAL_ASKS: Final = re.compile(
    rf"\b(?:verify|confirm|validate|update|unlock|restore|reactivate|revalidate|authenticate|re-?confirm)"
    rf"{_GAP}(?:account|password|identity|mailbox|e-?mail|credentials?|log-?in|information|ownership)\b"
    rf"|\b(?:password|account|mailbox){_GAP}(?:expires?|expired|suspended|locked|limited|deactivated|disabled|restricted|upgrade)\b"
    r"|\bunusual (?:sign-?in|activity|log-?in)|\bkeep (?:the )?(?:same|current|my) password"
    rf"|\b(?:bestatigen|verifizieren|aktualisieren){_GAP}(?:konto|daten|identitat|passwort)|\bkonto{_GAP}(?:gesperrt|eingeschrankt)"
    rf"|\b(?:confirmez|verifiez|mettre a jour|confirmer){_GAP}(?:compte|identite|informations|coordonnees)"
    rf"|\b(?:verifique|confirme|actualice|verificar|actualizar){_GAP}(?:cuenta|identidad|datos|contrasena|conta|dados|senha)"
    rf"|\b(?:verifica|conferma|aggiorna|confermare){_GAP}(?:account|conto|identita|dati)"
)
PAYMENT_ASKS: Final = re.compile(
    rf"\b(?:update|confirm|provide|send|enter|submit|verify){_GAP}(?:credit card|card (?:number|details)|bank(?:ing)? (?:account|details|information)|billing information|payment (?:details|method)|ssn|social security)"
    r"|\b(?:wire|bank) transfer\b|\bgift cards?\b[^.]{0,40}\b(?:scratch|code|pin|photo|picture)|\bwestern union\b|\bmoneygram\b"
    r"|\b(?:bitcoin|btc|usdt|ethereum) (?:wallet|address)\b|\bwallet phrase\b|\b(?:seed|recovery) phrase\b"
    r"|\bbank details\b|\bbankverbindung\b|\bkreditkartendaten\b|\bcoordonnees bancaires\b|\bdatos bancarios\b|\bdati della carta\b"
)
URGENCY: Final = re.compile(
    r"\b(?:within|in the next|less than|only|next) \d{1,3} ?(?:hours?|hrs|days?)\b|\bimmediate(?:ly)? (?:action|attention|response)\b"
    r"|\b(?:urgent(?:ly)?|act now|final (?:notice|warning|reminder)|last (?:chance|warning))\b|\bfailure to (?:comply|do so|verify|respond)\b"
    r"|\b(?:will|to) be (?:permanently )?(?:suspended|terminated|closed|deleted|blocked|deactivated|disabled)\b"
    r"|\b(?:dringend|sofort|letzte mahnung|innerhalb von \d+ (?:stunden|tagen))\b|\b(?:urgente|inmediatamente|immediatement|immediatamente)\b"
)
# Goods and offers that most providers' terms forbid to send for.
PROHIBITED_GOODS: Final = re.compile(
    r"\b(?:viagra|cialis|levitra|kamagra|xanax|valium|vicodin|hydrocodone|oxycontin|tramadol|phentermine|hgh)\b"
    r"|\b(?:no|without)(?: a)? prescription\b|\bonline (?:pharmacy|casino|poker)\b|\b(?:casino|deposit|welcome) bonus\b|\bfree spins\b"
    r"|\breplica (?:watch(?:es)?|rolex|handbags?)\b|\b(?:rolex|designer) replicas?\b|\b(?:male|penis|breast) enlargement\b|\berectile dysfunction\b"
    r"|\b(?:guaranteed|double your) (?:profits?|returns?|money|bitcoin)\b|\b(?:no credit|bad credit) (?:check|ok|okay|loans?)\b|\bpenny stocks?\b|\b(?:strong|aggressive) buy\b"
    r"|\b(?:attendees?|attendance|e-?mail|contacts?|leads?|visitors?) (?:e-?mail )?(?:list|database)s?\b[^.]{0,60}\b(?:acquir|purchas|buy|pric|cost|counts?|sell|sale)\w*"
    r"|\b(?:acquir|purchas|buy|interested in)\w*[^.]{0,40}\b(?:attendees?|attendance|e-?mail|contacts?|leads?|visitors?) (?:e-?mail )?(?:list|database)s?\b"
    r"|\bnext of kin\b|\blate (?:husband|client|president)\b[^.]{0,120}\b(?:million|fund|deposit)|\bdormant account\b|\bunclaimed (?:funds?|inheritance)\b|\b(?:lottery|lotto) (?:winner|winning|jackpot|draw)s?\b"
    r"|\b(?:fake|novelty) (?:id|ids|passports?|diplomas?)\b|\bhot (?:singles|girls|women)\b|\bpornograph\w*\b|\bxxx\b"
)
UNSUBSCRIBE: Final = re.compile(
    r"unsubscri|opt[\s\-]?out|remove (?:me|yourself|your (?:name|address|e-?mail))|(?:e-?mail|manage|update|communication) (?:your )?(?:e-?mail )?(?:preferences|settings|subscription)"
    r"|stop receiving|no longer (?:wish|want) to receive|abmelden|abbestellen|austragen|desabonn|desinscri|desinscrev"
    r"|(?:darse|darte|date) de baja|cancelar (?:la |tu |su )?suscripcion|cancelar (?:a )?inscricao|descadastr|disiscri|annulla(?:re)? l.iscrizione|cancella(?:re|ti)"
    r"|afmelden|uitschrijven|wypisz|zrezygnowac|avregistrer|avprenumer|afmeld dig|peruuta tilaus|odhlasit|leiratkoz|dezabon"
    r"|отписаться|退订|取消订阅|配信停止|配信解除|수신거부|إلغاء الاشتراك"
)
POSTAL_ADDRESS: Final = re.compile(
    r"\b[A-Z]{2},? +\d{5}(?:-\d{4})?\b|\bP\.? ?O\.? ?Box +\d+|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b|\b[A-Z]\d[A-Z] \d[A-Z]\d\b"
    r"|\b(?:[A-Z]{1,2}-)?\d{4,5} [A-Z][a-zäöüéèA-Z\-]{2,30}\b|\b\d{1,5} [A-Z]\w+(?: \w+){0,2} (?:St(?:reet)?|Ave(?:nue)?|R(?:oa)?d|Blvd|Suite|Lane|Drive|Way|Floor)\b"
    r"|\w{2,30}(?:straße|strasse|str\.) \d{1,4}|\b\d{1,4},? (?:rue|avenue|boulevard|via|calle) \w+|〒\d{3}-\d{4}"
)

# An address that a template came with, or one that nobody lives at.
PLACEHOLDER_ADDRESS: Final = re.compile(
    r"\b(?:123|1234|12345) (?:main|any|fake|example|sample|street|your|elm|first|anywhere)\b|\banytown\b|\banywhere,? (?:st|usa|ca|ny)\b"
    r"|\b(?:your|company|business) (?:company )?(?:street |postal |mailing |physical )?address(?: goes)? here\b|\byour (?:company|business) (?:name )?(?:and )?address\b"
    r"|\b(?:street|city|state|zip|postal) ?,? (?:city|state|zip(?: code)?|postal code) ?,? (?:state|zip|country)\b|\blorem ipsum\b|\bmusterstra(?:sse|ße) \d|\bmusterstadt\b"
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
