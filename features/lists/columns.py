"""Which column of an export is which: headers as customers really have them."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from features.lists.addresses import parse_address
from features.lists.errors import NoEmailColumn

# The columns of each field, first choice first: where it is empty in a row, the next one counts.
Places = dict[str, tuple[int, ...]]

# Mailchimp, WordPress, WooCommerce, Outlook, Google, HubSpot, Klaviyo, Brevo, Shopify and others, and
# their translations; second addresses last. Names of a later line count only where a file has none of the lines before.
_HEADERS: Final = {
    "email": (
        """
        email emailaddress emailid mailid mail emailadresse emailadres useremail email1address
        correo correoelectronico courriel adresseemail adressemail adressedemessagerie
        adressecourriel direcciondecorreoelectronico direcciondecorreo indirizzoemail
        indirizzodipostaelettronica postaelettronica indirizzomail enderecodeemail
        enderecodecorreioeletronico correioeletronico eposta epost epostadress epostadresse
        epostadresi sahkoposti sahkopostiosoite emailcim adresemail adresaemail emailovaadresa
        emailadresa adrespocztyelektronicznej contactemail emailcontact subscriberemail
        customeremail buyeremail attendeeemail memberemail donoremail billingemail emailbilling
        accountemail youremail youremailaddress emailaddress1 email1 email1value primaryemail
        emailprimary mailaddress mailadresse mailadres emailaddresses электроннаяпочта
        адресэлектроннойпочты элпочта почта емейл имейл メールアドレス メール eメール 電子メール 電子メールアドレス 电子邮件 电子邮件地址
        电子邮箱 邮箱 邮箱地址 邮件地址 電子郵件 電子郵件地址 電郵 電子信箱 이메일 이메일주소 전자메일 personalemail privateemail homeemail
        emailhome emailprivate emailprivat workemail businessemail emailwork emailbusiness
        secondaryemail alternateemail otheremail email2 email2address email2value emailaddress2
        email2adresse email3 email3address email3value
        """,
        "subscriber recipient address to",
    ),
    "opted_in_at": (
        """
        optedinat confirmtime confirmedat confirmedon confirmdate optintime optindate optintimestamp
        doubleoptindate consentat consentdate consenttime consenttimestamp
        emailmarketingconsenttimestamp subscribedat subscribedate subscribedon subscriptiondate
        datesubscribed signupdate signedupat signuptime timestampsignup
        acceptsemailmarketingupdatedat anmeldungam angemeldetam anmeldedatum eingetragenam
        dateinscription datedinscription inscritle fechadesuscripcion fechadealta dataiscrizione
        datadiiscrizione datadeinscricao datainscricao aanmelddatum inschrijfdatum datazapisu
        датаподписки 登録日 登録日時 注册时间 订阅时间 訂閱時間
        """,
        """
        createdat createdate createddate createdon datecreated dateadded addedat addedtime addedon
        userregistered dateregistered registeredat registeredon registrationdate profilecreatedon
        joindate joinedat membersince erstelltam registriertam datedecreation fechadecreacion
        datacreazione criadoem timestamp submittedat submissiondate
        """,
        "optin",
    ),
    "opt_in_ip": (
        "optinip confirmip signupip consentip subscribeip subscribedip",
        "ip ipaddress",
    ),
    "opt_in_source": (
        """
        optinsource signupsource consentsource subscribesource registrationsource source sourcename
        leadsource originalsource origin quelle herkunft
        """,
    ),
    "last_engaged_at": (
        """
        lastengagedat lastengaged lastengagement lastengagementdate lastopen lastopened lastopenedat
        lastopendate lastemailopendate lastmarketingemailopendate lastclick lastclicked
        lastclickedat lastclickdate lastemailclickdate lastmarketingemailclickdate lastactivity
        lastactivityat lastactivitydate lastseen lastactive lastactiveat
        """,
    ),
}
_NOT_WORD: Final = re.compile(r"[\W_]+")
_MAX_HEADER: Final = 128


def _letters(header: str) -> str:
    """Return a header's letters and digits in lower case, without accents and widths."""
    plain = header.lower()
    if not plain.isascii():
        apart = unicodedata.normalize("NFKD", plain)
        plain = "".join(char for char in apart if not unicodedata.combining(char))
    return _NOT_WORD.sub("", plain)


# By name: the field, which line it stands in, and its place there.
_FIELDS: Final = {
    _letters(name): (field, line, place)
    for field, lines in _HEADERS.items()
    for line, names in enumerate(lines)
    for place, name in enumerate(names.split())
}


@lru_cache(maxsize=4_096)
def _known(header: str) -> tuple[str, int, int] | None:
    return _FIELDS.get(_letters(header))


def field_of(header: str) -> str | None:
    """Return the field that a header names, None for a column that is not read."""
    known = _known(header[:_MAX_HEADER])
    return known[0] if known else None


def rank_of(header: str) -> tuple[str, int, int] | None:
    """Return the field that a header names, and which choice it is for it: lower ones come first."""
    return _known(header[:_MAX_HEADER])


def find_columns(header: Iterable[str]) -> Places:
    """Return the columns of each known field, the best one first."""
    found: dict[str, list[tuple[int, int, int]]] = {}
    for index, cell in enumerate(header):
        known = _known(cell[:_MAX_HEADER])
        if known is not None:
            field, line, place = known
            found.setdefault(field, []).append((line, place, index))
    return {
        field: tuple(index for line, _, index in sorted(columns) if line == min(columns)[0])
        for field, columns in found.items()
    }


def address_places(row: Sequence[str]) -> tuple[int, ...]:
    """Return the columns of a row that hold an address."""
    return tuple(index for index, cell in enumerate(row) if parse_address(cell) is not None)


def place_columns(header: Sequence[str]) -> tuple[Places, bool]:
    """Return the columns of each field, and whether `header` is a header at all.

    A first row that holds an address is data: the file has no header. Raises `NoEmailColumn`.
    """
    held = address_places(header)
    if held:
        return {"email": held[:1]}, False
    places = find_columns(header)
    if "email" not in places:
        raise NoEmailColumn(f"no column named 'email'; the first row holds: {shown(header)}")
    return places, True


def shown(row: Sequence[str]) -> str:
    """Return the beginning of a row as an error may show it: nothing that is or may hold an address."""
    cells = (
        "…" if "@" in cell else "".join(filter(str.isprintable, cell[:30])) for cell in row[:8]
    )
    return ", ".join(cells) or "nothing"
