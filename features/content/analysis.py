"""A message in numbers, terms and a fingerprint; the message itself is not kept."""

from dataclasses import dataclass, field

from features.content.attachments import AttachmentKind
from features.content.brands import claimed, imitated, own_domain
from features.content.fingerprint import fingerprints_of
from features.content.free_mail import is_free_mail
from features.content.hosts import (
    is_free_hosting,
    is_ip,
    is_shortener,
    registrable_domain,
    shown_domain,
)
from features.content.language import language_of
from features.content.message import Link, Message
from features.content.phrase_search import SearchedText
from features.content.phrases import (
    CREDENTIAL_ASKS,
    PAYMENT_ASKS,
    PLACEHOLDER_ADDRESS,
    PROHIBITED_GOODS,
    URGENCY,
    any_of,
    count,
    has_postal_address,
    unsubscribes,
)
from features.content.signs import (
    CODE_IN_ADDRESS,
    CODE_IN_SUBJECT,
    signs_of,
    unsubscribes_at_home,
)
from features.content.terms import MessageTerms, subject_terms
from features.content.wording import (
    DISGUISED,
    FIELD,
    HIDDEN_IN_WORD,
    folded,
    foreign_share,
    legible,
    mixed_words,
    spelled_out,
)
from features.content.wording import words as words_of

_SCANNED_CHARS = 40_000
_FOOTER_CHARS = 4_000


@dataclass(frozen=True)
class Analysis:
    """What is kept of a message. `numbers` lack the `content_text_*` ones until a model judged it.

    `message_terms` and `words` feed the text model and are not stored; `fingerprint` is a signed 64-bit
    integer, None for a message without words. `language` is empty where the words do not tell.
    Copies of a template share one of `near_keys` even when rewritten a little.
    """

    numbers: dict[str, float]
    message_terms: MessageTerms = field(compare=False)  # holds an array
    words: int
    link_hosts: tuple[str, ...]
    from_domain: str | None
    fingerprint: int | None
    language: str = ""
    near_keys: tuple[int, ...] = ()

    @property
    def terms(self) -> tuple[str, ...]:
        """Return the distinct terms: words, pairs of them, subject words and signs."""
        return self.message_terms.names


def analyse(message: Message, goods: tuple[str, ...] = ()) -> Analysis:
    """Compute everything that is kept of a message.

    `goods` are phrases that a platform forbids beside those that most do.
    """
    text = f"{message.subject}\n{message.text}\n{message.alt_text}"[:_SCANNED_CHARS]
    plain = legible(text)
    wording = folded(plain)
    hosts = tuple(dict.fromkeys(h for link in message.links for h in (link.host, link.target) if h))
    domains = tuple(dict.fromkeys(map(registrable_domain, hosts)))
    found = words_of(wording)
    words = len([word for word in found if word[0] != "~"])
    numbers = {
        **_links(message, domains),
        **_identity(message, domains),
        **_asks(message, text, plain, goods),
        **_make_up(message, text, words),
        "content_disguised_words": wording.count(DISGUISED),
    }
    subject = subject_terms(words_of(folded(legible(message.subject))))
    terms = MessageTerms.of(found, (*subject, *signs_of(numbers)))
    fingerprint, near_keys = fingerprints_of(terms, domains)
    return Analysis(
        numbers={name: float(value) for name, value in numbers.items()},
        message_terms=terms,
        words=words,
        link_hosts=hosts,
        from_domain=message.from_.domain or None,
        fingerprint=fingerprint,
        language=language_of(found),
        near_keys=near_keys,
    )


def _links(message: Message, domains: tuple[str, ...]) -> dict[str, float]:
    links = message.links
    own = registrable_domain(message.from_.domain)
    aligned = sum(registrable_domain(link.host) == own for link in links)
    return {
        "content_link_count": len(links),
        "content_link_domains": len(domains),
        "content_link_mismatches": sum(map(_mismatched, links)),
        "content_ip_links": sum(is_ip(link.host) for link in links),
        "content_punycode_links": sum(
            "xn--" in link.host or not link.host.isascii() for link in links
        ),
        "content_shortener_links": sum(is_shortener(link.host) for link in links),
        "content_free_hosting_links": sum(is_free_hosting(link.host) for link in links),
        "content_redirector_links": sum(
            bool(link.target) and registrable_domain(link.target) != registrable_domain(link.host)
            for link in links
        ),
        "content_aligned_link_share": aligned / len(links) if links and own else float("nan"),
    }


def _mismatched(link: Link) -> bool:
    shown = shown_domain(link.shown) if "." in link.shown else ""
    return bool(shown) and shown not in (
        registrable_domain(link.host),
        registrable_domain(link.target) if link.target else "",
    )


def _identity(message: Message, domains: tuple[str, ...]) -> dict[str, float]:
    own = registrable_domain(message.from_.domain)
    reply = registrable_domain(message.reply_to.domain) if message.reply_to else ""
    differs = bool(reply) and bool(own) and reply != own
    names = claimed(f"{message.from_.name}\n{message.subject}")
    hosts = {message.from_.domain, *domains, *(link.host for link in message.links)} - {""}
    return {
        "content_from_free_mail": is_free_mail(own),
        "content_reply_to_differs": differs,
        "content_reply_to_free_mail": differs and is_free_mail(reply) and not is_free_mail(own),
        "content_lookalike_domains": len({registrable_domain(h) for h in hosts if imitated(h)}),
        "content_sender_codes": CODE_IN_ADDRESS.search(message.from_.address[:320]) is not None,
        "content_subject_codes": CODE_IN_SUBJECT.search(message.subject) is not None,
        "content_unsubscribe_aligned": unsubscribes_at_home(message),
        "content_brand_claims": sum(not own_domain(brand, own) for brand in names) if own else 0,
    }


def _asks(message: Message, text: str, plain: str, goods: tuple[str, ...]) -> dict[str, float]:
    lower = spelled_out(plain).lower()
    searched = SearchedText(lower)
    listed = any_of(goods)
    shown = legible("\n".join(link.shown for link in message.links)).lower()
    targets = "\n".join([*(link.url for link in message.links), *message.mail_links])[:20_000]
    return {
        "content_credential_asks": CREDENTIAL_ASKS.count(searched),
        "content_payment_asks": PAYMENT_ASKS.count(searched),
        "content_prohibited_goods": PROHIBITED_GOODS.count(searched)
        + (count(listed, lower) if listed else 0),
        "content_urgency": URGENCY.count(searched),
        "content_unsubscribe_link": any(map(unsubscribes, (lower, shown, targets.lower()))),
        "content_list_unsubscribe": message.list_unsubscribe,
        "content_one_click": message.one_click,
        "content_postal_address": has_postal_address(text[-_FOOTER_CHARS:]),
        "content_placeholder_address": PLACEHOLDER_ADDRESS.count(searched, 1),
        "content_unrendered_fields": count(FIELD, text),
    }


def _make_up(message: Message, text: str, words: int) -> dict[str, float]:
    kinds = [attachment.kind for attachment in message.attachments]
    hidden, seen = len(message.hidden_text.split()), len(message.text.split())
    marked = "" if text.isascii() else text
    return {
        "content_image_count": message.images,
        "content_images_per_100_words": 100 * message.images / max(words, 1),
        "content_tracking_pixels": message.pixels,
        "content_words": words,
        "content_hidden_share": hidden / max(hidden + seen, 1),
        "content_forms": message.forms,
        "content_scripts": message.scripts,
        "content_attachments": len(kinds),
        "content_executable_attachments": kinds.count(AttachmentKind.EXECUTABLE),
        "content_archive_attachments": kinds.count(AttachmentKind.ARCHIVE),
        "content_html_attachments": kinds.count(AttachmentKind.PAGE),
        "content_hidden_characters": len(HIDDEN_IN_WORD.findall(marked)),
        "content_mixed_script_words": mixed_words(marked),
        "content_non_latin_share": foreign_share(marked),
        "content_broken": len(message.faults),
    }
