"""Writes events.ndjson: sorts integers, then lets Polars join the text of each line."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from training.simulate.events import TYPES, EventRows
from training.simulate.providers import PROVIDERS
from training.simulate.reputation import address_text
from training.simulate.texts import TEXTS

if TYPE_CHECKING:
    import polars as pl

CHUNK_ROWS: Final = 250_000
_ID_STEP: Final = 2_654_435_761
_ID_RANGE: Final = 1 << 40
_ANONYMOUS_TRAPS: Final = 2


@dataclass(frozen=True)
class Vocabulary:
    """What the integers of events stand for, and which optional facts each campaign's lack."""

    account: npt.NDArray[np.object_]
    campaign: npt.NDArray[np.object_]
    email: npt.NDArray[np.object_]
    provider: npt.NDArray[np.int8]
    named: npt.NDArray[np.bool_]
    provided: npt.NDArray[np.bool_]
    addressed: npt.NDArray[np.bool_]


def write_events(
    rows: EventRows, words: Vocabulary, path: Path, progress: Callable[[int], None]
) -> None:
    """Write all rows in the order we hear of them; `words.named` says who knows its campaign ids."""
    order = np.lexsort((rows.id, rows.received_s))
    addresses = {int(number): address_text(int(number)) for number in np.unique(rows.address)}
    table = np.array(
        [addresses.get(n, "") for n in range(max(addresses, default=0) + 1)], dtype=object
    )
    with path.open("wb") as file:
        for start in range(0, len(order), CHUNK_ROWS):
            chunk = rows.take(order[start : start + CHUNK_ROWS])
            _lines(chunk, words, table).write_csv(file, include_header=False, quote_style="never")
            progress(len(chunk))


def _lines(
    rows: EventRows, words: Vocabulary, addresses: npt.NDArray[np.object_]
) -> "pl.DataFrame":
    """Return a one-column frame of JSON lines."""
    import polars as pl

    def words_of(table: npt.NDArray[np.object_], index: npt.NDArray[np.integer]) -> pl.Series:
        return pl.Series(table, dtype=pl.String).gather(index.astype(np.int64))

    campaigns, within = np.unique(rows.campaign, return_inverse=True)
    people, who = np.unique(rows.person, return_inverse=True)
    persons = words.email[people]
    providers = np.array([provider.name for provider in PROVIDERS], dtype=object)
    kinds = np.array([kind.value for kind in TYPES], dtype=object)
    trap = rows.kind == TYPES.index(TYPES[-1])
    complaint = rows.kind == 6
    bounce_ip = np.where(TEXTS.with_ip[rows.text], rows.address, 0)
    blank = addresses.copy()
    frame = pl.DataFrame(
        {
            "id": (rows.id * _ID_STEP) % _ID_RANGE,
            "kind": words_of(kinds, rows.kind),
            "campaign": words_of(_campaign_members(words, campaigns), within),
            "occurred": pl.Series(rows.occurred_s),
            "received": pl.Series(rows.received_s),
            "email": words_of(persons, who),
            "provider": words_of(providers, words.provider[rows.person]),
            "address": words_of(addresses, rows.address),
            "provided": words.provided[rows.campaign],
            "addressed": words.addressed[rows.campaign],
            "before": words_of(TEXTS.before, rows.text),
            "ip": words_of(blank, bounce_ip),
            "after": words_of(TEXTS.after, rows.text),
            "with_ip": TEXTS.with_ip[rows.text],
            "hidden": trap & (rows.id % _ANONYMOUS_TRAPS == 0),
            "complaint": complaint,
            "fraud": rows.id % 29 == 0,
        }
    )
    return frame.select(_line())


def _campaign_members(
    words: Vocabulary, campaigns: npt.NDArray[np.integer]
) -> npt.NDArray[np.object_]:
    texts = []
    for number in campaigns:
        members = f'"account_id":"{words.account[number]}"'
        if words.named[number]:
            members += f',"campaign_id":"{words.campaign[number]}"'
        texts.append(members)
    return np.array(texts, dtype=object)


def _line() -> "pl.Expr":
    """Return the expression that puts a line together."""
    import polars as pl

    lit, col = pl.lit, pl.col

    def moment(name: str) -> pl.Expr:
        return pl.from_epoch(col(name), time_unit="s").dt.strftime("%Y-%m-%dT%H:%M:%SZ")

    def member(flag: str, name: str, value: str) -> pl.Expr:
        text = pl.concat_str(lit(f',"{name}":"'), col(value), lit('"'))
        return pl.when(col(flag)).then(text).otherwise(lit(""))

    recipient = (
        pl.when(col("hidden"))
        .then(lit(""))
        .otherwise(pl.concat_str(lit(',"recipient":"'), col("email"), lit('"')))
    )
    kind = pl.when(col("fraud")).then(lit("fraud")).otherwise(lit("abuse"))
    feedback = (
        pl.when(col("complaint"))
        .then(pl.concat_str(lit(',"feedback_type":"'), kind, lit('"')))
        .otherwise(lit(""))
    )
    ip = pl.when(col("with_ip")).then(col("ip")).otherwise(lit(""))
    return pl.concat_str(
        lit('{"received_at":"'), moment("received"), lit('","event":{"event_id":"e'), col("id"),
        lit('","type":"'), col("kind"), lit('",'), col("campaign"), lit(',"occurred_at":"'),
        moment("occurred"), lit('"'), recipient,
        member("provided", "mailbox_provider", "provider"),
        member("addressed", "sending_ip", "address"),
        col("before"), ip, col("after"), feedback, lit("}}"),
    )  # fmt: skip
