"""Accounts found by what is known of them, and the first by a count."""

from datetime import datetime
from typing import Protocol

from features.records import Account
from service.stores.contract.row import Row


class WhichAccounts(Row, frozen=True, kw_only=True):
    """Which accounts; `since` is when they were created, `last_action` that of the newest decision.

    `ties` are keys that they all have (`service.ties`); with events at the mailbox `provider`.
    """

    plan: str | None = None
    country: str | None = None
    last_action: str | None = None
    verdict: str | None = None
    since: datetime | None = None
    ties: tuple[int, ...] = ()
    provider: str | None = None


class AccountQuery(Row, frozen=True, kw_only=True):
    which: WhichAccounts = WhichAccounts()
    cursor: str | None = None
    limit: int = 100


class AccountRow(Row, frozen=True, kw_only=True):
    """An account with the action of its newest decision and a person's last word on it."""

    account: Account
    last_action: str | None
    verdict: str | None


class AccountsPage(Row, frozen=True, kw_only=True):
    accounts: tuple[AccountRow, ...]
    next_cursor: str | None = None


class TopQuery(Row, frozen=True, kw_only=True):
    """The most of a counter by `account`, `plan`, `country`, `provider` or a kind of tie.

    The counter is one of events, `risk` (the highest of a campaign by its newest decision) or
    `expected_abusive` (the sum of their risk times recipients); risk is not known by provider.
    `slots` of the grain: the first of the period before, the first of the period, the one after
    it. Accounts with no event since the hour slot `active_hour` are left out.
    """

    counter: str
    by: str
    grain: int
    slots: tuple[int, int, int]
    active_hour: int
    limit: int
    which: WhichAccounts = WhichAccounts()


class Top(Row, frozen=True, kw_only=True):
    """A figure of a period and of the one before; `name` None where the fact is not known.

    `accounts` have any of it, None where they are not counted. What a `tie` stands for is known
    by one of those that share it, the `example`.
    """

    name: str | None
    now: float
    before: float
    accounts: int | None = None
    tie: int | None = None
    example: Account | None = None


class Accounts(Protocol):
    def find_accounts(self, query: AccountQuery) -> AccountsPage:
        """Accounts, newest first. Raises `ValueError` for a cursor of somewhere else."""
        ...

    def top_accounts(self, query: TopQuery) -> tuple[Top, ...]:
        """Who has the most of a counter in a period, the most first."""
        ...
