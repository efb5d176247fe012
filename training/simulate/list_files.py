"""Writes the CSV of a list import as customers export them: columns, order and dirt vary."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from training.simulate.config import DAY_SECONDS
from training.simulate.draws import Rng, chance, one_of
from training.simulate.lists import ListRows
from training.simulate.moments import rfc3339_many
from training.simulate.origins import OriginTraits
from training.simulate.universe import Universe

_BROKEN: Final = ("n/a", "unknown", "foo@", "@example.com", "name at example.com", "a b@example.org", "-", "x@y", "maria@@example.com", "test@example..com")  # fmt: skip
_SOURCES: Final = (
    "website",
    "newsletter form",
    "checkout",
    "landing page",
    "import",
    "event",
    "footer form",
)


@dataclass(frozen=True)
class ListFile:
    """Where each usable row stands in the file: `line` (0-based, header not counted)."""

    line: npt.NDArray[np.int64]
    rows: int


def write_list(
    rng: Rng,
    universe: Universe,
    rows: ListRows,
    traits: OriginTraits,
    honest: bool,
    at_s: int,
    path: Path,
) -> ListFile:
    """Write a list and return where its rows are. `honest` files tell true consent dates."""
    emails = universe.email[rows.person]
    if chance(rng, 0.12):
        emails = np.array([_capitals(rng, text) for text in emails], dtype=object)
    columns = {"email": emails, **_columns(rng, rows, traits, honest, at_s)}
    order = _order(rng, emails, rows, sorted_share=0.45 if traits.broker else 0.2)
    source_row, email_text = _dirt(rng, order, emails, traits)
    text = [",".join(columns)]
    table = [columns[name][source_row] for name in columns]
    table[0] = email_text
    text += [",".join(values) for values in zip(*table, strict=True)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(text) + "\n", encoding="utf-8")
    line = np.zeros(len(rows), dtype=np.int64)
    clean = np.flatnonzero(email_text == emails[source_row])
    line[source_row[clean[::-1]]] = clean[::-1]
    return ListFile(line, len(source_row))


def _capitals(rng: Rng, address: str) -> str:
    return address.title() if rng.random() < 0.2 else address


def _order(
    rng: Rng, emails: npt.NDArray[np.object_], rows: ListRows, sorted_share: float
) -> npt.NDArray[np.int64]:
    if chance(rng, sorted_share):
        return np.argsort(emails.astype(str), kind="stable")
    if chance(rng, 0.3):
        return np.argsort(rows.opted_in_s, kind="stable")
    return rng.permutation(len(rows)) if chance(rng, 0.5) else np.arange(len(rows))


def _dirt(
    rng: Rng, order: npt.NDArray[np.int64], emails: npt.NDArray[np.object_], traits: OriginTraits
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.object_]]:
    """Return, per line of the file, whose row it repeats, and its e-mail cell."""
    n = len(order)
    doubled = order[rng.random(n) < traits.duplicates.draw(rng)]
    broken = order[rng.random(n) < traits.invalid.draw(rng)]
    rows = np.concatenate([order, doubled, broken])
    cells = emails[rows]
    junk = np.array(_BROKEN, dtype=object)[rng.integers(0, len(_BROKEN), len(broken))]
    if len(broken):
        cells[n + len(doubled) :] = junk
    place = np.concatenate([np.arange(n), rng.random(len(rows) - n) * n])
    shuffled = np.argsort(place, kind="stable")
    return rows[shuffled], cells[shuffled]


def _columns(
    rng: Rng, rows: ListRows, traits: OriginTraits, honest: bool, at_s: int
) -> dict[str, npt.NDArray[np.object_]]:
    """Return the optional columns. Inventors of consent write dates that never were."""
    n = len(rows)
    found: dict[str, npt.NDArray[np.object_]] = {}
    if chance(rng, 0.25):
        found["first_name"] = np.array(["" for _ in range(n)], dtype=object)
        names = np.array(["Anna", "Paul", "Maria", "Tom", "Lena", "Jo", "Max", "Eva"], dtype=object)
        found["first_name"] = names[rng.integers(0, 8, n)]
    if not chance(rng, traits.has_consent_columns):
        return found
    opted_in = rows.opted_in_s if honest else _invented(rng, n, at_s)
    found["opted_in_at"] = _sometimes(rng, rfc3339_many(opted_in), 0.04)
    if chance(rng, 0.4):
        net = rng.integers(0, 255, (n, 3))
        ips = [f"{243 + a % 12}.{a}.{b}.{c}" for a, b, c in net]
        found["opt_in_ip"] = _sometimes(rng, np.array(ips, dtype=object), 0.1)
    if chance(rng, 0.4):
        kinds = np.array([one_of(rng, _SOURCES), one_of(rng, _SOURCES)], dtype=object)
        found["opt_in_source"] = kinds[(rng.random(n) < 0.2).astype(int)]
    if chance(rng, 0.45):
        span = np.maximum(at_s - opted_in, 1) * rng.random(n) ** (1 + 3 * rows.interest)
        seen = (at_s - span).astype(np.int64)
        keep = np.clip(1.3 - 2.2 * rows.interest, 0.05, 0.85) if honest else 0.3
        found["last_engaged_at"] = _sometimes(rng, rfc3339_many(seen), keep)
    return found


def _invented(rng: Rng, n: int, at_s: int) -> npt.NDArray[np.int64]:
    """Return dates without truth: one for all, or spread over the last months."""
    if chance(rng, 0.3):
        return np.full(n, at_s - int(rng.uniform(1, 200) * DAY_SECONDS))
    span = rng.uniform(20, 500) * DAY_SECONDS
    return (at_s - span * rng.random(n)).astype(np.int64)


def _sometimes(
    rng: Rng,
    texts: npt.NDArray[np.object_] | npt.NDArray[np.str_],
    empty: float | npt.NDArray[np.float64],
) -> npt.NDArray[np.object_]:
    """Return the texts with a share of cells left empty."""
    cells: npt.NDArray[np.object_] = texts.astype(object)
    cells[rng.random(len(cells)) < empty] = ""
    return cells
