"""What a server is told of itself when it is put together."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Setting:
    """A setting in force. `value` never holds a secret: of one, whether it is `set`.

    `origin` is `environment`, `command line` or `default`.
    """

    variable: str
    value: str
    meaning: str
    origin: str
    secret: bool


@dataclass(frozen=True)
class About:
    """What a server is told of itself when it is put together: its settings, the version of the code."""

    settings: tuple[Setting, ...] = ()
    code: str = "unknown"
