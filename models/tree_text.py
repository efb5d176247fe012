"""A structural check of LightGBM model text, before native code reads it.

LightGBM's own parser trusts its input: a child index out of range or a cycle reads foreign memory
or never ends. Everything that traversal and TreeSHAP follow is checked here; the text's origin is
checked elsewhere, by digest.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import isfinite, isnan
from typing import TypeVar

Number = TypeVar("Number", int, float)
MAX_TEXT_CHARACTERS = 32_000_000
MAX_TREES = 5_000
MAX_LEAVES = 1_024
_INT32_MAX = 2**31 - 1
# Bit 0 marks a categorical split, bit 1 the default side, bits 2 and 3 what counts as missing.
_NUMERICAL_SPLITS = {0, 2, 4, 6, 8, 10}
_END = "\nend of trees"
_WHOLE = r"-?[0-9]{1,18}"
_REAL = r"-?(?:[0-9]{1,25}(?:\.[0-9]{1,25})?(?:e[+-]?[0-9]{1,3})?|inf)"
_WHOLES = re.compile(rf"(?:{_WHOLE}(?: {_WHOLE})*)?")
_REALS = re.compile(rf"(?:{_REAL}(?: {_REAL})*)?")
_WORD = re.compile(r"[!-<>-~]+(?: [!-<>-~]+)*")
_OBJECTIVE = re.compile(rf"[a-z0-9_]+(?: [a-z0-9_]+:{_REAL})*")
_INFO = rf"(?:none|\[{_REAL}:{_REAL}\])"
_INFOS = re.compile(rf"{_INFO}(?: {_INFO})*")
_HEADER = {
    "version": _WORD,
    "num_class": _WHOLES,
    "num_tree_per_iteration": _WHOLES,
    "label_index": _WHOLES,
    "max_feature_idx": _WHOLES,
    "objective": _OBJECTIVE,
    "feature_names": _WORD,
    "monotone_constraints": _WHOLES,
    "feature_infos": _INFOS,
    "tree_sizes": _WHOLES,
}
_OPTIONAL = frozenset({"objective", "monotone_constraints"})
_TREE = {
    "num_leaves": _WHOLES,
    "num_cat": _WHOLES,
    "split_feature": _WHOLES,
    "split_gain": _REALS,
    "threshold": _REALS,
    "decision_type": _WHOLES,
    "left_child": _WHOLES,
    "right_child": _WHOLES,
    "leaf_value": _REALS,
    "leaf_weight": _REALS,
    "leaf_count": _WHOLES,
    "internal_value": _REALS,
    "internal_weight": _REALS,
    "internal_count": _WHOLES,
    "is_linear": _WHOLES,
    "shrinkage": _REALS,
}


class UnreadableTrees(ValueError):
    """The text is not a LightGBM model that can be evaluated safely."""


@dataclass(frozen=True)
class TreeText:
    """Checked model text: `text` ends with its last tree (training parameters are cut off)."""

    text: str
    names: tuple[str, ...]
    n_trees: int


def check_tree_text(text: str) -> TreeText:
    """Return the checked text. Raises `UnreadableTrees` saying what is wrong."""
    if len(text) > MAX_TEXT_CHARACTERS:
        raise UnreadableTrees(f"model text has {len(text):,} characters")
    if not text.startswith("tree\nversion=v4\n"):
        raise UnreadableTrees("not LightGBM model text of version v4")
    if not text.isascii() or "\r" in text or "\0" in text:
        raise UnreadableTrees("model text holds characters that LightGBM never writes")
    head, _, rest = text.partition("\n\n")
    body, end, _ = rest.partition(_END)
    if not end:
        raise UnreadableTrees("model text is cut off: 'end of trees' is missing")
    header = _pairs(head.split("\n")[1:], _HEADER, "header")
    names = _feature_names(header)
    _check_header(header)
    n_trees = _check_trees(body + "\n", header, len(names))
    return TreeText(f"{head}\n\n{body}{_END}\n", names, n_trees)


def _pairs(
    lines: Sequence[str], grammar: Mapping[str, re.Pattern[str]], where: str
) -> dict[str, str]:
    """Read `key=value` lines that come in the grammar's order, as LightGBM writes them."""
    pairs: dict[str, str] = {}
    for line in lines:
        key, _, value = line.partition("=")
        if key not in grammar or key in pairs or not grammar[key].fullmatch(value):
            raise UnreadableTrees(f"{where}: unexpected line {line[:60]!r}")
        pairs[key] = value
    wanted = [key for key in grammar if key in pairs or key not in _OPTIONAL]
    if list(pairs) != wanted:
        raise UnreadableTrees(f"{where}: lines are missing or in another order")
    return pairs


def _feature_names(header: dict[str, str]) -> tuple[str, ...]:
    names = tuple(header["feature_names"].split(" "))
    if not names[0] or len(set(names)) != len(names):
        raise UnreadableTrees("feature names are missing or doubled")
    if header["max_feature_idx"] != str(len(names) - 1):
        raise UnreadableTrees("max_feature_idx does not agree with the feature names")
    if len(header["feature_infos"].split(" ")) != len(names):
        raise UnreadableTrees("feature_infos does not agree with the feature names")
    return names


def _check_header(header: dict[str, str]) -> None:
    for key, wanted in (("num_class", "1"), ("num_tree_per_iteration", "1"), ("label_index", "0")):
        if header[key] != wanted:
            raise UnreadableTrees(f"{key} is {header[key]!r}, wanted {wanted!r}")


def _check_trees(body: str, header: dict[str, str], n_features: int) -> int:
    sizes = _integers(header["tree_sizes"], "tree_sizes")
    if len(sizes) > MAX_TREES:
        raise UnreadableTrees(f"{len(sizes):,} trees")
    if not all(0 < size <= len(body) for size in sizes):
        raise UnreadableTrees("tree_sizes does not agree with the trees")
    starts = list(accumulate(sizes, initial=0))
    if body[starts[-1] :].strip("\n"):
        raise UnreadableTrees("tree_sizes does not agree with the trees")
    for number, (start, end) in enumerate(pairwise(starts)):
        block = body[start:end]
        if not block.startswith(f"Tree={number}\n"):
            raise UnreadableTrees(f"tree {number} is not where tree_sizes says")
        _check_tree(block, f"tree {number}", n_features)
    return len(sizes)


def _check_tree(block: str, where: str, n_features: int) -> None:
    pairs = _pairs(block.rstrip("\n").split("\n")[1:], _TREE, where)
    leaves = _integers(pairs["num_leaves"], where)
    if len(leaves) != 1 or not 1 <= leaves[0] <= MAX_LEAVES:
        raise UnreadableTrees(f"{where}: num_leaves is {pairs.get('num_leaves')!r}")
    if pairs["num_cat"] != "0" or pairs["is_linear"] != "0":
        raise UnreadableTrees(f"{where}: categorical splits and linear leaves are not used here")
    n_leaves = leaves[0]
    _check_numbers(pairs, where, n_leaves)
    if n_leaves == 1:
        return
    splits = _integers(pairs["split_feature"], where, n_leaves - 1)
    if not all(0 <= split < n_features for split in splits):
        raise UnreadableTrees(f"{where}: a split on a feature that does not exist")
    kinds = _integers(pairs["decision_type"], where, n_leaves - 1)
    if not _NUMERICAL_SPLITS.issuperset(kinds):
        raise UnreadableTrees(f"{where}: unknown decision_type")
    _check_children(pairs, where, n_leaves)


def _check_numbers(pairs: dict[str, str], where: str, n_leaves: int) -> None:
    counts = ("leaf_count", n_leaves), ("internal_count", n_leaves - 1)
    for key, size in counts:
        numbers = _integers(pairs[key], where, size)
        if not all(1 <= number <= _INT32_MAX for number in numbers):
            raise UnreadableTrees(f"{where}: {key} out of range")
    weights = 0 if n_leaves == 1 else n_leaves
    _reals(pairs["leaf_weight"], where, weights)
    _reals(pairs["shrinkage"], where, 1)
    for key in ("split_gain", "internal_weight"):
        _reals(pairs[key], where, n_leaves - 1)
    for key, size in (
        ("leaf_value", n_leaves),
        ("threshold", n_leaves - 1),
        ("internal_value", n_leaves - 1),
    ):
        values = _reals(pairs[key], where, size)
        # A split of missing against all other values has an infinite threshold.
        wrong = any(map(isnan, values)) if key == "threshold" else not all(map(isfinite, values))
        if wrong:
            raise UnreadableTrees(f"{where}: {key} is not a number")


def _check_children(pairs: dict[str, str], where: str, n_leaves: int) -> None:
    """Every node hangs under exactly one earlier node, so a walk from the root must end."""
    left = _integers(pairs["left_child"], where, n_leaves - 1)
    right = _integers(pairs["right_child"], where, n_leaves - 1)
    for children in (left, right):
        if any(0 <= child <= parent for parent, child in enumerate(children)):
            raise UnreadableTrees(f"{where}: a child comes before its parent")
    if sorted(left + right) != [*range(-n_leaves, 0), *range(1, n_leaves - 1)]:
        raise UnreadableTrees(f"{where}: its nodes do not form a tree")


# Lists, not arrays: a tree has few numbers, and a bundle has thousands of trees.
def _integers(text: str, where: str, size: int | None = None) -> list[int]:
    return _sized([int(word) for word in text.split(" ")] if text else [], where, size)


def _reals(text: str, where: str, size: int | None = None) -> list[float]:
    return _sized([float(word) for word in text.split(" ")] if text else [], where, size)


def _sized(numbers: list[Number], where: str, size: int | None) -> list[Number]:
    if size is not None and len(numbers) != size:
        raise UnreadableTrees(f"{where}: {len(numbers)} numbers where {size} belong")
    return numbers
