"""Changes thresholds in the text of a policy and leaves every other character as it was."""

from collections.abc import Mapping
from dataclasses import dataclass

from models.policy.document import Keyed, Node, Scalar, read_document


@dataclass(frozen=True, order=True)
class Threshold:
    """Where a band's value stands: `bands: lane: score: action: value`."""

    lane: str
    score: str
    action: str

    def __str__(self) -> str:
        return f"{self.lane}.{self.score}.{self.action}"


def thresholds(text: str) -> dict[Threshold, float]:
    """Return the thresholds of a usable policy, in file order."""
    return {key: float(scalar.text) for key, scalar in _scalars(read_document(text)).items()}


def with_thresholds(text: str, values: Mapping[Threshold, float], version: str) -> str:
    """Return the text with other thresholds and another `version`; all else stays as written.

    Raises `KeyError` for a threshold that the text does not have.
    """
    root = read_document(text)
    known = _scalars(root)
    edits = {
        known[key]: f"{value:g}" for key, value in values.items() if float(known[key].text) != value
    }
    if isinstance(root, Keyed) and "version" in root.items:
        scalar = root.items["version"][1]
        if isinstance(scalar, Scalar):
            edits[scalar] = version
    lines = text.split("\n")
    for scalar, new in sorted(edits.items(), key=lambda edit: _place(edit[0]), reverse=True):
        line = lines[scalar.line - 1]
        start = scalar.column - 1
        written = len(scalar.text) + (2 if scalar.style else 0)
        lines[scalar.line - 1] = f"{line[:start]}{new}{line[start + written :]}"
    return "\n".join(lines)


def _place(scalar: Scalar) -> tuple[int, int]:
    return scalar.line, scalar.column


def _scalars(root: Node) -> dict[Threshold, Scalar]:
    found: dict[Threshold, Scalar] = {}
    for lane, scores in _items(_items(root).get("bands")).items():
        for score, actions in _items(scores).items():
            for action, value in _items(actions).items():
                if isinstance(value, Scalar):
                    found[Threshold(lane, score, action)] = value
    return found


def _items(node: Node | None) -> dict[str, Node]:
    if not isinstance(node, Keyed):
        return {}
    return {key: value for key, (_, value) in node.items.items()}
