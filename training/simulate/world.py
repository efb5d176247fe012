"""Makes a world: plans every account, sends every campaign in time order, writes the files."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import numpy.typing as npt

from training.simulate.compose import compose
from training.simulate.config import SimulationConfig
from training.simulate.draws import Rng, chance
from training.simulate.event_file import Vocabulary, write_events
from training.simulate.events import (
    EventRows,
    Sending,
    Telemetry,
    events_of,
    joined,
    make_telemetry,
)
from training.simulate.identifiers import opaque
from training.simulate.list_files import write_list
from training.simulate.lists import UNREAD_S, ListMaker, ListRows
from training.simulate.moments import rfc3339
from training.simulate.origins import ORIGINS, UNASKED
from training.simulate.outcomes import HARD, REPORTED, TRAP, Circumstances, Fates, decide_fates
from training.simulate.persona import Origin
from training.simulate.plan import Plan, PlannedCampaign, PlannedList, Planner
from training.simulate.providers import PROVIDERS
from training.simulate.reputation import Network, addresses_of, build_network
from training.simulate.senders import Sender, deal
from training.simulate.signup import account_record, domain_records
from training.simulate.truth import account_truth, campaign_abusive, list_truth
from training.simulate.universe import NEVER_S, Universe, build_universe

Progress = Callable[[str, int, int], None]
"""Told the stage, how much of it is done, and how much there is."""


@dataclass
class MadeList:
    """A list as it stands: `alive` rows may still be mailed, until `sunset_s`."""

    list_id: str
    planned: PlannedList
    rows: ListRows
    line: npt.NDArray[np.int64]
    file_rows: int
    alive: npt.NDArray[np.bool_]
    sunset_s: npt.NDArray[np.int64]


@dataclass
class Account:
    """An account while the world runs."""

    sender: Sender
    plan: Plan
    lists: list[MadeList]
    telemetry: Telemetry
    addresses: tuple[int, ...]
    grievance: float
    pace_per_s: float
    first_abusive_s: int | None = None


@dataclass
class World:
    """Everything needed to send campaigns one after the other."""

    config: SimulationConfig
    universe: Universe
    network: Network
    out: Path
    accounts: dict[int, Account] = field(default_factory=dict)
    events: list[EventRows] = field(default_factory=list)
    account_of: list[str] = field(default_factory=list)
    campaign_ids: list[str] = field(default_factory=list)
    named: list[bool] = field(default_factory=list)
    provided: list[bool] = field(default_factory=list)
    addressed: list[bool] = field(default_factory=list)
    event_count: int = 0


def simulate(config: SimulationConfig, out: Path, progress: Progress) -> None:
    """Write the world of a configuration into an empty or missing directory."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "recipients").mkdir()
    (out / "messages").mkdir()
    progress("people", 0, 1)
    universe = build_universe(config)
    progress("people", 1, 1)
    world = World(config, universe, build_network(config, len(PROVIDERS)), out)
    senders = deal(config)
    with (out / "truth.ndjson").open("w", encoding="utf-8") as truth:
        _open_accounts(world, senders, truth, progress)
        _send_campaigns(world, truth, progress)
        for account in world.accounts.values():
            _write(truth, account_truth(account.sender, account.plan, account.first_abusive_s))
    _write_events(world, progress)


def _write(file: TextIO, record: dict[str, Any]) -> None:
    file.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")


def _open_accounts(world: World, senders: list[Sender], truth: TextIO, progress: Progress) -> None:
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
            _write(
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
                _write(file, line)


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
    rows = maker.make(
        rng, planned.origin, planned.rows, sender.region, planned.at_s, planned.washed
    )
    if planned.stale_share:
        old = int(planned.rows * planned.stale_share) + 1
        rows = rows.joined(
            maker.make(rng, Origin.STALE, old, sender.region, planned.at_s, washed=False)
        ).once()
    if planned.typo_share:
        rows = maker.add_typos(rng, rows, planned.typo_share, sender.region)
    honest = planned.origin not in UNASKED
    path = Path("imports") / sender.account_id / f"{list_id}.csv"
    where = world.out / path
    if planned.known:
        file = write_list(
            rng, world.universe, rows, ORIGINS[planned.origin], honest, planned.at_s, where
        )
        line, total = file.line, file.rows
    else:
        line, total = np.arange(len(rows)), len(rows)
    record = {
        "account_id": sender.account_id,
        "list_id": list_id,
        "imported_at": rfc3339(planned.at_s),
        "source": planned.source,
        "rows": total,
        "path": str(path),
    }
    alive = np.ones(len(rows), dtype=bool)
    if sender.prior and planned.at_s < world.config.start_s - 30 * 86_400:
        closed = world.universe.gone_at[rows.person] < world.config.start_s - 20 * 86_400
        alive = ~closed | (rng.random(len(rows)) < 0.06)
    unread_at = world.universe.abandoned_at[rows.person] + UNREAD_S
    keeps = rng.random(len(rows)) >= ORIGINS[planned.origin].sunset
    sunset = np.where(keeps, NEVER_S, unread_at)
    return MadeList(list_id, planned, rows, line, total, alive, sunset), record


def _send_campaigns(world: World, truth: TextIO, progress: Progress) -> None:
    planned = [one for account in world.accounts.values() for one in account.plan.campaigns]
    planned.sort(key=lambda one: (one.at_s, one.sender))
    with (world.out / "campaigns.ndjson").open("w", encoding="utf-8") as file:
        for done, campaign in enumerate(planned):
            _send(world, campaign, done, file, truth)
            if done % 50 == 0 or done + 1 == len(planned):
                progress("campaigns", done + 1, len(planned))


def _send(world: World, planned: PlannedCampaign, number: int, file: TextIO, truth: TextIO) -> None:
    """Send one campaign: pick its recipients, decide their fates, write everything about it."""
    rng = world.config.generator(15, number)
    account = world.accounts[planned.sender]
    chosen = _recipients(rng, account, planned)
    if not len(chosen.rows):
        return
    campaign_id = opaque("c", number, world.config.seed)
    fates = decide_fates(rng, world.universe, chosen.rows, _circumstances(world, account, planned))
    abusive = campaign_abusive(account.sender, planned, chosen.rows)
    if abusive and account.first_abusive_s is None:
        account.first_abusive_s = planned.at_s
    _learn(world, rng, account, planned, chosen, fates)
    _write(file, _campaign_line(world, rng, account, planned, campaign_id, len(chosen.rows)))
    _write(truth, _campaign_truth(campaign_id, account, abusive, fates))
    _write_recipients(world.out / "recipients" / f"{campaign_id}.npz", chosen, fates)
    _emit(world, rng, account, planned, campaign_id, chosen, fates)


@dataclass(frozen=True)
class _Chosen:
    """The recipients of a campaign in hand-over order."""

    rows: ListRows
    line: npt.NDArray[np.int64]
    source: npt.NDArray[np.int64]
    index: npt.NDArray[np.int64]


def _recipients(rng: Rng, account: Account, planned: PlannedCampaign) -> _Chosen:
    parts = []
    offset = 0
    for number in planned.lists:
        made = account.lists[number]
        index = np.flatnonzero(made.alive & (made.sunset_s > planned.at_s))
        index = index[rng.random(len(index)) < planned.reach]
        source = np.full(len(index), number)
        parts.append((made.rows.take(index), made.line[index] + offset, source, index))
        offset += made.file_rows
    rows = parts[0][0]
    for part in parts[1:]:
        rows = rows.joined(part[0])
    line, source, index = (np.concatenate([part[i] for part in parts]) for i in (1, 2, 3))
    _, first = np.unique(rows.person, return_index=True)
    order = np.sort(first) if account.sender.number % 2 else rng.permutation(first)
    return _Chosen(rows.take(order), line[order], source[order], index[order])


def _circumstances(world: World, account: Account, planned: PlannedCampaign) -> Circumstances:
    now, network = planned.at_s, world.network
    addresses = [network.address(number) for number in account.addresses]
    outage = [network.outage(provider, now) for provider in range(len(PROVIDERS))]
    return Circumstances(
        now_s=now,
        genre=planned.genre,
        account_badness=network.account(account.sender.number).badness(now),
        address_badness=max(address.badness(now) for address in addresses),
        listed=any(address.listed(now) for address in addresses),
        authenticated=account.sender.authenticated,
        can_leave=account.sender.voice.unsubscribe != "none",
        grievance=account.grievance,
        blip=planned.blip,
        outage=np.array(outage),
    )


def _learn(
    world: World,
    rng: Rng,
    account: Account,
    planned: PlannedCampaign,
    chosen: _Chosen,
    fates: Fates,
) -> None:
    """Take off who bounced, complained or left; let the providers remember the campaign."""
    off = (fates.outcome == HARD) | (fates.complaint == REPORTED) | (fates.unsub_delay > 0)
    for number in planned.lists:
        made = account.lists[number]
        made.alive[chosen.index[off & (chosen.source == number)]] = False
    n = len(off)
    hard = int((fates.outcome == HARD).sum())
    traps = int((fates.outcome == TRAP).sum())
    complaints = int((fates.complaint > 0).sum())
    world.network.account(account.sender.number).add(rng, planned.at_s, n, hard, traps, complaints)
    share = max(len(account.addresses), 1)
    for number in account.addresses:
        world.network.address(number).add(
            rng, planned.at_s, n // share, hard // share, -(-traps // share), complaints // share
        )


def _campaign_line(
    world: World,
    rng: Rng,
    account: Account,
    planned: PlannedCampaign,
    campaign_id: str,
    recipients: int,
) -> dict[str, Any]:
    message = compose(
        rng, account.sender.voice, planned.genre, planned.at_s, min(planned.blip / 2, 1.0)
    )
    known = [account.lists[number] for number in planned.lists]
    line: dict[str, Any] = {
        "campaign_id": campaign_id,
        "account_id": account.sender.account_id,
        "recipients": recipients,
        "stream": "transactional" if planned.transactional else "broadcast",
        "scheduled_at": rfc3339(planned.at_s),
    }
    if all(one.planned.known for one in known) and not chance(rng, 0.03 * world.config.missing):
        line["list_ids"] = [one.list_id for one in known]
    if chance(rng, 0.25):
        path = Path("messages") / f"{campaign_id}.eml"
        (world.out / path).write_bytes(message.replace(b"\n", b"\r\n"))
        line["message_path"] = str(path)
    elif not chance(rng, 0.01 * world.config.missing):
        line["message"] = message.decode()
    return line


def _campaign_truth(
    campaign_id: str, account: Account, abusive: bool | None, fates: Fates
) -> dict[str, Any]:
    return {
        "type": "campaign",
        "campaign_id": campaign_id,
        "account_id": account.sender.account_id,
        "abusive": abusive,
        "kind": account.sender.persona.name,
        "p_hard": round(float(fates.p_hard.mean()), 6),
        "p_complaint": round(float(fates.p_complaint.mean()), 7),
    }


def _write_recipients(path: Path, chosen: _Chosen, fates: Fates) -> None:
    """Write the npz that world.md describes."""
    file = io.BytesIO()
    np.savez(
        file,
        row=chosen.line.astype(np.int32),
        p_hard=fates.p_hard.astype(np.float32),
        p_complaint=fates.p_complaint.astype(np.float32),
        outcome=fates.outcome.astype(np.int8),
        delay=fates.delay.astype(np.int32),
        complaint=fates.complaint.astype(np.int8),
        complaint_delay=fates.complaint_delay.astype(np.int32),
        open_delay=fates.open_delay.astype(np.int32),
        click_delay=fates.click_delay.astype(np.int32),
        unsub_delay=fates.unsub_delay.astype(np.int32),
        fbl=fates.fbl.astype(np.int8),
    )
    path.write_bytes(file.getbuffer())


def _emit(
    world: World,
    rng: Rng,
    account: Account,
    planned: PlannedCampaign,
    campaign_id: str,
    chosen: _Chosen,
    fates: Fates,
) -> None:
    n = len(chosen.rows)
    number = len(world.campaign_ids)
    world.campaign_ids.append(campaign_id)
    world.account_of.append(account.sender.account_id)
    world.named.append(not chance(rng, 0.01 * world.config.missing))
    world.provided.append(account.telemetry.names_provider)
    world.addressed.append(account.telemetry.names_address)
    addresses = np.array(account.addresses)
    sending = Sending(
        campaign=number,
        person=chosen.rows.person,
        provider=world.universe.provider[chosen.rows.person].astype(np.int64),
        handed_over_s=planned.at_s + (np.arange(n) / account.pace_per_s).astype(np.int64),
        address=addresses[rng.integers(0, len(addresses), n)],
    )
    rows = events_of(rng, sending, fates, account.telemetry)
    world.events.append(rows.numbered(world.event_count))
    world.event_count += int(rows.id.max()) + 1 if len(rows) else 0


def _write_events(world: World, progress: Progress) -> None:
    rows = joined(world.events)
    done = 0

    def told(more: int) -> None:
        nonlocal done
        done += more
        progress("events", done, len(rows))

    words = Vocabulary(
        account=np.array(world.account_of, dtype=object),
        campaign=np.array(world.campaign_ids, dtype=object),
        email=world.universe.email,
        provider=world.universe.provider,
        named=np.array(world.named),
        provided=np.array(world.provided),
        addressed=np.array(world.addressed),
    )
    write_events(rows, words, world.out / "events.ndjson", told)
