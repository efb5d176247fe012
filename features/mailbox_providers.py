"""Which mailbox provider hosts a recipient's domain, for the big ones; the domain itself else."""

from typing import Final

_DOMAINS: Final = {
    "gmail": "gmail.com googlemail.com",
    "outlook": "outlook.com hotmail.com live.com msn.com hotmail.co.uk hotmail.fr hotmail.de "
    "hotmail.it hotmail.es live.co.uk live.fr live.nl outlook.fr outlook.de outlook.jp outlook.es "
    "passport.com windowslive.com",
    "yahoo": "yahoo.com ymail.com rocketmail.com aol.com aim.com yahoo.co.uk yahoo.fr yahoo.de "
    "yahoo.it yahoo.es yahoo.ca yahoo.com.br yahoo.in yahoo.co.in yahoo.com.au yahoo.com.mx "
    "yahoo.com.tw yahoo.com.hk verizon.net",
    "icloud": "icloud.com me.com mac.com",
    "comcast": "comcast.net",
    "gmx": "gmx.de gmx.net gmx.at gmx.ch gmx.com web.de mail.com",
    "t-online": "t-online.de magenta.de",
    "orange": "orange.fr wanadoo.fr",
    "laposte": "laposte.net",
    "free": "free.fr",
    "mail.ru": "mail.ru bk.ru list.ru inbox.ru internet.ru",
    "yandex": "yandex.ru yandex.com ya.ru",
    "qq": "qq.com foxmail.com",
    "netease": "163.com 126.com yeah.net",
    "proton": "proton.me protonmail.com pm.me",
    "docomo": "docomo.ne.jp",
    "au": "au.com ezweb.ne.jp",
    "softbank": "softbank.ne.jp i.softbank.jp",
    "yahoo-japan": "yahoo.co.jp ymail.ne.jp",
    "charter": "charter.net spectrum.net",
    "att": "att.net sbcglobal.net bellsouth.net",
    "cox": "cox.net",
    "zoho": "zoho.com zohomail.com",
}
_PROVIDER: Final = {domain: name for name, text in _DOMAINS.items() for domain in text.split()}
_MAX: Final = 128


def provider_of(address: str | None) -> str | None:
    """Return the provider of an address; its domain where that is none of the big ones."""
    if address is None or "@" not in address:
        return None
    domain = address.rpartition("@")[2].lower().strip("[]. ")
    return _PROVIDER.get(domain) or (domain if 0 < len(domain) <= _MAX else None)
