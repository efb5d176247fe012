"""Who a domain belongs to: free mail, throw-away mail, alignment of two domains (RFC 7489, 3.1)."""

import re
from functools import lru_cache
from typing import Final

# Where anyone gets an address at no cost. Sources: the providers' own lists of domains.
_DOMAINS: Final = """
    gmail.com googlemail.com aol.com aim.com icloud.com me.com mac.com proton.me protonmail.com
    protonmail.ch pm.me tutanota.com tutanota.de tuta.io tutamail.com mail.com email.com usa.com
    myself.com consultant.com post.com europe.com inbox.com hushmail.com zoho.com zohomail.com
    fastmail.com fastmail.fm mailfence.com posteo.de posteo.net mailbox.org disroot.org riseup.net
    web.de freenet.de t-online.de arcor.de email.de online.de freemail.hu citromail.hu
    orange.fr wanadoo.fr laposte.net free.fr sfr.fr neuf.fr libero.it virgilio.it tiscali.it
    alice.it tin.it email.it terra.com.br uol.com.br bol.com.br ig.com.br sapo.pt
    btinternet.com ntlworld.com talktalk.net sky.com blueyonder.co.uk virginmedia.com
    comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net
    juno.com netzero.net optonline.net shaw.ca rogers.com sympatico.ca videotron.ca telus.net
    bigpond.com optusnet.com.au xtra.co.nz mail.ru inbox.ru list.ru bk.ru internet.ru rambler.ru
    ya.ru ukr.net i.ua meta.ua abv.bg mail.bg seznam.cz email.cz centrum.cz post.cz azet.sk
    wp.pl o2.pl onet.pl interia.pl op.pl tlen.pl gazeta.pl qq.com foxmail.com vip.qq.com 163.com
    126.com yeah.net sina.com sina.cn sohu.com 139.com 189.cn 21cn.com aliyun.com tom.com
    naver.com hanmail.net daum.net nate.com docomo.ne.jp ezweb.ne.jp softbank.ne.jp
    rediffmail.com sify.com indiatimes.com bluewin.ch telenet.be skynet.be ziggo.nl kpnmail.nl
    planet.nl home.nl online.no telia.com bredband.net walla.co.il walla.com duck.com hey.com
"""
FREE_MAIL: Final = frozenset(_DOMAINS.split())
# Providers that use one name under many country domains (yahoo.co.uk, hotmail.fr, yandex.kz).
FREE_MAIL_NAMES: Final = frozenset(
    {"yahoo", "ymail", "rocketmail", "hotmail", "outlook", "live", "msn", "gmx", "yandex"}
)

_SCHEME: Final = re.compile(r"^[a-z][a-z0-9+.\-]*://")


def is_free_mail(domain: str) -> bool:
    """Return whether anyone can get an address at this domain at no cost."""
    domain = clean_domain(domain)
    name, _, suffix = domain.partition(".")
    country = suffix.count(".") == 0 or suffix.partition(".")[0] in {"co", "com", "net", "ne"}
    return domain in FREE_MAIL or (name in FREE_MAIL_NAMES and bool(suffix) and country)


def is_disposable(domain: str) -> bool:
    """Return whether the domain gives out throw-away addresses (community block list)."""
    labels = clean_domain(domain).split(".")
    blocked = _disposable()
    return any(".".join(labels[i:]) in blocked for i in range(len(labels) - 1))


@lru_cache(maxsize=1)
def _disposable() -> frozenset[str]:
    from disposable_email_domains import blocklist

    return frozenset(blocklist)


def clean_domain(domain: str) -> str:
    """Return a domain, or the host of a URL, in lower case without `www.` and the final dot."""
    host = _SCHEME.sub("", domain.strip().lower(), count=1)
    host = re.split(r"[/?#]", host, maxsplit=1)[0].rpartition("@")[2].partition(":")[0]
    return host.rstrip(".").removeprefix("www.")


def aligned(one: str, other: str) -> bool:
    """Return whether two domains are the same or one is a subdomain of the other.

    This is relaxed alignment without a public suffix list: `a.shop.example` and `b.shop.example`
    are not aligned here.
    """
    one, other = clean_domain(one), clean_domain(other)
    return bool(one and other) and (
        one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
    )
