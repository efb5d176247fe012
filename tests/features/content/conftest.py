"""Messages for the tests of this folder, built with good defaults."""

from collections.abc import Callable

import pytest

Mail = Callable[..., bytes]


@pytest.fixture
def mail() -> Mail:
    """Return a builder of raw messages."""

    def build(
        body: str = "Hello there, this is a plain message.",
        *,
        kind: str = "text/plain; charset=utf-8",
        from_: str = "Bloom Flowers <news@bloomflowers.com>",
        subject: str = "Spring is here",
        more: str = "",
    ) -> bytes:
        head = f"From: {from_}\r\nSubject: {subject}\r\n{more}Content-Type: {kind}\r\n\r\n"
        return (head + body).encode()

    return build
