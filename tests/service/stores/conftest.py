"""Both stores, each test with a database of its own."""

from collections.abc import Iterator

import pytest

from service.stores import open_store
from service.stores.sql import SqlStore


@pytest.fixture
def store(store_url: str) -> Iterator[SqlStore]:
    opened = open_store(store_url)
    opened.migrate()
    yield opened
    opened.close()
