"""Domains that give anybody a mailbox."""

from typing import Final

_NAMES: Final = frozenset(
    ["gmail", "googlemail", "yahoo", "ymail", "rocketmail", "hotmail", "outlook", "live", "msn", "aol", "aim", "icloud", "me", "mac", "gmx", "web", "freenet", "t-online", "mail", "protonmail", "proton", "pm", "zoho", "yandex", "inbox", "bk", "list", "rambler", "ukr", "qq", "163", "126", "sina", "sohu", "foxmail", "yeah", "naver", "daum", "hanmail", "rediffmail", "libero", "virgilio", "tiscali", "alice", "orange", "wanadoo", "free", "laposte", "sfr", "neuf", "uol", "bol", "terra", "ig", "seznam", "centrum", "wp", "o2", "onet", "interia", "abv", "tutanota", "tuta", "fastmail", "hushmail", "mail2world", "lycos", "excite", "juno", "netzero", "comcast", "verizon", "att", "sbcglobal", "bellsouth", "cox", "btinternet", "ntlworld", "blueyonder", "sky", "talktalk", "bigpond", "optusnet", "telenet", "skynet", "ziggo", "xs4all", "planet", "home", "hetnet", "bluewin", "usa", "netscape", "email", "consultant", "workmail", "myway", "eudoramail"]
)
_SUFFIXES: Final[dict[str, frozenset[str]]] = {
    name: frozenset(suffixes.split())
    for name, suffixes in {
        "web": "de", "live": "com de fr co.uk nl it se dk ca com.au", "me": "com", "mac": "com",
        "mail": "com ru ee", "pm": "me", "inbox": "ru lv com", "bk": "ru", "list": "ru", "ukr": "net",
        "orange": "fr", "free": "fr", "alice": "it", "terra": "com.br es", "ig": "com.br", "o2": "pl",
        "wp": "pl", "sky": "com", "home": "nl", "planet": "nl", "email": "com", "usa": "com net",
        "consultant": "com", "aim": "com", "att": "net", "cox": "net", "excite": "com", "sina": "com cn",
        "yeah": "net", "msn": "com", "free-mail": "com", "126": "com", "163": "com", "qq": "com",
        "verizon": "net", "comcast": "net", "skynet": "be", "tuta": "io com", "sfr": "fr", "neuf": "fr",
    }.items()
}  # fmt: skip


def is_free_mail(domain: str) -> bool:
    """Tell whether a registrable domain gives anybody a mailbox."""
    name, _, suffix = domain.partition(".")
    return name in _NAMES and (name not in _SUFFIXES or suffix in _SUFFIXES[name])
