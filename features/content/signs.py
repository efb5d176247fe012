"""Structure as terms for the text model: what a link, an address or an ask shows, yes or no.

Each sign speaks for one side only (`+1` unwanted, `-1` wanted): its weight is learnt, its direction is
not, since a corpus of another decade may hold it by chance on the wrong side.
"""

import re
from collections.abc import Mapping
from typing import Final

from features.content.hosts import registrable_domain
from features.content.message import Message

# Numbers of `features.content.numbers` that make a sign when they are above zero.
_FROM_NUMBERS: Final = {
    "ip_links": 1, "shortener_links": 1, "free_hosting_links": 1, "link_mismatches": 1,
    "punycode_links": 1, "reply_to_free_mail": 1, "lookalike_domains": 1, "brand_claims": 1,
    "credential_asks": 1, "payment_asks": 1, "prohibited_goods": 1, "urgency": 1, "mixed_script_words": 1,
    "hidden_characters": 1, "disguised_words": 1, "forms": 1, "html_attachments": 1,
    "executable_attachments": 1, "sender_codes": 1, "subject_codes": 1, "unsubscribe_aligned": -1,
}  # fmt: skip
PREFIX: Final = "sign:"
DIRECTIONS: Final = {
    **{f"{PREFIX}{name}": direction for name, direction in _FROM_NUMBERS.items()},
    f"{PREFIX}links_aligned": -1,
    f"{PREFIX}several_domains_own_among_them": -1,
}
CODE_IN_SUBJECT: Final = re.compile(r"\d{6}|[A-Za-z]\d{1,9}[A-Za-z]{2}")
CODE_IN_ADDRESS: Final = re.compile(r"\d{3}|[bcdfghjklmnpqrstvwxz]{5}", re.IGNORECASE)


def signs_of(numbers: Mapping[str, float]) -> tuple[str, ...]:
    """Return the sign terms of a message's numbers."""
    found = [f"{PREFIX}{name}" for name in _FROM_NUMBERS if numbers.get(f"content_{name}", 0.0) > 0]
    share = numbers.get("content_aligned_link_share", 0.0)
    if share >= 0.5:
        found.append(f"{PREFIX}links_aligned")
    if share > 0 and numbers.get("content_link_domains", 0.0) >= 3:
        found.append(f"{PREFIX}several_domains_own_among_them")
    return tuple(found)


def unsubscribes_at_home(message: Message) -> bool:
    """Tell whether a link to unsubscribe leads to the From address's own domain."""
    own = registrable_domain(message.from_.domain)
    return bool(own) and any(
        "unsub" in link.url.lower() and registrable_domain(link.host) == own
        for link in message.links
    )
