"""Accounts in tables: found by filters, with a week's mail, and the first by a count."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from features.facts import TieKind
from features.tiles import COUNTERS, account_key
from features.windows import Grain
from service.desk.blind import told_verdicts
from service.errors import Unreadable
from service.stores.contract import AccountQuery, AccountRow, Store, Top, TopQuery, WhichAccounts
from service.ties import lowered, network_of, shared_facts, tie_key

PERIODS: Final = {"24h": (Grain.HOUR, 24), "7d": (Grain.DAY, 7), "30d": (Grain.DAY, 30)}
# What accounts can share, by the names that filters and groups have for it.
TIES: Final = {
    "network": TieKind.SIGNUP_NET, "device": TieKind.DEVICE, "payment": TieKind.PAYMENT,
    "email_domain": TieKind.EMAIL_DOMAIN,
}  # fmt: skip
GROUPS: Final = ("account", "plan", "country", "provider", *TIES)
# Figures beside the counts of events; what they are is told by `TopQuery`.
RISKS: Final = ("risk", "expected_abusive")
FIGURES: Final = (*COUNTERS, *RISKS)
_WEEK: Final = 7


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """An account of a table: `now` counts its last 7 full days, `before` the 7 before those."""

    row: AccountRow
    now: dict[str, int]
    before: dict[str, int]
    sent_by_day: tuple[int, ...]


def listed(
    store: Store, query: AccountQuery, at: datetime, name: str
) -> tuple[tuple[Listed, ...], str | None]:
    """Return a page of accounts and the next cursor, as a person may know them.

    Raises `Unreadable` for a cursor of somewhere else.
    """
    try:
        page = store.find_accounts(query)
    except ValueError as error:
        if query.cursor is None:
            raise
        raise Unreadable("the cursor is not one that this service gave out") from error
    known = told_verdicts(store, {row.account.account_id for row in page.accounts}, name)
    asked = query.which.verdict
    rows = [_known(row, known) for row in page.accounts]
    # A filter finds no account by a verdict that the person is not told.
    rows = [row for row in rows if asked is None or row.verdict == asked]
    return _counted(store, rows, at), page.next_cursor


def _known(row: AccountRow, known: Mapping[str, str | None]) -> AccountRow:
    account_id = row.account.account_id
    if account_id not in known:
        return row
    return msgspec.structs.replace(row, verdict=known[account_id])


def _counted(store: Store, rows: Sequence[AccountRow], at: datetime) -> tuple[Listed, ...]:
    last = Grain.DAY.slot(int(at.timestamp())) - 1
    first = last - 2 * _WEEK + 1
    keys = [account_key(row.account.account_id) for row in rows]
    tiles = store.tiles(keys, Grain.DAY, first, last) if keys else None
    days: dict[int, list[list[int]]] = {key: [[0] * len(COUNTERS)] * (2 * _WEEK) for key in keys}
    if tiles is not None:
        for entity, slot, counts in zip(
            tiles.entities.tolist(), tiles.slots.tolist(), tiles.counts.tolist(), strict=True
        ):
            days[entity][slot - first] = counts
    sent = COUNTERS.index("sent")
    return tuple(
        Listed(
            row=row,
            now=_summed(days[key][_WEEK:]),
            before=_summed(days[key][:_WEEK]),
            sent_by_day=tuple(day[sent] for day in days[key]),
        )
        for row, key in zip(rows, keys, strict=True)
    )


def _summed(days: Sequence[Sequence[int]]) -> dict[str, int]:
    return dict(zip(COUNTERS, (sum(column) for column in zip(*days, strict=True)), strict=True))


def which_accounts(named: Mapping[str, str | None]) -> WhichAccounts:
    """Return which accounts filters by name ask for. Raises `Unreadable` for a network that is none.

    `network` is a sign-up IP or its /24 (IPv4) or /48 (IPv6), with or without the length.
    """
    network = named.get("network")
    if network is not None and network_of(network.split("/")[0]) is None:
        raise Unreadable(f"{network!r} is neither an IP address nor a network of one")
    shared = {
        "network": network and network_of(network.split("/")[0]),
        "device": named.get("device"),
        "payment": named.get("payment"),
        "email_domain": lowered(named.get("email_domain")),
    }
    return WhichAccounts(
        plan=named.get("plan"),
        country=named.get("country"),
        last_action=named.get("last_action"),
        verdict=named.get("verdict"),
        ties=tuple(tie_key(TIES[name], value) for name, value in shared.items() if value),
        provider=named.get("provider"),
    )


def top_query(
    at: datetime, counter: str, by: str, period: str, limit: int, which: WhichAccounts
) -> TopQuery:
    """Return the question for the full hours or days of a period before `at`, for risk with the open one.

    Raises `Unreadable` for the risk of mailbox providers: it is one of campaigns.
    """
    if by == "provider" and counter in RISKS:
        raise Unreadable("risk is of accounts and their campaigns, not of mailbox providers")
    grain, length = PERIODS[period]
    # Counts of an open hour or day are not whole; what was decided in it is.
    last = grain.slot(int(at.timestamp())) + (counter in RISKS)
    active = Grain.HOUR.slot(int((at - timedelta(seconds=grain.value * (length + 1))).timestamp()))
    return TopQuery(
        counter=counter,
        by=TIES[by].value if by in TIES else by,
        grain=grain.value,
        slots=(last - 2 * length, last - length, last),
        active_hour=active,
        limit=limit,
        which=which,
    )


def top(store: Store, query: TopQuery) -> tuple[Top, ...]:
    """Return the first by a figure, the most first; what is shared by its name."""
    return tuple(_named(one, query.by) for one in store.top_accounts(query))


def _named(one: Top, by: str) -> Top:
    """Return a tie by the name that its example has for it; it may share something else by now."""
    if one.tie is None or one.example is None:
        return one
    name = shared_facts(one.example).get(TieKind(by))
    known = name is not None and tie_key(TieKind(by), name) == one.tie
    return msgspec.structs.replace(one, name=name if known else None)
