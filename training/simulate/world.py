"""Makes a world: plans every account, sends every campaign in time order, writes the files."""

from pathlib import Path

import numpy as np

from training.simulate.config import SimulationConfig
from training.simulate.event_file import Vocabulary, write_events
from training.simulate.events import joined
from training.simulate.opening import open_accounts
from training.simulate.plan import all_genres
from training.simulate.providers import PROVIDERS
from training.simulate.reputation import build_network
from training.simulate.senders import deal
from training.simulate.sending import send_campaigns
from training.simulate.state import Progress, World, write_line
from training.simulate.truth import account_truth
from training.simulate.universe import build_universe


def simulate(config: SimulationConfig, out: Path, progress: Progress) -> None:
    """Write the world of a configuration into an empty or missing directory."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "recipients").mkdir()
    (out / "messages").mkdir()
    progress("people", 0, 1)
    universe = build_universe(config)
    progress("people", 1, 1)
    asides = tuple(genre for genre in all_genres().values() if not genre.deceit)
    world = World(config, universe, build_network(config, len(PROVIDERS)), out, asides)
    senders = deal(config)
    with (out / "truth.ndjson").open("w", encoding="utf-8") as truth:
        open_accounts(world, senders, truth, progress)
        send_campaigns(world, truth, progress)
        for account in world.accounts.values():
            write_line(truth, account_truth(account.sender, account.plan, account.first_abusive_s))
    _write_events(world, progress)


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
