"""The demo from the first line to the last."""

import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from features.catalogue import load_catalogue
from features.records import Account, ImportSource, Stream, Subject
from sendwarden.clocks import ReplayClock
from sendwarden.compose import build_api, build_desk, build_warden
from sendwarden.demo import reviewers, stages
from sendwarden.demo.http_warden import HttpWarden
from sendwarden.demo.report import (
    print_contest,
    print_decisions,
    print_example,
    print_explained,
    print_outcome,
    print_training,
)
from sendwarden.settings import Settings
from service.console.page import Desk
from service.keys import create_key
from service.live import Fixed
from training.train import truth_of
from training.truth import Truth
from training.walk import Judged, Walk
from training.world import World

EXAMPLES = Path(__file__).parent.parent / "examples"


def run_demo(settings: Settings, host: str, port: int, *, stay: bool, console: Console) -> None:
    """Run every stage under `settings.home`, which is emptied first; serve on if `stay`."""
    started = time.monotonic()
    shutil.rmtree(settings.home, ignore_errors=True)
    settings.home.mkdir(parents=True)
    now = stages.utc_now()
    since = stages.live_from(now)
    catalogue = load_catalogue()
    console.rule("1  A small e-mail service provider")
    with _bar(console, "simulating") as progress:
        world = stages.make_world(settings.home / "world", now, _simulated(progress))
    truth = truth_of(world)
    console.print(
        f"{len(world.accounts):,} accounts, {len(world.campaigns):,} campaigns in {stages.DAYS} days. "
        "Everything here is simulated: see docs/simulator.md."
    )
    console.rule("2  Its history, through the code that serves")
    live = stages.Live()
    warden = build_warden(settings, model=Fixed(None), catalogue=catalogue)
    campaigns_before = sum(entry.at < since for entry in world.campaigns)
    with _bar(console, "ingesting") as progress:
        see = _campaigns(progress, campaigns_before)
        logged, walked = stages.ingest_history(world, warden, catalogue, since, live.rival, see)
    console.print(f"{walked.events:,} events, {campaigns_before:,} campaigns up to {since:%d %B}")
    warden.close()
    console.rule("3  Models learned from it")
    trained = stages.learn(logged, world, catalogue, now, console.print)
    print_training(console, trained)
    print_contest(console, stages.register(trained, settings, catalogue, now))
    console.rule(f"4  The last {stages.LIVE_DAYS} days, live over HTTP")
    clock = ReplayClock(since)
    warden = build_warden(settings, catalogue=catalogue)
    key = create_key(warden.store, "demo", ["admin"], secrets.token_bytes(32), now)
    with stages.serving(build_api(settings, warden, clock, tour=True), host, port) as url:
        client = HttpWarden(url, key, clock.set)
        with _bar(console, "sending") as progress:
            so_far = sum(entry.at <= now for entry in world.campaigns)
            see = _campaigns(progress, so_far - campaigns_before)
            walk = stages.protect(world, client, walked, since, now, live, see)
        clock.release()
        print_decisions(console, live, truth)
        print_outcome(console, live, world, truth, since, now)
        console.rule("5  Three decisions, explained")
        print_explained(console, live.judged, truth)
        console.rule("6  Real messages")
        _score_examples(client, stages.utc_now(), console)
        _print_api(console, url, key, live)
        _open_desk(console, url, build_desk(settings, warden), truth)
        console.print(f"demo took {time.monotonic() - started:.0f} s", style="dim")
        if stay:
            console.print("the rest of the day goes on as it comes; serving until Ctrl-C")
            _serve_on(world, walk, now)
        client.close()
    warden.close()


def _score_examples(client: HttpWarden, now: datetime, console: Console) -> None:
    bakery = _account("bakery.json")
    trial = _account("fresh-trial.json")
    for account in (bakery, trial):
        client.put_account(account, now)
    newsletter_list, bought_list = (EXAMPLES / f"{n}-list.csv" for n in ("newsletter", "bought"))
    client.import_list(bakery.account_id, "letter", ImportSource.FORM, newsletter_list, now)
    client.import_list(trial.account_id, "leads", ImportSource.FILE, bought_list, now)
    for name, account, list_ids, recipients in (
        ("newsletter.eml", bakery, ["letter"], 240),
        ("bought-list.eml", trial, ["leads"], 274),
        ("phishing.eml", trial, [], 1_500),
    ):
        message = (EXAMPLES / name).read_bytes()
        decision = client.score_campaign(
            name, account.account_id, recipients, Stream.BROADCAST, list_ids, message, None, now
        )
        print_example(console, name, decision)


def _account(name: str) -> Account:
    return msgspec.json.decode((EXAMPLES / name).read_bytes(), type=Account)


def _print_api(console: Console, url: str, key: str, live: stages.Live) -> None:
    console.rule("The API")
    held = [one for one in live.judged if one.decision.action != "allow"]
    account_id = (held or live.judged)[-1].account_id
    console.print(f"{url}  (OpenAPI at {url}/openapi.json, metrics at {url}/metrics)")
    authorization = f"Authorization: Bearer {key}"
    for command in (
        f"curl -s -X POST -H '{authorization}' {url}/v1/accounts/{account_id}/score",
        f"curl -s -H '{authorization}' {url}/v1/accounts/{account_id}/advice",
    ):
        console.print(command, soft_wrap=True, markup=False, highlight=False)


def _open_desk(console: Console, url: str, desk: Desk, truth: Truth) -> None:
    """Let two people in, so that a terminate can be proposed and confirmed; their past work is simulated."""
    password = secrets.token_urlsafe(12)
    for name in ("ann", "bob"):
        desk.sign_in.add(name, "lead", password, "demo", stages.utc_now())
    reviewers.work(desk.warden, desk, truth, stages.utc_now())
    console.rule("The console")
    console.print(f"{url}/console/  as ann or bob, password {password}", soft_wrap=True)


def _serve_on(world: World, walk: Walk, after: datetime) -> None:
    """Let the simulated mail go on until Ctrl-C."""
    stop = threading.Event()
    rest = (world, walk, after, stages.utc_now, stop)
    thread = threading.Thread(target=stages.go_on, args=rest, name="demo-mail", daemon=True)
    thread.start()
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        stop.set()
        thread.join(10)


@contextmanager
def _bar(console: Console, what: str) -> Iterator[Progress]:
    columns = (TextColumn(what), BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        yield progress


def _simulated(progress: Progress) -> Callable[[str, int, int], None]:
    tasks: dict[str, object] = {}

    def show(stage: str, done: int, total: int) -> None:
        if stage not in tasks:
            tasks[stage] = progress.add_task(stage, total=total)
        progress.update(tasks[stage], completed=done, total=total)  # type: ignore[arg-type]

    return show


def _campaigns(progress: Progress, total: int) -> Callable[[Judged], None]:
    task = progress.add_task(f"of {total:,} campaigns", total=total)

    def see(one: Judged) -> None:
        if one.subject is Subject.CAMPAIGN:
            progress.advance(task)

    return see
