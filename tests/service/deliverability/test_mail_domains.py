"""Whether the domains of a list take mail, asked of a real name server."""

import io
import time
from collections.abc import Callable
from functools import partial
from math import isnan
from pathlib import Path
from typing import Any

import pytest

from features.dns import Answer, Question
from features.records import Account, ImportSource
from service.assess import ImportOrder
from service.mail_domains import ask_mail_domains
from service.resolver import DnsResolver
from tests.service.conftest import START, bundle, catalogue, open_house, policy  # noqa: F401


def test_domains_as_a_name_server_tells(nsd: Callable[[], DnsResolver]) -> None:
    asked = [
        "nullmx.broken.example", "silentless.broken.example", "missing.broken.example",
        "twice.broken.example", "good.example", "not-served.invalid",
    ]  # fmt: skip
    found = ask_mail_domains(asked, nsd())
    assert found == dict(zip(asked, (False, False, False, True, True, None), strict=True))


def test_a_name_server_that_hangs_costs_a_bounded_time() -> None:
    def ask(_: Question) -> Answer:
        time.sleep(2)
        return Answer()

    started = time.perf_counter()
    found = ask_mail_domains([f"d{n}.example" for n in range(200)], ask, seconds=0.3)
    assert time.perf_counter() - started < 1.5
    assert set(found.values()) == {None}


@pytest.mark.parametrize(("asked", "share"), [(True, 0.4), (False, None)])
def test_an_import_tells_the_share_where_dns_may_be_asked(
    open_house: Any,  # noqa: F811
    nsd: Callable[[], DnsResolver],
    tmp_path: Path,
    asked: bool,
    share: float | None,
) -> None:
    options = {"mail_domains": partial(ask_mail_domains, ask=nsd())} if asked else {}
    with open_house(tmp_path, **options) as house:
        house.warden.put_account(Account(account_id="a", created_at=START), START)
        rows = [f"p{n}@{'nullmx.broken' if n < 40 else 'good'}.example" for n in range(100)]
        order = ImportOrder("a", "l", ImportSource.FILE, "csv", START)
        file = io.BytesIO("\n".join(["email", *rows]).encode())
        numbers = house.warden.assess_list(order, file, START).record.numbers
    found = numbers["list_no_mail_share"]
    assert isnan(found) if share is None else found == share
