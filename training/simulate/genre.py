"""What a genre of mail is. Each file of `training.simulate.genres` holds one as a plain value."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Copy:
    """Phrases of one language that a message is put together from.

    Slots: `{brand} {first} {city} {month} {pct} {price} {n} {date} {code} {product} {topic}` and
    `{org}`, a household name that is not the sender.
    """

    subjects: tuple[str, ...]
    openers: tuple[str, ...]
    bodies: tuple[str, ...]
    calls: tuple[str, ...]
    closers: tuple[str, ...]


@dataclass(frozen=True)
class Genre:
    """A genre: its phrases, and how people and filters take it.

    `deceit` marks fraud, `poses` mail that names another organisation as its sender,
    `grievance` scales complaints, `lure` clicks, `spammy` in [0, 1] how filters read it.
    """

    name: str
    copies: Mapping[str, Copy]
    deceit: bool = False
    poses: bool = False
    transactional: bool = False
    grievance: float = 1.0
    lure: float = 1.0
    spammy: float = 0.1
