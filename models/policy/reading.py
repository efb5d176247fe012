"""Takes typed values out of a YAML tree and collects every fault on the way."""

import difflib
import math
import re
from collections.abc import Collection
from datetime import timedelta

from models.policy.document import Keyed, Listed, Node, Scalar
from models.policy.faults import PolicyError

_DURATION = re.compile(r"([0-9]{1,6})\s*(s|m|h|d)")
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_NUMBER = re.compile(r"[+-]?(?:[0-9][0-9_]*)?\.?[0-9]+(?:[eE][+-]?[0-9]+)?")


def nearest(word: str, words: Collection[str]) -> str:
    """Return `did you mean ...?` for the nearest known word, or nothing."""
    close = difflib.get_close_matches(word[:80], words, n=1, cutoff=0.6)
    return f"did you mean '{close[0]}'?" if close else ""


class Reader:
    """Reads values; a faulty one is noted in `errors` and answered with a harmless stand-in."""

    def __init__(self) -> None:
        self.errors: list[PolicyError] = []

    def fail(self, node: Node, cause: str, suggestion: str = "") -> None:
        self.errors.append(PolicyError(node.line, node.column, cause, suggestion))

    def mapping(
        self, node: Node, required: Collection[str], optional: Collection[str] = ()
    ) -> dict[str, Node]:
        """Return the values by key; unknown and missing keys are faults."""
        if not isinstance(node, Keyed):
            self.fail(node, f"keys wanted here: {', '.join((*required, *optional))}")
            return {}
        known = (*required, *optional)
        for key, (place, _) in node.items.items():
            if key not in known:
                hint = nearest(key, known) or f"known: {', '.join(known)}"
                self.fail(place, f"unknown key '{key[:60]}'", hint)
        if missing := [key for key in required if key not in node.items]:
            self.fail(node, f"missing: {', '.join(missing)}")
        return {key: value for key, (_, value) in node.items.items() if key in known}

    def entries(self, node: Node, maximum: int) -> list[Node]:
        """Return the values of a list."""
        if not isinstance(node, Listed):
            self.fail(node, "a list is wanted here", "start each entry with '- '")
            return []
        if len(node.items) > maximum:
            self.fail(node, f"{len(node.items)} entries; {maximum} at most")
        return node.items[:maximum]

    def text(self, node: Node, maximum: int = 200) -> str:
        if not isinstance(node, Scalar) or not node.text.strip():
            self.fail(node, "text is wanted here")
            return ""
        if len(node.text) > maximum:
            self.fail(node, f"{len(node.text)} characters; {maximum} at most")
            return ""
        return node.text

    def number(self, node: Node, low: float, high: float) -> float:
        """Return a number in [low, high]."""
        plain = isinstance(node, Scalar) and node.style is None
        text = node.text if isinstance(node, Scalar) else ""
        value = float(text.replace("_", "")) if plain and _NUMBER.fullmatch(text) else math.nan
        if not low <= value <= high:
            shown = f", not '{text[:40]}'" if text else ""
            self.fail(node, f"a number from {low:g} to {high:g} is wanted here{shown}")
            return low
        return value

    def whole(self, node: Node, low: int, high: int) -> int:
        value = self.number(node, low, high)
        if value != int(value):
            self.fail(node, "a whole number is wanted here")
        return int(value)

    def flag(self, node: Node) -> bool:
        return self.choice(node, ("true", "false")) == "true"

    def choice(self, node: Node, options: Collection[str]) -> str:
        """Return one of `options`."""
        text = node.text if isinstance(node, Scalar) else ""
        if text not in options:
            hint = nearest(text, options)
            self.fail(node, f"one of {', '.join(options)} is wanted here", hint)
            return next(iter(options))
        return text

    def choices(self, node: Node, options: Collection[str]) -> tuple[str, ...]:
        """Return a list of options, each at most once."""
        found = [self.choice(entry, options) for entry in self.entries(node, len(options))]
        return tuple(dict.fromkeys(found))

    def duration(self, node: Node) -> timedelta:
        """Return a duration such as `15m`, from 1 s to 90 d."""
        text = node.text if isinstance(node, Scalar) else ""
        match = _DURATION.fullmatch(text)
        seconds = int(match[1]) * _SECONDS[match[2]] if match else 0
        if not 1 <= seconds <= 90 * 86_400:
            self.fail(node, "a time such as 30s, 15m, 2h or 7d is wanted here, 90d at most")
            return timedelta(seconds=1)
        return timedelta(seconds=seconds)
