"""Text folded to what it says: tricks of spelling undone, letters plain, words and placeholders."""

import re
import string
import unicodedata
from typing import Final

from features.content.anchored import Anchored

_INVISIBLE: Final = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u180e\u200e\u200f\u061c"
_DIRECTION: Final = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_UNSEEN: Final = re.compile(f"[{_INVISIBLE}{_DIRECTION}]")
# Here and below a pattern begins with one class where it can: the engine then skips to what is in it.
HIDDEN_IN_WORD: Final = re.compile(
    r"[\u200b\u200c\u200d\u2060\ufeff\u202d\u202e]"
    r"(?:(?<=[\u202d\u202e])|(?<=[A-Za-z].)[\u200b\u200c\u200d\u2060\ufeff]*(?=[A-Za-z]))"
)
# Letters of other alphabets that look like Latin ones (Unicode TR 39, confusables).
_GREEK_CYRILLIC: Final = dict(
    zip(
        "АВЕКМНОРСТХУаеорсухіјѕԁһӏԛԝѵΑΒΕΖΗΙΚΜΝΟΡΤΥΧοανιρτυκүЅІЈ",
        "ABEKMHOPCTXYaeopcyxijsdhlqwvABEZHIKMNOPTYXoavиptuкySIJ".replace("и", "i").replace(
            "к", "k"
        ),
        strict=True,
    )
)
_LOOKALIKES: Final = str.maketrans(_GREEK_CYRILLIC)
_GREEK_OR_CYRILLIC: Final = re.compile(r"[\u0370-\u03ff\u0400-\u052f]")
_MIXED_WORD: Final = re.compile(
    r"\b(?=[^\W\d_]*[A-Za-z])(?=[^\W\d_]*[\u0370-\u03ff\u0400-\u052f])[^\W\d_]{2,40}\b"
)
_SPACED: Final = re.compile(r"(?<![^\W_])(?:[^\W\d_][ .\-_*+|~]){3,30}[^\W\d_](?![^\W_])")
# What is inside of each, seen from its last sign.
_SPACED_INSIDE: Final = re.compile(r"[ .\-_*+|~](?<=[ .\-_*+|~][^\W\d_][ .\-_*+|~][^\W\d_].)")
_SPACES: Final = re.compile(r"[ .\-_*+|~]")
# `http://` or `www.` and what follows, `http : / / ` too.
_URL: Final = re.compile(
    r"[HhWw](?:(?i:(?<=h)ttps?://|(?<=w)ww\.)\S+|(?i:(?<=\bh)ttps? ?: ?/ ?/ ?)\S+)"
)
EMAIL: Final = Anchored(
    re.compile(r"[\w.+\-]{1,64} ?@ ?[\w\-]{1,63}(?: ?\.[ ]?[\w\-]{1,63}){1,5}"),
    anchor=re.compile("@"),
    lead=re.compile(r"[\w.+\-]{1,64} ?\Z"),
    most=65,
)
_REDACTED: Final = re.compile(r"\[\[(\w+)[ _]REDACTED\]\]")
FIELD: Final = re.compile(
    r"\{\{[^{}\n]{1,60}\}\}|\{%[^{}\n]{1,80}%\}|\*\|[^|\n]{1,40}\|\*|\[\[[\w .]{1,40}\]\]|%%\w{1,40}%%"
    r"|<%=?[^%\n]{1,60}%>|\$\{[\w.]{1,40}\}|\[(?:first ?name|last ?name|name|company|vorname)\]",
    re.IGNORECASE,
)
MONEY: Final = Anchored(
    re.compile(
        r"(?:[$€£¥₹₽]|\b(?:usd|eur|gbp|us\$|chf|rs\.?)) ?\d[\d.,]{0,20}(?: ?(?:million|billion|mio|k|m)\b)?"
        r"|\d[\d.,]{0,20} ?(?:[$€£¥₹₽]|(?:usd|eur|gbp|euros?|dollars?)\b)",
        re.IGNORECASE,
    ),
    # A figure beside a sign, or a letter that a currency ends or begins with.
    anchor=re.compile(
        r"\d(?:(?<=[$€£¥₹₽DRPFSdrpfs.]\d)|(?<=[$€£¥₹₽DRPFSdrpfs.] \d)"
        r"|(?=[\d.,]{0,20} ?[$€£¥₹₽UEGDuegd]))"
    ),
    lead=re.compile(r"(?:[$€£¥₹₽]|\b(?:usd|eur|gbp|us\$|chf|rs\.?)) ?\Z", re.IGNORECASE),
    most=4,
)
# Figures and signs for letters, as in `v1agra`; letters on both sides, so `win10` is none.
RESPELLED: Final = Anchored(
    re.compile(
        r"(?<![\w@$|./&=?#%-])(?=[A-Za-z@$0135]{0,24}[A-Za-z][@$0135]+[A-Za-z])"
        r"[A-Za-z@$0135]{4,24}(?![\w@$|/&=?#%-])"
    ),
    anchor=re.compile(r"[@$0135](?<=[A-Za-z].)(?=[@$0135]*[A-Za-z])"),
    lead=re.compile(r"[A-Za-z@$0135]+\Z"),
    most=24,
)
DISGUISED: Final = "~disguised~"
_SIGN_LETTERS: Final = str.maketrans("@$0135", "asoies")
_LEAST_LETTERS: Final = 4
_PERCENT: Final = re.compile(r"\d{1,12}(?:[.,]\d{1,12})? ?%")
DIGITS: Final = Anchored(
    re.compile(r"[A-Za-z.,:/_\-#]{0,20}\d[A-Za-z0-9.,:/_\-#]*"),
    anchor=re.compile(r"\d[A-Za-z0-9.,:/_\-#]*"),
    lead=re.compile(r"[A-Za-z.,:/_\-#]+\Z"),
    most=20,
)
_LETTER: Final = re.compile(r"[^\W\d_]")
_ASCII_LETTERS: Final = string.ascii_letters.encode()
_ASCII: Final = bytes(range(128))
_FOREIGN_LETTER: Final = re.compile(r"[^\u0000-\u024f](?<=[^\W\d_])")
_WORD: Final = re.compile(r"~\w+~|[^\W\d_]++(?:['’][^\W\d_]+|)")
# The same, read faster, where all letters are ASCII.
_ASCII_WORD: Final = re.compile(r"~\w+~|[A-Za-z]++(?:['’][A-Za-z]+|)")
_ACCENTED: Final = re.compile("[\u00c0-\u024f\u1e00-\u1eff]+")
_UNACCENTED: Final = {
    code: unicodedata.normalize("NFD", chr(code))[0]
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
    if unicodedata.normalize("NFD", chr(code))[0] != chr(code)
} | {ord("ß"): "ss", ord("ø"): "o", ord("ł"): "l", ord("đ"): "d", ord("ı"): "i", ord("æ"): "ae"}


def legible(text: str) -> str:
    """Return the text that a reader takes in: invisible characters out, look-alikes and accents plain."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", _UNSEEN.sub("", text))
    if _GREEK_OR_CYRILLIC.search(_beyond_ascii(text)):
        text = _MIXED_WORD.sub(lambda m: m[0].translate(_LOOKALIKES), text)
    return _ACCENTED.sub(lambda m: m[0].translate(_UNACCENTED), text)


def foreign_share(text: str) -> float:
    """Return the share of the letters that are outside the Latin alphabet, 0 without letters."""
    beyond = _beyond_ascii(text)
    foreign = len(_FOREIGN_LETTER.findall(beyond))
    if not foreign:
        return 0.0
    others = text.encode("ascii", "ignore").translate(None, _ASCII_LETTERS)
    plain = len(text) - len(beyond) - len(others)
    return foreign / (len(_LETTER.findall(beyond)) + plain)


def mixed_words(text: str) -> int:
    """Return how many words mix Latin letters with Greek or Cyrillic ones."""
    return len(_MIXED_WORD.findall(text)) if _GREEK_OR_CYRILLIC.search(_beyond_ascii(text)) else 0


def _beyond_ascii(text: str) -> str:
    """Return the characters that are not ASCII, in order: few in most mail, so soon searched."""
    data = text.encode("utf-8", "surrogatepass").translate(None, _ASCII)
    return data.decode("utf-8", "surrogatepass")


def folded(text: str) -> str:
    """Return legible text in lower case, spaced-out words joined, figures and addresses as placeholders."""
    text = _REDACTED.sub(r" ~\1~ ", text)
    text = FIELD.sub(" ~field~ ", text)
    text = _URL.sub(" ~url~ ", text)
    text = EMAIL.sub(lambda _: " ~email~ ", text)
    text = RESPELLED.sub(_marked, text)
    if _SPACED_INSIDE.search(text):
        text = _SPACED.sub(lambda m: _SPACES.sub("", m[0]), text)
    text = MONEY.sub(lambda _: " ~money~ ", text)
    if "%" in text:
        text = _PERCENT.sub(" ~percent~ ", text)
    return DIGITS.sub(lambda _: " ~number~ ", text).lower()


def spelled_out(text: str) -> str:
    """Return legible text with words spelled with figures or signs as the words they mean."""
    return RESPELLED.sub(lambda m: _meant(m[0]), text)


def _meant(word: str) -> str:
    letters = sum(map(str.isalpha, word))
    return word if letters < _LEAST_LETTERS else word.translate(_SIGN_LETTERS)


def _marked(match: re.Match[str]) -> str:
    meant = _meant(match[0])
    return meant if meant == match[0] else f" {DISGUISED} {meant} "


def words(text: str) -> list[str]:
    """Return the words and placeholders of folded text, in order."""
    letters_are_ascii = text.isascii() or not _LETTER.search(_beyond_ascii(text))
    return (_ASCII_WORD if letters_are_ascii else _WORD).findall(text)


def plain_name(text: str) -> str:
    """Return a name with every trick of spelling undone, for comparing it with brands."""
    return legible(text).translate(_LOOKALIKES).lower()
