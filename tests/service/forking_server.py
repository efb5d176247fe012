"""The real server, forked from a process that has everything loaded: a restart takes little time.

Run by test_crash.py with the descriptor of a listening socket. A line on standard input starts a
server; its process id is answered on standard output. The next line is read when it has died.
"""

import asyncio
import gc
import os
import socket
import sys
from tempfile import TemporaryDirectory

import httpx
import uvicorn

from features.catalogue import load_catalogue
from sendwarden.clocks import system_clock
from sendwarden.compose import build_api, build_warden, fixed_policy, live_model
from sendwarden.settings import load_settings


async def ask(transport: httpx.ASGITransport, path: str) -> int:
    async with httpx.AsyncClient(transport=transport, base_url="http://warm") as http:
        return (await http.get(path)).status_code


def main() -> None:
    listening = socket.socket(fileno=int(sys.argv[1]))
    settings, catalogue = load_settings(), load_catalogue()
    model, policy = live_model(settings, catalogue), fixed_policy(settings, catalogue)
    # What is imported and loaded by the first request is so here, once, on a store of its own.
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/warm.db"
        warden = build_warden(settings, store_url=url, model=model, policy=policy)
        transport = httpx.ASGITransport(build_api(settings, warden, system_clock))
        assert asyncio.run(ask(transport, "/readyz")) == 200
        warden.close()
    gc.collect()
    gc.freeze()  # as serve does
    for _ in sys.stdin:
        if not (child := os.fork()):
            warden = build_warden(settings, model=model, policy=policy, catalogue=catalogue)
            config = uvicorn.Config(
                build_api(settings, warden, system_clock), log_level="warning", access_log=False
            )
            uvicorn.Server(config).run(sockets=[listening])
            warden.close()
            os._exit(0)
        print(child, flush=True)
        os.waitpid(child, 0)


main()
