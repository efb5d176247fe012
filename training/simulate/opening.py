"""Opens the accounts: their facts, domains and list files."""

from pathlib import Path
from typing import Any, TextIO

import numpy as np

from training.simulate.config import DAY_SECONDS
from training.simulate.draws import Rng
from training.simulate.events import make_telemetry
from training.simulate.identifiers import opaque
from training.simulate.list_files import write_list
from training.simulate.lists import UNREAD_S, ListMaker, ListRows
from training.simulate.moments import rfc3339
from training.simulate.origins import ORIGINS, UNASKED
from training.simulate.persona import Origin
from training.simulate.plan import Plan, PlannedList, Planner
from training.simulate.reputation import addresses_of
from training.simulate.senders import Sender
from training.simulate.signup import account_record, domain_records
from training.simulate.state import Account, MadeList, Progress, World, write_line
from training.simulate.truth import list_truth
from training.simulate.universe import NEVER_S


def open_accounts(world: World, senders: list[Sender], truth: TextIO, progress: Progress) -> None:
    """Write accounts, sending domains and imports, each in order of time."""
    planner, maker = Planner(world.config), ListMaker(world.config, world.universe)
    domains: list[dict[str, Any]] = []
    imports: list[dict[str, Any]] = []
    records = []
    for done, sender in enumerate(senders):
        account, made = _open_account(world, sender, planner.plan(sender), maker)
        world.accounts[sender.number] = account
        records.append(account_record(world.config, sender))
        domains += domain_records(world.config, sender)
        imports += made
        for one in account.lists:
            write_line(
                truth,
                list_truth(account.sender, one.list_id, one.rows, one.planned, world.universe),
            )
        progress("accounts", done + 1, len(senders))
    for name, lines, key in (
        ("accounts", records, "created_at"),
        ("sending_domains", domains, "put_at"),
        ("imports", imports, "imported_at"),
    ):
        with (world.out / f"{name}.ndjson").open("w", encoding="utf-8") as file:
            for line in sorted(lines, key=lambda one: str(one[key])):
                write_line(file, line)


def _open_account(
    world: World, sender: Sender, plan: Plan, maker: ListMaker
) -> tuple[Account, list[dict[str, Any]]]:
    rng = world.config.generator(14, sender.number)
    lists, imports = [], []
    for index, planned in enumerate(plan.lists):
        list_id = opaque("l", sender.number * 64 + index, world.config.seed)
        made, record = _make_list(world, rng, sender, planned, list_id, maker)
        lists.append(made)
        if planned.known:
            imports.append(record)
    account = Account(
        sender=sender,
        plan=plan,
        lists=lists,
        telemetry=make_telemetry(rng, world.config.noise),
        addresses=addresses_of(world.config, sender),
        grievance=float(rng.lognormal(0, 0.45)),
        pace_per_s=float(rng.lognormal(1.5, 1.0)),
    )
    return account, imports


def _make_list(
    world: World, rng: Rng, sender: Sender, planned: PlannedList, list_id: str, maker: ListMaker
) -> tuple[MadeList, dict[str, Any]]:
    rows = _rows(rng, sender, planned, maker)
    path = Path("imports") / sender.account_id / f"{list_id}.csv"
    line, total = np.arange(len(rows)), len(rows)
    if planned.known:
        traits, honest = ORIGINS[planned.origin], planned.origin not in UNASKED
        where = world.out / path
        file = write_list(rng, world.universe, rows, traits, honest, planned.at_s, where)
        line, total = file.line, file.rows
    record = {
        "account_id": sender.account_id,
        "list_id": list_id,
        "imported_at": rfc3339(planned.at_s),
        "source": planned.source,
        "rows": total,
        "path": str(path),
    }
    return _as_it_stands(world, rng, sender, planned, list_id, (rows, line, total)), record


def _rows(rng: Rng, sender: Sender, planned: PlannedList, maker: ListMaker) -> ListRows:
    """Return the rows of a list; a bad day mixes in forgotten or mistyped addresses."""
    at_s, region = planned.at_s, sender.region
    rows = maker.make(rng, planned.origin, planned.rows, region, at_s, planned.washed)
    if planned.stale_share:
        old = int(planned.rows * planned.stale_share) + 1
        rows = rows.joined(maker.make(rng, Origin.STALE, old, region, at_s, washed=False)).once()
    if planned.typo_share:
        rows = maker.add_typos(rng, rows, planned.typo_share, region)
    return rows


def _as_it_stands(
    world: World,
    rng: Rng,
    sender: Sender,
    planned: PlannedList,
    list_id: str,
    made: tuple[ListRows, np.typing.NDArray[np.int64], int],
) -> MadeList:
    """Return the list at the world's start: what bounced in its history is off already."""
    rows, line, total = made
    start_s = world.config.start_s
    alive = np.ones(len(rows), dtype=bool)
    if sender.prior and planned.at_s < start_s - 30 * DAY_SECONDS:
        closed = world.universe.gone_at[rows.person] < start_s - 20 * DAY_SECONDS
        alive = ~closed | (rng.random(len(rows)) < 0.06)
    unread_at = world.universe.abandoned_at[rows.person] + UNREAD_S
    keeps = rng.random(len(rows)) >= ORIGINS[planned.origin].sunset
    return MadeList(list_id, planned, rows, line, total, alive, np.where(keeps, NEVER_S, unread_at))
