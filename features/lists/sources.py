"""What a row says of where it opted in."""

import re
from typing import Final

_MAX_NAME: Final = 48
_BOUGHT: Final = re.compile(
    r"purchas|bought|buy|rent|broker|scrap|harvest|crawl|append|third.?party|3rd.?party|partner"
    r"|co.?reg|vendor|data ?base|directory|linkedin|apollo|zoominfo|lead ?list|gekauft|achet|comprad"
)
_FORM: Final = re.compile(
    r"form|web|site|checkout|signup|sign.?up|subscri|newsletter|landing|popup|pop.?up|double|confirm"
    r"|optin|opt.?in|order|shop|store|account|regist|download|widget|footer|blog|app\b|anmeldung"
)
_QUERY: Final = re.compile(r"[?#].*", re.DOTALL)
_SPACE: Final = re.compile(r"\s+")


def source_name(text: str) -> str:
    """Return a source as it may be kept: short, without query strings, never an address."""
    name = _SPACE.sub(" ", _QUERY.sub("", text)).strip().lower()[:_MAX_NAME]
    return "other" if "@" in name or not name else name


def kind_of_source(name: str) -> str:
    """Return `bought` (bought, rented, scraped, a partner's), `form`, or `other`."""
    if _BOUGHT.search(name):
        return "bought"
    return "form" if _FORM.search(name) else "other"
