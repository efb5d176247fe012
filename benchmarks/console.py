"""Server time of every page of the console on a full desk, beside two floors in the same run.

10,000 queued cases of as many accounts, one account with 10^6 events, 1,000 incidents and appeals.
The pages are those that `discover` finds, each with its parameters and its slowest filters. The
floors are `GET /healthz`, which reads nothing, and the page of people: session, layout and one
small read. The aim for every page is 300 ms in 19 of 20 requests.

The fill is the real path where it counts: events go through the service's ingest in batches of
10,000, accounts and decisions through the store's own methods, one transaction each.
"""

import gc
import os
import re
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from fastapi.testclient import TestClient
from rich.console import Console
from rich.table import Table

from benchmarks._console_fill import NOW, fill
from benchmarks._databases import analyse, postgres
from features.discovery import discover
from sendwarden.compose import build_api, build_desk, build_warden
from sendwarden.settings import Settings
from service.console import pages
from service.console.page import Page
from service.desk.bulk_impact import Chosen
from service.desk.bulk_promise import BulkAct
from service.desk.records import KeyHolder, Role
from service.warden import Warden

PASSWORD: Final = "correct horse battery"
AIM_MS: Final = 300.0
ROUNDS: Final = 20
FLOORS: Final = {"floor: health": "/healthz", "floor: people": "/console/people"}
# What the routes' parameters are filled with: the fullest of each.
PARAMETERS: Final = {
    "case_id": "d-big", "what": "delayed", "account_id": "big",
    "campaign_id": "c-big", "list_id": "l-big",
}  # fmt: skip
# Filters and details that one page has, by its name.
QUERIES: Final = {
    "queue": (
        "view=all&country=NL&subject=campaign", "view=all&page=200", "order=risk&band=low",
        "order=age&reason=LIST_SHARED",
    ),
    "accounts": (
        "id=big", "counter=sent", "counter=sent&by=country&period=30d", "plan=free&country=NL",
        "counter=risk", "by=provider", "by=provider&country=NL", "by=network&counter=sent",
        "network=198.51.7.0/24&counter=expected_abusive&by=device",
    ),
    "ips": ("ip=192.0.2.1",),
    "ties": ("id=big",),
    "decisions": ("action=review&since=28d",),
    "incidents": ("kind=alert&severity=2", "past=1&page=5"),
    "capacity": ("reviewers=9",),
    "campaigns": ("order=risk&action=review&since=30d", "order=size&verdict=careless"),
    "lists": ("order=risk&least_risk=0.5", "account_id=big"),
    "message": ("view=text", "view=source"),
}  # fmt: skip


def run(quick: bool = False) -> None:
    """Print the least, the median and the 95th percentile of each page, on both stores."""
    sizes = (500, 20_000) if quick else (10_000, 1_000_000)
    with tempfile.TemporaryDirectory() as folder, postgres() as url:
        urls = {"SQLite": f"sqlite:///{Path(folder) / 'bench.db'}", "PostgreSQL": url}
        for name, store_url in urls.items():
            if store_url is None:
                print(f"{name}: no server")
                continue
            _measure(name, Path(folder) / name, store_url, *sizes)


def paths(made: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield every page that is found, by name and path. Raises `KeyError` for a new parameter."""
    known = {**PARAMETERS, **made}
    for page in discover(pages, Page):
        if page.get is None:
            continue
        path = "/console" + re.sub(r"{(\w+)(?::\w+)?}", lambda m: known[m[1]], page.route)
        yield page.name, path
        for query in QUERIES.get(page.name, ()):
            yield f"{page.name}?{query}", f"{path}?{query}"


def _measure(name: str, home: Path, url: str, cases: int, events: int) -> None:
    settings = Settings(home=home, database_url=url)
    warden = build_warden(settings)
    warden.store.migrate()
    started = time.perf_counter()
    desk = build_desk(settings, warden)
    made = fill(warden, desk, cases, events)
    analyse(url)
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"{name}: filled in {time.perf_counter() - started:.0f} s; load {load}", flush=True)
    desk.sign_in.add("ann", "admin", PASSWORD, "bench", NOW)
    app = build_api(settings, warden, lambda: NOW)
    gc.collect()  # as `sendwarden serve` does once all is loaded
    gc.freeze()
    title = f"{name}: {cases:,} cases, an account of {events:,} events; ms of {ROUNDS} requests"
    table = Table("page", "least", "median", "p95", "KiB", f"within {AIM_MS:.0f}", title=title)
    with TestClient(app, base_url="http://127.0.0.1", client=("127.0.0.1", 1)) as client:
        client.post("/console/sign-in", data={"name": "ann", "password": PASSWORD})
        over = 0
        for page, path in (*FLOORS.items(), *paths(made)):
            size, times = _times(client, path)
            p95 = statistics.quantiles(times, n=20)[-1]
            over += p95 > AIM_MS
            row = (
                f"{min(times):.1f}",
                f"{statistics.median(times):.1f}",
                f"{p95:.1f}",
                f"{size / 1024:.0f}",
            )
            table.add_row(page, *row, "yes" if p95 <= AIM_MS else "NO")
    Console(width=130).print(table)
    _bulk(name, warden)
    gc.unfreeze()
    print(f"{name}: {over} over the aim", flush=True)
    warden.store.close()


def _times(client: TestClient, path: str) -> tuple[int, list[float]]:
    """Return the size of a page in bytes, and what each request took in ms, after a first one."""
    size = len(_asked(client, path))
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        _asked(client, path)
        times.append(1_000 * (time.perf_counter() - started))
    return size, times


def _bulk(name: str, warden: Warden) -> None:
    """Print what a look at many cases takes, and then verdicts on them, a transaction each."""
    person = KeyHolder(name="ann", rank=Role.LEAD)
    act = BulkAct(act="decide", verdict="legitimate", action="allow")
    started = time.perf_counter()
    impact = warden.bulk.look(Chosen(filters={"view": "all"}), act, person, NOW)
    looked = time.perf_counter()
    done = warden.bulk.do(impact.shown or "", "one trade fair", person, NOW)
    took = time.perf_counter() - looked
    print(
        f"{name}: a look at {len(impact.cases)} of {impact.matching:,} cases {looked - started:.2f} s; "
        f"{done.done} verdicts {took:.1f} s, {1_000 * took / max(done.done, 1):.0f} ms each"
    )


def _asked(client: TestClient, path: str) -> bytes:
    answer = client.get(path, follow_redirects=False)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return answer.content
