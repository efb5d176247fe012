"""Which column of an export is which: headers as customers really have them."""

import re
from collections.abc import Sequence
from typing import Final

from features.lists.addresses import parse_address
from features.lists.errors import NoEmailColumn

# Mailchimp, WordPress, Outlook, Google, HubSpot, Brevo, Shopify and their translations.
_HEADERS: Final = {
    "email": "email emailaddress mail emailadresse emailadres useremail email1address correo "
    "correoelectronico courriel adresseemail adressemail indirizzoemail eposta epost epostadresse "
    "contactemail subscriberemail customeremail subscriber recipient address emailaddress1 email1 "
    "email1value primaryemail emailprimary workemail businessemail emailwork mailaddress "
    "mailadresse endereçodeemail adresemail to",
    "opted_in_at": "optedinat optin optinat optintime optindate optintimestamp confirmtime "
    "confirmedat subscribedat subscribedate subscribedon signupdate signedupat signuptime consentat "
    "consentdate consenttimestamp createdat dateadded addedat timestampsignup userregistered "
    "acceptsemailmarketingupdatedat",
    "opt_in_ip": "optinip confirmip signupip consentip subscribeip ip ipaddress",
    "opt_in_source": "optinsource signupsource source consentsource leadsource originalsource "
    "subscribesource origin",
    "last_engaged_at": "lastengagedat lastopen lastopened lastopenedat lastclick lastclickedat "
    "lastactivity lastengaged lastengagement lastseen lastactive lastactiveat lastopendate "
    "lastemailopendate lastchanged",
}  # fmt: skip
_FIELDS: Final = {name: field for field, names in _HEADERS.items() for name in names.split()}
_NOT_WORD: Final = re.compile(r"[\W_]+")


def field_of(header: str) -> str | None:
    """Return the field that a header names, None for a column that is not read."""
    return _FIELDS.get(_NOT_WORD.sub("", header[:128]).lower())


def find_columns(header: Sequence[str]) -> dict[str, int]:
    """Return the index of each known field, the first of two that mean the same."""
    places: dict[str, int] = {}
    for index, cell in enumerate(header):
        field = field_of(cell)
        if field is not None:
            places.setdefault(field, index)
    return places


def place_columns(header: Sequence[str]) -> tuple[dict[str, int], bool]:
    """Return the column of each field, and whether `header` is a header at all.

    A first row that holds an address is data: the file has no header. Raises `NoEmailColumn`.
    """
    for index, cell in enumerate(header):
        if parse_address(cell) is not None:
            return {"email": index}, False
    places = find_columns(header)
    if "email" not in places:
        shown = ", ".join(cell[:30] for cell in header[:8]) or "nothing"
        raise NoEmailColumn(f"no column named 'email'; the first row holds: {shown}")
    return places, True
