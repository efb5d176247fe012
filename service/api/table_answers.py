"""What the API answers about tables of accounts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from service.accounts_found import Listed
from service.api.answers import Answer
from service.stores.contract import Top


class ListedAccountAnswer(Answer, frozen=True, kw_only=True):
    """An account and its mail of the last 7 full days, and of the 7 before those, by counter.

    `last_action` is that of its newest decision, `verdict` a person's last word.
    """

    account_id: str
    created_at: datetime
    plan: str | None
    country: str | None
    paid: bool | None
    email_domain: str | None
    last_action: str | None
    verdict: str | None
    counts_7d: dict[str, int]
    counts_7d_before: dict[str, int]


class AccountsAnswer(Answer, frozen=True, kw_only=True):
    """Accounts, newest first; give `next_cursor` back as `cursor` for the next page."""

    accounts: tuple[ListedAccountAnswer, ...]
    next_cursor: str | None


class TopAnswer(Answer, frozen=True, kw_only=True):
    """Who, how much in the period, and how much in the period before; `name` null: not known.

    Counts and mails expected to be abusive are whole numbers, `risk` lies in [0, 1]. `accounts` had any
    of it in the two periods; null by provider.
    """

    name: str | None
    now: float
    before: float
    accounts: int | None


class TopsAnswer(Answer, frozen=True, kw_only=True):
    """The first by a counter, the most first."""

    counter: str
    by: str
    period: str
    top: tuple[TopAnswer, ...]


TABLE_ANSWERS: Final[tuple[type[Answer], ...]] = (
    ListedAccountAnswer,
    AccountsAnswer,
    TopAnswer,
    TopsAnswer,
)


def accounts_answer(found: Sequence[Listed], next_cursor: str | None) -> AccountsAnswer:
    return AccountsAnswer(accounts=tuple(map(_listed, found)), next_cursor=next_cursor)


def _listed(one: Listed) -> ListedAccountAnswer:
    facts = one.row.account
    return ListedAccountAnswer(
        account_id=facts.account_id,
        created_at=facts.created_at,
        plan=facts.plan,
        country=facts.country,
        paid=facts.paid,
        email_domain=facts.email_domain,
        last_action=one.row.last_action,
        verdict=one.row.verdict,
        counts_7d=one.now,
        counts_7d_before=one.before,
    )


def tops_answer(counter: str, by: str, period: str, found: Sequence[Top]) -> TopsAnswer:
    top = tuple(
        TopAnswer(name=one.name, now=one.now, before=one.before, accounts=one.accounts)
        for one in found
    )
    return TopsAnswer(counter=counter, by=by, period=period, top=top)
