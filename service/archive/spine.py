"""What is known of every account now, beside its tiles: the spine of a re-scoring."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import polars as pl

from features.inputs import inputs_of
from service.facts import account_facts
from service.stores.sql import SqlStore

_PAGE = 500


def spine_frames(
    store: SqlStore, names: Sequence[str], at: datetime, page: int = _PAGE
) -> Iterator[pl.DataFrame]:
    """Yield account_id, at and the inputs `names` of all accounts, a page of accounts at a time.

    Facts are those of now: `at` should be now, too.
    """
    after = ""
    while ids := store.account_page(after, page):
        with store.snapshot():
            accounts = [found for found in map(store.account, ids) if found is not None]
            facts = [account_facts(store, account, at, counted=False) for account in accounts]
        inputs = inputs_of(facts)
        yield pl.DataFrame(
            {
                "account_id": [account.account_id for account in accounts],
                "at": pl.Series([at] * len(accounts), dtype=pl.Datetime("us", "UTC")),
                **{name: inputs[name] for name in names},
            }
        )
        after = ids[-1]
