"""Logged feature vectors: what decisions rested on, point in time by construction."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from features.records import EventType, Subject
from training.walk import Judged
from training.world import CampaignDue, EventReceived, Fact

Array = npt.NDArray[np.float64]
Texts = npt.NDArray[np.str_]
MATURITY: Final = timedelta(days=7)
CHECK_AFTER: Final = tuple(timedelta(hours=hours) for hours in (2, 24, 7 * 24, 30 * 24))
_IDS: Final = ("id", "account_id", "list_id")


@dataclass(frozen=True)
class Vectors:
    """The rows of one subject: `ids`, `account_ids`, `list_ids` and `at` (Unix seconds) `(n,)`.

    `list_ids` is the list of an import, the only list of a campaign, else empty; `x` is
    `(n, n_columns)`, named by `names`.
    """

    subject: Subject
    names: tuple[str, ...]
    ids: Texts
    account_ids: Texts
    list_ids: Texts
    at: Array
    x: Array

    def __len__(self) -> int:
        return len(self.ids)


@dataclass
class Rates:
    """Observed counts of each campaign within `MATURITY` of its start: what had matured.

    `counts` maps a campaign to (mails, hard bounces, complaints).
    """

    counts: dict[str, list[int]] = field(default_factory=dict)
    _starts: dict[str, float] = field(default_factory=dict)

    def see(self, fact: Fact) -> None:
        if isinstance(fact, CampaignDue):
            self._starts[fact.campaign_id] = fact.at.timestamp()
            self.counts[fact.campaign_id] = [fact.recipients, 0, 0]
            return
        if not isinstance(fact, EventReceived) or fact.event.campaign_id is None:
            return
        column = _RATE_COLUMNS.get(fact.event.type)
        start = self._starts.get(fact.event.campaign_id)
        if column and start and fact.at.timestamp() - start <= MATURITY.total_seconds():
            self.counts[fact.event.campaign_id][column] += 1


_RATE_COLUMNS: Final = {EventType.HARD_BOUNCE: 1, EventType.COMPLAINT: 2}


@dataclass(frozen=True)
class Logged:
    """What a training walk leaves: vectors by subject, observed rates, the world's last moment."""

    vectors: Mapping[Subject, Vectors]
    rates: Mapping[str, tuple[int, int, int]]
    ended_at: float


def record(judged: Iterable[Judged], names: Mapping[Subject, tuple[str, ...]]) -> Mapping[Subject, Vectors]:  # fmt: skip
    """Collect the vectors of decisions; those made without facts have none and are left out."""
    rows: dict[Subject, list[tuple[str, str, str, float]]] = defaultdict(list)
    xs: dict[Subject, list[npt.NDArray[np.float32]]] = defaultdict(list)
    for one in judged:
        if len(one.decision.vector) != len(names[one.subject]):
            continue
        rows[one.subject].append((one.id, one.account_id, _list_of(one), one.at.timestamp()))
        xs[one.subject].append(np.array(one.decision.vector, dtype=np.float32))
    return {
        subject: _vectors(subject, names[subject], rows[subject], xs[subject])
        for subject in Subject
    }


def _list_of(one: Judged) -> str:
    if isinstance(one.fact, CampaignDue):
        return one.fact.list_ids[0] if len(one.fact.list_ids) == 1 else ""
    return one.list_id or ""


def _vectors(
    subject: Subject,
    names: tuple[str, ...],
    rows: list[tuple[str, str, str, float]],
    xs: list[npt.NDArray[np.float32]],
) -> Vectors:
    columns = list(zip(*rows, strict=True)) if rows else [(), (), (), ()]
    ids, account_ids, list_ids = (np.array(column, dtype=np.str_) for column in columns[:3])
    at = np.array(columns[3], dtype=np.float64)
    x = np.stack(xs).astype(np.float64) if xs else np.zeros((0, len(names)))
    return Vectors(subject, names, ids, account_ids, list_ids, at, x)


def write_logged(logged: Logged, folder: Path) -> None:
    """Write one Parquet file per subject, `campaign_rates.json` and `walk.json`."""
    import polars as pl

    folder.mkdir(parents=True, exist_ok=True)
    for subject, vectors in logged.vectors.items():
        frame = {
            "id": vectors.ids,
            "account_id": vectors.account_ids,
            "list_id": vectors.list_ids,
            "at": vectors.at,
            **{name: vectors.x[:, i].astype(np.float32) for i, name in enumerate(vectors.names)},
        }
        pl.DataFrame(frame).write_parquet(folder / f"{subject.value}.parquet")
    (folder / "campaign_rates.json").write_text(json.dumps(dict(logged.rates)))
    (folder / "walk.json").write_text(json.dumps({"ended_at": logged.ended_at}))


def read_logged(folder: Path, names: Mapping[Subject, tuple[str, ...]]) -> Logged:
    """Read what `write_logged` wrote.

    Raises `StaleVectors` when the files are not there or hold other features than `names`.
    """
    import polars as pl

    vectors = {}
    try:
        for subject in Subject:
            frame = pl.read_parquet(folder / f"{subject.value}.parquet")
            if tuple(frame.columns[4:]) != names[subject]:
                raise StaleVectors(
                    f"{folder}: the {subject.value} features have changed; walk again"
                )
            x = frame.select(frame.columns[4:]).to_numpy().astype(np.float64)
            ids, account_ids, list_ids = (np.array(frame[c].to_list(), np.str_) for c in _IDS)
            at = frame["at"].to_numpy().astype(np.float64)
            vectors[subject] = Vectors(subject, names[subject], ids, account_ids, list_ids, at, x)
        rates = json.loads((folder / "campaign_rates.json").read_text())
        ended_at = float(json.loads((folder / "walk.json").read_text())["ended_at"])
    except FileNotFoundError as missing:
        raise StaleVectors(f"{missing.filename} is missing; walk the world again") from missing
    return Logged(vectors, {key: _triple(value) for key, value in rates.items()}, ended_at)


def _triple(counts: Iterator[int]) -> tuple[int, int, int]:
    mails, bounces, complaints = counts
    return int(mails), int(bounces), int(complaints)


class StaleVectors(Exception):
    """Logged vectors that cannot be used with this code."""
