"""The pages of docs/integrate run as they stand: each payload gives the answer that is printed."""

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

import features.sources
from features.discovery import discover
from features.sources.source import Source
from sendwarden.cli.app import build
from sendwarden.compose import build_api, build_warden
from sendwarden.settings import Settings
from service.keys import create_key

PAGES = Path(__file__).parent.parent.parent / "docs" / "integrate"
SOURCES = sorted(source.name for source in discover(features.sources, Source))
_COMMAND = re.compile(r"```sh\n(sendwarden parse [^\n]*) <<'EOF'\n(.*?)EOF\n```", re.DOTALL)
_ANSWERS = re.compile(r"```json\n(.*?)```", re.DOTALL)


def parts(name: str) -> tuple[list[str], bytes, list[Any], Any]:
    """The command's words, the payload, the printed events and the API's answer."""
    text = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    command, payload = _COMMAND.search(text).groups()  # type: ignore[union-attr]
    printed, answered = _ANSWERS.findall(text)
    events = [json.loads(line) for line in printed.splitlines()]
    return command.split()[1:], payload.encode(), events, json.loads(answered)


@pytest.mark.parametrize("name", SOURCES)
def test_the_command_prints_what_the_page_says(name: str) -> None:
    words, payload, events, _ = parts(name)
    done = CliRunner().invoke(build(), words, input=payload)
    assert done.exit_code == 0, done.output
    assert [json.loads(line) for line in done.stdout.splitlines()] == events


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str, bytes, str], Any]]:
    """Post a body to an installation of its own and return the answer."""
    settings = Settings(home=tmp_path_factory.mktemp("pages"))
    now = datetime(2026, 11, 23, 10, 5, tzinfo=UTC)
    with closing(build_warden(settings)) as warden:
        key = create_key(warden.store, "pages", ["ingest"], b"k" * 32, now)
        transport = httpx.ASGITransport(build_api(settings, warden, lambda: now))

        async def call(path: str, body: bytes, kind: str) -> Any:
            headers = {"Authorization": f"Bearer {key}", "Content-Type": kind}
            async with httpx.AsyncClient(transport=transport, base_url="http://warden") as client:
                return (await client.post(path, content=body, headers=headers)).json()

        yield lambda path, body, kind: asyncio.run(call(path, body, kind))


@pytest.mark.parametrize("name", SOURCES)
def test_the_api_answers_what_the_page_says(name: str, post: Any) -> None:
    text = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    kind, path = re.search(r'Content-Type: ([^"]+)".*\$WARDEN([^"]+)"', text).groups()  # type: ignore[union-attr]
    _, payload, _, answer = parts(name)
    assert post(path, payload, kind) == answer


def test_links_between_the_pages_lead_somewhere() -> None:
    for page in PAGES.glob("*.md"):
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"
