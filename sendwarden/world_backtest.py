"""Backtests on simulated worlds, where the truth is known and the other policy can really be run."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from features.catalogue import Catalogue
from models.bundle import Bundle
from models.policy import Policy
from sendwarden.history import read_history
from sendwarden.replay import replay_warden
from sendwarden.settings import Settings
from sendwarden.walking import REFUSALS, walk_bar
from service.stores.contract import Store
from training.backtest_replay import names_read
from training.backtest_rows import History, Known, Mail, Past
from training.evaluate import Evaluation, walked
from training.outcomes import mail_figures, outcomes_of
from training.truth import Truth, read_truth
from training.world import World

# What the estimate and the real run both state, by the name that each gives it.
COMPARED: Final = {
    "leaked_share": "mail_leaked",
    "delayed_share": "good_mail_delayed",
    "false_stop_share": "false_stops",
}


@dataclass(frozen=True)
class Walked:
    """A world under one policy: the history that its store kept, and what really happened."""

    history: History
    really: dict[str, float]


def logged(
    world: Path,
    settings: Settings,
    catalogue: Catalogue,
    bundle: Bundle | None,
    live: Policy,
    draft: Policy,
    *,
    shown: bool = True,
) -> Walked:
    """Walk a world under the live policy and return its history with the truth in it."""
    read = World(world)
    truth = read_truth(world, read.odd)
    with _walked(read, settings, catalogue, bundle, live, shown=shown) as (store, found):
        history = read_history(store, catalogue, names_read((live, draft)), None)
    return Walked(_with_truth(history, truth), _really(read, found, truth))


def really(
    world: Path,
    settings: Settings,
    catalogue: Catalogue,
    bundle: Bundle | None,
    policy: Policy,
    *,
    shown: bool = True,
) -> dict[str, float]:
    """Run a policy on a world and return what it came to."""
    read = World(world)
    truth = read_truth(world, read.odd)
    with _walked(read, settings, catalogue, bundle, policy, shown=shown) as (_, found):
        return _really(read, found, truth)


@contextmanager
def _walked(
    world: World,
    settings: Settings,
    catalogue: Catalogue,
    bundle: Bundle | None,
    policy: Policy,
    *,
    shown: bool,
) -> Iterator[tuple[Store, Evaluation]]:
    with (
        replay_warden(settings, catalogue, bundle, policy) as warden,
        walk_bar(world, shown=shown) as see,
    ):
        yield warden.store, walked(world, warden, REFUSALS, see)


def _really(world: World, found: Evaluation, truth: Truth) -> dict[str, float]:
    return mail_figures(outcomes_of(world.campaigns, found.log, truth))


def _with_truth(history: History, truth: Truth) -> History:
    """Put what is known of each campaign in place of what a provider could know."""
    return replace(
        history,
        decisions=tuple(_known(past, truth) for past in history.decisions),
    )


def _known(past: Past, truth: Truth) -> Past:
    if past.mail is None or not truth:
        return past
    known = truth.campaigns.get(past.subject_id)
    # An abuser's mail to willing readers is neither; it counts on no side.
    unclear = known is None or known.abusive is None
    past.mail = None if unclear else _certain(past.mail, known is not None and bool(known.abusive))
    return past


def _certain(mail: Mail, is_abusive: bool) -> Mail:
    return replace(mail, abusive=float(is_abusive), known=Known.TRUTH)
