"""Walks with a progress bar: from a world directory to logged vectors, or to an evaluation."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from features.catalogue import Catalogue, load_catalogue
from features.records import Subject
from models.bundle import Bundle
from sendwarden.compose import fixed_policy
from sendwarden.replay import replay_warden
from sendwarden.settings import Settings
from service.errors import ServiceError
from training.world import World

if TYPE_CHECKING:
    from training.evaluate import Evaluation
    from training.train import Plan
    from training.truth import Truth
    from training.vectors import Logged
    from training.walk import Judged

REFUSALS: tuple[type[Exception], ...] = (ServiceError,)


def logged_worlds(
    folders: Sequence[Path],
    settings: Settings,
    plan: "Plan",
    vectors: Path | None,
    console: Console,
) -> "list[tuple[Logged, Truth]]":
    """Walk worlds, two at a time, and return their vectors and truths.

    With a folder of `vectors`, those found there are read instead of walked, and new ones kept.
    """
    from joblib import Parallel, delayed

    if len(folders) == 1:
        return [_logged(folders[0], settings, plan, vectors, shown=True)]
    walked: Any = Parallel(n_jobs=plan.jobs, return_as="generator")(
        delayed(_logged)(folder, settings, plan, vectors, shown=False) for folder in folders
    )
    found = []
    for folder, one in zip(folders, walked, strict=True):
        rows = len(one[0].vectors[Subject.CAMPAIGN])
        console.print(f"walked {folder}: {rows:,} campaigns")
        found.append(one)
    return found


def _logged(
    folder: Path, settings: Settings, plan: "Plan", vectors: Path | None, *, shown: bool
) -> "tuple[Logged, Truth]":
    from training.train import fingerprint, log_vectors, truth_of
    from training.vectors import StaleVectors, read_logged, write_logged

    catalogue = load_catalogue()
    names = {subject: catalogue.names(subject) for subject in Subject}
    world = World(folder)
    truth = truth_of(world)
    kept = vectors / f"{fingerprint(folder)}-{plan.seed}-{plan.gaps:g}" if vectors else None
    if kept is not None and kept.is_dir():
        try:
            return read_logged(kept, names), truth
        except StaleVectors as stale:
            world.odd.note(str(stale))
    with replay_warden(settings, catalogue, None) as warden, walk_bar(world, shown=shown) as see:
        logged = log_vectors(world, warden, REFUSALS, names, plan, see)
    if kept is not None:
        write_logged(logged, kept)
    return logged, truth


def evaluated(
    world: World, settings: Settings, catalogue: Catalogue, bundle: Bundle, *, scores_alone: bool
) -> "tuple[Evaluation, dict[str, Any] | None]":
    """Walk a world under control with a model, in a throw-away store, and beside it the rivals."""
    from training.evaluate import evaluate
    from training.rivals import compared_with

    rules = fixed_policy(settings, catalogue).current().release
    with ExitStack() as stack:
        warden = stack.enter_context(replay_warden(settings, catalogue, bundle))
        second = replay_warden(settings, catalogue, bundle) if scores_alone else nullcontext()
        see = stack.enter_context(walk_bar(world, shown=True))
        alone = stack.enter_context(second)
        return evaluate(world, warden, REFUSALS, see, compared_with(rules), alone)


@contextmanager
def walk_bar(world: World, *, shown: bool) -> "Iterator[Callable[[Judged], None]]":
    """Show how many campaigns of a world were scored."""
    columns = (
        TextColumn("walking {task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("campaigns"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, transient=True, disable=not shown) as progress:
        task = progress.add_task(world.folder.name, total=len(world.campaigns))

        def see(one: "Judged") -> None:
            if one.subject is Subject.CAMPAIGN:
                progress.advance(task)

        yield see
