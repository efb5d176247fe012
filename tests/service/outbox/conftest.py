"""A real receiver on loopback, and a store of either kind."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from service.stores import open_store
from service.stores.sql import SqlStore


@dataclass
class Receiver:
    """What came in. `refuses` holds words of bodies that are answered 500; `gone` answers nothing."""

    url: str = ""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    refused: list[bytes] = field(default_factory=list)
    refuses: set[bytes] = field(default_factory=set)

    def take(self, headers: dict[str, str], body: bytes) -> int:
        if any(word in body for word in self.refuses):
            self.refused.append(body)
            return 500
        self.got.append((headers, body))
        return 204


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers["Content-Length"])
            body = self.rfile.read(size)
            if len(body) < size:  # whoever sent it died on the way
                self.close_connection = True
                return
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.send_response(found.take(headers, body))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def store(store_url: str) -> Iterator[SqlStore]:
    opened = open_store(store_url)
    opened.migrate()
    yield opened
    opened.close()
