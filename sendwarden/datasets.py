"""Runs a dataset on the engine asked for and shows how far it is."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import Progress

from features.catalogue import load_catalogue
from features.records import Subject
from training.dataset import local, spark
from training.dataset.columns import UnusableTable
from training.dataset.local import Written

TELLABLE: Final = (UnusableTable, FileExistsError, spark.NoSpark)
"""What a person can mend: told without a traceback."""


def build_dataset(
    subject: Subject, tiles: str, spine: str, out: str, master: str | None, conf: Sequence[str] = ()
) -> Written:
    """Write a dataset on this machine, or on Spark at `master`. Raises one of `TELLABLE`."""
    if master is not None:
        with spark.session(master, settings_of(conf)) as opened:
            return spark.write_dataset(opened, subject, tiles, spine, out)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("feature rows")
        return local.write_dataset(
            load_catalogue(),
            subject,
            Path(tiles),
            Path(spine),
            Path(out),
            told=lambda done, total: progress.update(task, completed=done, total=total),
        )


def settings_of(pairs: Sequence[str]) -> Mapping[str, str]:
    """Return Spark settings given as NAME=VALUE. Raises `NoSpark` for what is none."""
    split = [pair.partition("=") for pair in pairs]
    if wrong := [
        pair for pair, (name, sign, _) in zip(pairs, split, strict=True) if not (name and sign)
    ]:
        raise spark.NoSpark(f"{wrong[0]!r} is no setting; write NAME=VALUE")
    return {name: value for name, _, value in split}
