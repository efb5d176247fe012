"""Listens for mail servers: a thread for each of their connections."""

import logging
import socket
import socketserver
from collections.abc import Callable
from typing import Final

from sendwarden.milter.codec import BadPacket, Framer, encoded
from sendwarden.milter.session import Session

LOG: Final = logging.getLogger(__name__)
_READ: Final = 1 << 16
# Mail servers keep idle connections open for a while; a dead one is let go after this.
_IDLE_S: Final = 900
_QUICK_ACK: Final[int | None] = getattr(socket, "TCP_QUICKACK", None)


class MilterServer(socketserver.ThreadingTCPServer):
    """Serves until `shutdown`. `new_session` returns what follows one connection."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, host: str, port: int, new_session: Callable[[], Session]) -> None:
        self.new_session = new_session
        super().__init__((host, port), _Connection)


class _Connection(socketserver.BaseRequestHandler):
    server: MilterServer

    def handle(self) -> None:
        self.request.settimeout(_IDLE_S)
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        session, framer = self.server.new_session(), Framer()
        try:
            while not session.over and (data := self._received()):
                for packet in framer.feed(data):
                    answers = b"".join(map(encoded, session.take(packet)))
                    if answers:
                        self.request.sendall(answers)
        except BadPacket as error:
            LOG.warning("not the milter protocol: %s", error)
        except OSError as error:
            LOG.info("a mail server went away: %s", type(error).__name__)

    def _received(self) -> bytes:
        """Read, and acknowledge at once.

        The mail server sends small packets that get no answer; its kernel keeps the next one back until
        the last is acknowledged, for which ours would wait 40 ms.
        """
        if _QUICK_ACK is not None:
            self.request.setsockopt(socket.IPPROTO_TCP, _QUICK_ACK, 1)
        data: bytes = self.request.recv(_READ)
        return data
