"""What was odd about a world: counted, with one example each, never a reason to stop."""

from collections import Counter


class Oddities:
    """Counts oddities by what they are."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.examples: dict[str, str] = {}

    def note(self, what: str, example: object = "") -> None:
        """Count one oddity; the first example of each is kept."""
        self.counts[what] += 1
        if what not in self.examples:
            text = (
                example.decode("utf-8", "replace") if isinstance(example, bytes) else str(example)
            )
            self.examples[what] = text.strip()[:120]

    def __len__(self) -> int:
        return self.counts.total()

    def lines(self) -> list[str]:
        """Return one line per oddity, most frequent first."""
        return [
            f"{count:,} x {what}"
            + (f", as in {self.examples[what]!r}" if self.examples[what] else "")
            for what, count in self.counts.most_common()
        ]
