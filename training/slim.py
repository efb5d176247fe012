"""Makes model text small: as many digits as matter, so that a bundle is quick to load and ship."""

import re
from typing import Final

from models.tree_text import check_tree_text

# Values decide the answer, thresholds which rows go where; the rest only describes the fit.
_DIGITS: Final = {
    "leaf_value": 6,
    "threshold": 7,
    "internal_value": 4,
    "split_gain": 3,
    "leaf_weight": 4,
    "internal_weight": 4,
}
_TREE: Final = re.compile(r"^(?=Tree=\d+$)", re.MULTILINE)
_END: Final = "end of trees"
_SIZES: Final = re.compile(r"^tree_sizes=.*$", re.MULTILINE)


def slim(text: str) -> str:
    """Return checked LightGBM text without parameters and with shortened numbers.

    Rounding keeps the order of leaf values, so monotone stays monotone. Calibrate on margins of
    the text that is returned, not of the one before.
    """
    head, *trees = _TREE.split(check_tree_text(text).text)
    last, end, rest = trees[-1].partition(_END)
    short = ["\n".join(map(_shortened, tree.split("\n"))) for tree in (*trees[:-1], last)]
    sizes = " ".join(str(len(tree)) for tree in short)
    return _SIZES.sub(f"tree_sizes={sizes}", head) + "".join(short) + end + rest


def _shortened(line: str) -> str:
    key, equals, values = line.partition("=")
    if not equals or key not in _DIGITS:
        return line
    digits = _DIGITS[key]
    return f"{key}=" + " ".join(f"{float(value):.{digits}g}" for value in values.split())
