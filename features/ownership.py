"""Whether two accounts that hold the same addresses have one owner: then sharing is legitimate.

An agency and its client, two shops of one owner, a shop that moved to a new account.
"""

from urllib.parse import urlsplit

from features.records import Account


def one_owner(first: Account, second: Account) -> bool:
    """Return whether two accounts share a parent, a payment means, a device or a website."""
    return _family(first, second) or any(
        mine is not None and mine == theirs
        for mine, theirs in (
            (first.payment_fingerprint, second.payment_fingerprint),
            (first.device_fingerprint, second.device_fingerprint),
            (website_host(first.website), website_host(second.website)),
        )
    )


def _family(first: Account, second: Account) -> bool:
    """Return whether one is the other's parent (agency and client), or both have one parent."""
    parents = (first.parent_account_id, second.parent_account_id)
    return (
        parents[0] == second.account_id
        or parents[1] == first.account_id
        or (parents[0] is not None and parents[0] == parents[1])
    )


def website_host(website: str | None) -> str | None:
    """Return the host of a website in lower case without `www.`; None for what is none."""
    if not website:
        return None
    try:
        host = urlsplit(website if "//" in website else f"//{website}").hostname or ""
    except ValueError:
        return None
    return host.lower().removeprefix("www.").rstrip(".") or None
