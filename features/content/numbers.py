"""The numbers of a message: their names, units and meanings, in one table.

`features/families/content.py` turns the table into features; `analysis.py` fills all but the
`content_text_*` numbers, which a text model gives (`models.content`), and those that compare the
message with its account (`account_fit`).
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Number:
    """One number of a message; `direction` as in `features.catalogue.Feature`."""

    name: str
    unit: str
    meaning: str
    direction: int = 0


TABLE: Final = (
    Number("content_link_count", "links", "links to follow, unsubscribe links included"),
    Number("content_link_domains", "domains", "distinct registrable domains linked to"),
    Number("content_link_mismatches", "links", "links whose text shows another domain than they open", 1),
    Number("content_ip_links", "links", "links to a bare IP address", 1),
    Number("content_punycode_links", "links", "links to an internationalised (xn--) host", 1),
    Number("content_shortener_links", "links", "links through a URL shortener", 1),
    Number("content_free_hosting_links", "links", "links to free hosting, form builders and tunnels", 1),
    Number("content_redirector_links", "links", "links whose parameters carry another site's address"),
    Number("content_aligned_link_share", "share", "of the links, those to the From address's own domain", -1),
    Number("content_from_free_mail", "flag", "From is a free-mail address", 1),
    Number("content_reply_to_differs", "flag", "replies go to another domain than From"),
    Number("content_reply_to_free_mail", "flag", "replies go to free mail, From is not free mail", 1),
    Number("content_lookalike_domains", "domains", "From or link domains that imitate a well-known brand", 1),
    Number("content_brand_claims", "brands", "brands named in display name or subject, mail not from them", 1),
    Number("content_sender_codes", "flag", "figures in a row or letters nobody can say in the From address"),
    Number("content_subject_codes", "flag", "a code in the subject, as in `order 48210773` or `x7kq`"),
    Number("content_unsubscribe_aligned", "flag", "a link to unsubscribe at the From address's own domain", -1),
    Number("content_credential_asks", "phrases", "asks to verify, confirm or unlock an account or password", 1),
    Number("content_payment_asks", "phrases", "asks for bank, card or wallet details or a transfer", 1),
    Number("content_prohibited_goods", "phrases", "goods and offers that most providers forbid (drugs, casinos, lists, advance fees) or the policy names", 1),
    Number("content_urgency", "phrases", "threats and deadlines"),
    Number("content_unsubscribe_link", "flag", "a visible way to unsubscribe in the body"),
    Number("content_list_unsubscribe", "flag", "List-Unsubscribe header", -1),
    Number("content_one_click", "flag", "one-click unsubscribe (RFC 8058)", -1),
    Number("content_postal_address", "flag", "something like a postal address in the body"),
    Number("content_placeholder_address", "flag", "a postal address that only fills a template, as `123 Main Street, Anytown`"),
    Number("content_image_count", "images", "images shown"),
    Number("content_images_per_100_words", "images", "images shown per 100 words of readable text"),
    Number("content_tracking_pixels", "images", "images of at most 2 pixels"),
    Number("content_words", "words", "readable words, hidden ones left out"),
    Number("content_hidden_share", "share", "of the text, what the reader does not see"),
    Number("content_forms", "forms", "HTML forms in the mail", 1),
    Number("content_scripts", "scripts", "scripts in the mail, inline handlers included", 1),
    Number("content_attachments", "files", "attachments"),
    Number("content_executable_attachments", "files", "attached programs, scripts and disk images", 1),
    Number("content_archive_attachments", "files", "attached archives"),
    Number("content_html_attachments", "files", "attached HTML or SVG pages", 1),
    Number("content_unrendered_fields", "fields", "personalisation left unrendered, as {{name}}"),
    Number("content_hidden_characters", "characters", "zero-width and direction-changing characters inside words"),
    Number("content_disguised_words", "words", "words spelled with figures or signs, as `v1agra`", 1),
    Number("content_mixed_script_words", "words", "words that mix look-alike alphabets", 1),
    Number("content_non_latin_share", "share", "of the letters, those outside the Latin alphabet"),
    Number("content_own_lookalikes", "domains", "From or link domains that imitate a domain of the account's own", 1),
    Number("content_language_foreign", "flag", "the language is neither English nor one of the account's country"),
    Number("content_broken", "faults", "ways in which the message breaks MIME"),
    Number("content_text_malicious", "probability", "that the text is phishing or fraud, by the text model", 1),
    Number("content_text_unsolicited", "probability", "that the text is unsolicited, by the text model", 1),
    Number("content_text_wanted", "probability", "that the text is wanted mail, by the text model", -1),
    Number("content_text_judged", "flag", "the text model had enough readable text to judge"),
)  # fmt: skip

NUMBERS: Final = tuple(number.name for number in TABLE)
