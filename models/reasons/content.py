"""Reasons from the message itself."""

from models.reasons.claim import above, apart, below, less, more
from models.reasons.reason import Reason

_FAMILY = "content"

LINK_TEXT_MISLEADS = Reason(
    "LINK_TEXT_MISLEADS",
    _FAMILY,
    ("content_link_mismatches",),
    "Links show one address and open another.",
    "Let the text of a link name what it opens; use your own domain for click tracking.",
    claim=above(0),
)
LINKS_TO_RISKY_HOSTS = Reason(
    "LINKS_TO_RISKY_HOSTS",
    _FAMILY,
    (
        "content_ip_links",
        "content_punycode_links",
        "content_shortener_links",
        "content_free_hosting_links",
        "content_redirector_links",
    ),
    "Links go through hosts that phishing often uses.",
    "Link straight to pages on your own domain; leave out shorteners, bare IP addresses and free hosting.",
    claim=above(0),
)
LINKS_ELSEWHERE = Reason(
    "LINKS_ELSEWHERE",
    _FAMILY,
    ("content_aligned_link_share", "content_link_domains", "content_link_count"),
    "The links of the message are unusual in number, or lead away from the sender's domain.",
    "Link to the domain that you send from, and to few others.",
    claim=apart(),
    claims={"content_aligned_link_share": below(1)},
)
FROM_FREE_MAIL = Reason(
    "FROM_FREE_MAIL",
    _FAMILY,
    ("content_from_free_mail", "from_free_mail"),
    "The From address is at a free-mail provider, whose rules forbid sending through others.",
    "Send from an address at a domain of your own.",
    claim=above(0.5),
)
REPLY_TO_ELSEWHERE = Reason(
    "REPLY_TO_ELSEWHERE",
    _FAMILY,
    ("content_reply_to_*",),
    "Replies go to another domain than the mail comes from.",
    "Use a Reply-To address at the domain that you send from.",
    claim=above(0.5),
)
BRAND_IMITATED = Reason(
    "BRAND_IMITATED",
    _FAMILY,
    ("content_lookalike_domains", "content_brand_claims", "content_own_lookalikes"),
    "The message looks as if it came from a well-known brand, or from a look-alike of the account's own domain.",
    "Write in your own name; when you act for the brand, send from a domain it has set up for you.",
    hidden_value=True,
    claim=above(0),
)
CREDENTIALS_ASKED = Reason(
    "CREDENTIALS_ASKED",
    _FAMILY,
    ("content_credential_asks",),
    "The message asks readers to confirm or unlock an account.",
    "Never ask for passwords by mail; let readers sign in on your site by themselves.",
    hidden_value=True,
    claim=above(0),
)
CODES_IN_SENDER_OR_SUBJECT = Reason(
    "CODES_IN_SENDER_OR_SUBJECT",
    _FAMILY,
    ("content_sender_codes", "content_subject_codes"),
    "The From address or the subject holds figures or letters that look made by a machine.",
    "Send from an address that people can read, and keep codes out of the subject.",
    hidden_value=True,
    claim=above(0.5),
)
PAYMENT_ASKED = Reason(
    "PAYMENT_ASKED",
    _FAMILY,
    ("content_payment_asks",),
    "The message asks for bank, card or wallet details or a transfer.",
    "Take payments on your own site only, and do not ask for such details by mail.",
    hidden_value=True,
    claim=above(0),
)
PROHIBITED_GOODS = Reason(
    "PROHIBITED_GOODS",
    _FAMILY,
    ("content_prohibited_goods",),
    "The message offers goods or deals that most providers forbid.",
    "Check the platform's list of goods that may not be promoted; leave such offers out.",
    hidden_value=True,
    claim=above(0),
)
PRESSURE_IN_TEXT = Reason(
    "PRESSURE_IN_TEXT",
    _FAMILY,
    ("content_urgency",),
    "The message puts readers under pressure.",
    "State dates plainly and leave threats out.",
    hidden_value=True,
    claim=above(0),
)
UNSUBSCRIBE_MISSING = Reason(
    "UNSUBSCRIBE_MISSING",
    _FAMILY,
    (
        "content_unsubscribe_link",
        "content_unsubscribe_aligned",
        "content_list_unsubscribe",
        "content_one_click",
    ),
    "A way to unsubscribe is missing: a visible link, one at the From domain, a List-Unsubscribe header or one click.",
    "Add a visible unsubscribe link and the List-Unsubscribe headers for one click (RFC 8058).",
    claim=below(0.5),
)
POSTAL_ADDRESS_MISSING = Reason(
    "POSTAL_ADDRESS_MISSING",
    _FAMILY,
    ("content_postal_address", "content_placeholder_address"),
    "Whether the message gives a postal address stands out.",
    "Put your organisation's name and postal address into the footer.",
    claim=apart(),
)
MOSTLY_IMAGES = Reason(
    "MOSTLY_IMAGES",
    _FAMILY,
    ("content_image_count", "content_images_per_100_words", "content_tracking_pixels"),
    "The number of images, or their balance with the text, is unusual.",
    "Say the main points in text, and use fewer images and tracking pixels.",
    claim=apart(),
)
TEXT_LENGTH = Reason(
    "TEXT_LENGTH",
    _FAMILY,
    ("content_words", "content_text_judged"),
    "The amount of readable text is unusual.",
    "Include enough plain text to say who you are, why you write and what you offer.",
    claim=apart(),
)
TEXT_DISGUISED = Reason(
    "TEXT_DISGUISED",
    _FAMILY,
    (
        "content_hidden_share",
        "content_hidden_characters",
        "content_mixed_script_words",
        "content_disguised_words",
    ),
    "Some of the text is hidden from readers or disguised.",
    "Remove invisible text and look-alike letters; check what your template leaves in.",
    claim=above(0),
)
FORMS_OR_SCRIPTS = Reason(
    "FORMS_OR_SCRIPTS",
    _FAMILY,
    ("content_forms", "content_scripts"),
    "The message holds forms or scripts, which mail programs block.",
    "Link to a page with the form instead.",
    claim=above(0),
)
ATTACHMENTS = Reason(
    "ATTACHMENTS",
    _FAMILY,
    (
        "content_attachments",
        "content_executable_attachments",
        "content_archive_attachments",
        "content_html_attachments",
    ),
    "The message has attachments, which mail to many people seldom has.",
    "Link to a download on your own site instead of attaching files.",
    claim=above(0),
)
PERSONALISATION_BROKEN = Reason(
    "PERSONALISATION_BROKEN",
    _FAMILY,
    ("content_unrendered_fields",),
    "Personalisation fields were not filled in.",
    "Check the field names in your template against the columns of your list.",
    claim=above(0),
)
ALPHABET_UNUSUAL = Reason(
    "ALPHABET_UNUSUAL",
    _FAMILY,
    ("content_non_latin_share", "content_language_foreign"),
    "The language or alphabet is unusual for this account or platform.",
    "Nothing is wrong with another language; tell support which language your readers speak.",
    claim=more(0),
)
MESSAGE_BROKEN = Reason(
    "MESSAGE_BROKEN",
    _FAMILY,
    ("content_broken",),
    "The message breaks the rules of its format.",
    "Build it with a current mail library, or send its parts as fields instead of raw text.",
    claim=above(0),
)
TEXT_LIKE_ABUSE = Reason(
    "TEXT_LIKE_ABUSE",
    _FAMILY,
    ("content_text_malicious", "content_text_unsolicited", "content_text_wanted"),
    "The wording is nearer than usual to that of mail that people did not ask for.",
    "Say who you are and where the reader signed up; keep promises plain and claims provable.",
    hidden_value=True,
    claim=more(),
    claims={"content_text_wanted": less()},
)
