"""A light guess of a message's language, and whether the account's country speaks it.

Alphabets decide where one language owns them; the rest is told by function words, each counting
less the more languages share it. Short or mixed text gives no language.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import nan
from typing import Final

_READ: Final = 600
_LEAST_WEIGHT: Final = 4.0
_LEAST_SHARE: Final = 0.06
_AHEAD: Final = 1.3
# Without accents, as `wording.legible` leaves them. Danish and Norwegian count as one.
_FUNCTION_WORDS: Final[Mapping[str, frozenset[str]]] = {
    code: frozenset(words.split())
    for code, words in {
        "en": "the and of to you for is that with your this are our on we be have it from will",
        "de": "und der die das sie ist nicht mit fur auf ein eine den von zu wir ihr ihre im sich oder",
        "fr": "le les des et vous pour est une dans votre nous que avec sur pas du en par ce vos",
        "es": "el los las y que para en su por una con del se lo mas no es tu como nos",
        "it": "il che di per un una con non sono del della gli nel alla ti e la piu tuo dei",
        "pt": "o os que para uma com nao em seu por da do na voce mais um sua e no dos",
        "nl": "de het een en van je voor met uw op te dat niet wij zijn ons om deze bij ook",
        "sv": "och att det som for av ar du med till den inte pa vi din ett har eller kan fran",
        "da": "og at det som for af av er du med til den ikke pa vi din et har eller fra",
        "fi": "ja on se ei etta tai ovat voit sinun kun mutta ole joka nyt sen myos kuin jos ovat",
        "pl": "i w na z do nie sie jest to ze od dla jak przez oraz lub po juz o twoje",
        "cs": "a v na se je do ze pro si vas nebo jako jsme od ktere k za by ale vam",
        "hu": "a az es hogy nem egy is meg ha vagy de most csak onnek mar minden fel ki el",
        "ro": "si de in la cu pe nu este pentru din sa va ne care un o sunt mai sau dumneavoastra",
        "tr": "ve bir bu icin ile de da daha olarak sizin en cok ne gibi veya her olan size kadar",
        "id": "dan yang di untuk dengan anda ini dari pada ke tidak kami akan atau itu adalah dapat",
        "vi": "va cua la cho khong cac ban voi trong duoc mot nhung nay da co de tu den",
    }.items()
}
_SHARED: Final = Counter(word for words in _FUNCTION_WORDS.values() for word in words)
_WEIGHT: Final[Mapping[str, tuple[tuple[str, float], ...]]] = {
    word: tuple((code, 1 / n) for code, held in _FUNCTION_WORDS.items() if word in held)
    for word, n in _SHARED.items()
}
# First and last code point of an alphabet, and the language that it tells; kana tells Japanese below.
_ALPHABETS: Final = (
    ("\u0370", "\u03ff", "el"), ("\u0400", "\u052f", "ru"), ("\u0590", "\u05ff", "he"),
    ("\u0600", "\u06ff", "ar"), ("\u0900", "\u097f", "hi"), ("\u0e00", "\u0e7f", "th"),
    ("\uac00", "\ud7a3", "ko"), ("\u4e00", "\u9fff", "zh"), ("\u3040", "\u30ff", "zh"),
)  # fmt: skip
_UKRAINIAN: Final = frozenset("іїєґ")
_KANA: Final = frozenset(map(chr, range(0x3040, 0x3100)))
# Where a language is spoken; Russian stands for its alphabet, Chinese and Arabic for theirs.
_SPOKEN_IN: Final[Mapping[str, str]] = {
    "en": "",
    "de": "de at ch li lu be it", "fr": "fr be ch lu ca mc ma dz tn sn ci cm", "it": "it ch sm va mt",
    "es": "es mx ar co cl pe ve ec gt cu bo do hn py sv ni cr pa uy pr us", "pt": "pt br ao mz cv",
    "nl": "nl be sr", "sv": "se fi ax", "da": "dk no gl fo is", "fi": "fi", "pl": "pl", "cs": "cz sk",
    "hu": "hu sk ro", "ro": "ro md", "tr": "tr cy", "id": "id my sg", "vi": "vn", "el": "gr cy",
    "ru": "ru by kz kg uz tj ua md ee lv lt am ge az bg mk rs il mn", "uk": "ua", "he": "il",
    "ar": "sa ae eg ma dz tn jo lb iq sy kw qa bh om ye ly sd ps ir pk il", "hi": "in np", "th": "th",
    "ko": "kr", "zh": "cn tw hk sg mo my", "ja": "jp",
}  # fmt: skip
_COUNTRIES: Final = {code: frozenset(held.split()) for code, held in _SPOKEN_IN.items()}


def language_of(words: Sequence[str]) -> str:
    """Return the language of folded words (ISO 639-1), empty when they do not tell."""
    seen = [word for word in words[:_READ] if word[0] != "~"]
    if max(seen, default="") < _ALPHABETS[0][0]:  # no word begins in one of them
        return _by_function_words(seen)
    letters: Counter[str] = Counter()
    for letter, words_with in Counter(word[0] for word in seen).items():
        letters[_alphabet_of(letter)] += words_with
    alphabet, rows = max(letters.items(), key=lambda item: item[1], default=("", 0))
    if not alphabet or 2 * rows <= len(seen):
        return _by_function_words(seen)
    if alphabet == "ru" and _holding(_UKRAINIAN, seen) > 0.05:
        return "uk"
    return "ja" if alphabet == "zh" and _holding(_KANA, seen) > 0.2 else alphabet


@lru_cache(maxsize=4_096)
def _alphabet_of(letter: str) -> str:
    return next((code for first, last, code in _ALPHABETS if first <= letter <= last), "")


def _holding(letters: frozenset[str], words: Sequence[str]) -> float:
    """Return the share of words with one of these letters."""
    return sum(not letters.isdisjoint(word) for word in words) / len(words)


def _by_function_words(words: Sequence[str]) -> str:
    found: dict[str, float] = {"": 0.0}
    for word in filter(_WEIGHT.__contains__, words):
        for code, weight in _WEIGHT[word]:
            found[code] = found.get(code, 0.0) + weight
    best = max(found, key=found.__getitem__)
    most = found.pop(best)
    second = max(found.values(), default=0.0)
    clear = most >= max(_LEAST_WEIGHT, _LEAST_SHARE * len(words), _AHEAD * second)
    return best if clear else ""


def is_foreign(language: str, country: str | None) -> float:
    """Return 1 for a language that a country (ISO 3166) does not speak, else 0; NaN when unknown.

    English is foreign nowhere: lists everywhere are written to in it.
    """
    if not language or not country:
        return nan
    spoken = _COUNTRIES[language]
    return float(bool(spoken) and country.strip().lower() not in spoken)
