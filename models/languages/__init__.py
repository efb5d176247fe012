"""Translations: one JSON file a language, from the English text to the translated one."""

import json
from functools import cache
from importlib.resources import files
from typing import Final

from models.reasons.language import ENGLISH, Language

TAGS: Final = ("en", "zh-Hant")


@cache
def load_language(tag: str) -> Language:
    """Return a language by its tag (BCP 47). Raises `KeyError` for one that is not shipped."""
    if tag == ENGLISH.tag:
        return ENGLISH
    if tag not in TAGS:
        raise KeyError(tag)
    text = (files(__name__) / f"{tag}.json").read_text(encoding="utf-8")
    return Language(tag, json.loads(text))


def preferred(accepted: str) -> str:
    """Return the shipped language that an Accept-Language header prefers; English when none.

    `zh-TW`, `zh-HK` and `zh-MO` are read in traditional characters (RFC 9110, 12.5.4).
    """
    ranked = sorted(map(_ranked, accepted[:1_000].split(",")), key=lambda pair: -pair[1])
    for tag, weight in ranked:
        if weight <= 0:
            break
        if tag.startswith(("zh-hant", "zh-tw", "zh-hk", "zh-mo")):
            return "zh-Hant"
        if tag == "en" or tag.startswith("en-"):
            return "en"
    return "en"


def _ranked(item: str) -> tuple[str, float]:
    tag, _, weight = item.partition(";")
    name, _, value = weight.strip().partition("=")
    try:
        rank = float(value) if name.strip() == "q" else 1.0
    except ValueError:
        rank = 0.0
    return tag.strip().lower(), rank if 0 <= rank <= 1 else 0.0
