"""Sends the campaigns in time order: recipients, fates, message, events, truth."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import numpy.typing as npt

from training.simulate.compose import compose
from training.simulate.composed import Composed
from training.simulate.draws import Rng, chance, one_of
from training.simulate.events import Sending, events_of
from training.simulate.identifiers import opaque
from training.simulate.lists import ListRows
from training.simulate.moments import rfc3339
from training.simulate.outcomes import HARD, REPORTED, TRAP, Circumstances, Fates, decide_fates
from training.simulate.plan import PlannedCampaign
from training.simulate.providers import PROVIDERS
from training.simulate.recipients_file import write_recipients
from training.simulate.state import Account, Progress, World, write_line
from training.simulate.truth import campaign_abusive, campaign_truth


def send_campaigns(world: World, truth: TextIO, progress: Progress) -> None:
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
    write_line(file, _campaign_line(world, rng, account, planned, campaign_id, len(chosen.rows)))
    write_line(truth, campaign_truth(campaign_id, account.sender, abusive, fates))
    write_recipients(world.out / "recipients" / f"{campaign_id}.npz", chosen.line, fates)
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
    aside = one_of(rng, world.asides) if chance(rng, 0.12) else None
    style = min(planned.blip / 2, 1.0)
    message = compose(rng, account.sender.voice, planned.genre, planned.at_s, style, aside)
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
    line.update(_carried(world, rng, message, campaign_id))
    return line


def _carried(world: World, rng: Rng, message: Composed, campaign_id: str) -> dict[str, Any]:
    """Return how the message is handed in: a file, raw text, fields, or (seldom) not at all."""
    way = rng.random()
    if way < 0.25:
        path = Path("messages") / f"{campaign_id}.eml"
        (world.out / path).write_bytes(message.raw().replace(b"\n", b"\r\n"))
        return {"message_path": str(path)}
    if way < 0.33:
        return {"message": message.fields()}
    if way > 1 - 0.01 * world.config.missing:
        return {}
    return {"message": message.raw().decode()}


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
