"""HTML as a reader sees it: text, hidden text, links, images, forms and scripts.

Two rewrites of tag names keep Lexbor linear and its work in C: formatting tags become `span`, since
the standard's reconstruction of unclosed ones multiplies nodes without bound, and a newline goes
before every block tag, so that text can be taken out in one call without gluing cells together.
"""

import re
from dataclasses import dataclass
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from features.content.faults import Fault
from features.content.limits import ReadLimits

_FORMATTING: Final = re.compile(
    r"<(/?)(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/>])", re.IGNORECASE
)
_BLOCK: Final = re.compile(
    r"<(?=/?(?:p|div|br|tr|t[dh]|table|li|[uo]l|h[1-6]|hr|center|blockquote|section|article"
    r"|header|footer|title|d[tdl]|pre|option|mj-[a-z]+)[\s/>])",
    re.IGNORECASE,
)
_DATA_URI: Final = re.compile(r"(data:[^\"'\s>]{0,40})[^\"'\s>]*", re.IGNORECASE)
_HIDDEN_STYLE: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*[01](?:px|pt|em)?\s*(?:[;!]|$)"
    r"|opacity\s*:\s*0(?:\.0+)?\s*(?:[;!]|$)|max-height\s*:\s*0(?:px)?\s*(?:[;!]|$)|mso-hide\s*:\s*all"
    r"|text-indent\s*:\s*-\d{3,}|left\s*:\s*-\d{3,}px",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"\s*(\d{1,5})\s*(?:px)?\s*$")
_UNSEEN: Final = ("script", "style", "noscript", "title", "template", "mj-style", "mj-title")
_HANDLERS: Final = ("[onload]", "[onclick]", "[onerror]", "[onmouseover]", "[onsubmit]")
_PIXEL: Final = 2


@dataclass(frozen=True)
class Anchor:
    """A link as written: where it leads and what it shows."""

    href: str
    shown: str


@dataclass(frozen=True)
class Page:
    """What a reader sees of an HTML part, and what is hidden from them."""

    text: str
    hidden: str
    anchors: tuple[Anchor, ...]
    images: int
    pixels: int
    alt_text: str
    forms: int
    scripts: int


def read_page(html: str, limits: ReadLimits, faults: set[Fault]) -> Page:
    """Return the page that an HTML part shows."""
    tree = LexborHTMLParser(_tamed(html, limits, faults))
    root = tree.root
    if root is None:
        return Page("", "", (), 0, 0, "", 0, 0)
    anchors = tuple(_anchors(root, limits))
    sizes = [(_size(node), node.attributes.get("alt") or "") for node in root.css("img")]
    scripts = sum(len(root.css(selector)) for selector in ("script", *_HANDLERS))
    forms = len(root.css("form"))
    for tag in _UNSEEN:
        _take(root.css(tag))
    hidden = _take_hidden(root)
    text = root.text(separator="")[: limits.text_chars]
    shown = [(size, alt) for size, alt in sizes if size > _PIXEL]
    alt_text = "\n".join(alt for _, alt in shown if alt)[:2_000]
    pixels = len(sizes) - len(shown)
    return Page(text, hidden, anchors, len(shown), pixels, alt_text, forms, scripts)


def _tamed(html: str, limits: ReadLimits, faults: set[Fault]) -> str:
    if len(html) > limits.html_chars:
        html = _DATA_URI.sub(r"\1", html)
    if len(html) > limits.html_chars:
        faults.add(Fault.CUT)
        html = html[: limits.html_chars]
    if html.count("<") > limits.html_tags:
        faults.add(Fault.CUT)
        html = "<".join(html.split("<", limits.html_tags)[:-1])
    return _BLOCK.sub("\n<", _FORMATTING.sub(r"<\1span", html))


def _anchors(root: LexborNode, limits: ReadLimits) -> list[Anchor]:
    nodes = root.css("a[href], area[href]")[: limits.links]
    return [
        Anchor(node.attributes.get("href") or "", node.text(separator="").strip()[:200])
        for node in nodes
    ]


def _size(node: LexborNode) -> int:
    """Return an image's smaller stated side in pixels; 100 when none is stated."""
    sides = [_NUMBER.match(node.attributes.get(side) or "") for side in ("width", "height")]
    stated = [int(side[1]) for side in sides if side]
    return max(stated) if len(stated) == 2 else min(stated, default=100)


def _take_hidden(root: LexborNode) -> str:
    """Remove what is styled away and return its text."""
    styled = [
        node
        for node in root.css("[style]")
        if _HIDDEN_STYLE.search((node.attributes.get("style") or "")[:2_000])
    ]
    texts = _take(styled)
    return "\n".join([*texts, *_take(root.css("[hidden]"))])


def _take(nodes: list[LexborNode]) -> list[str]:
    """Remove nodes, given in document order, and return their texts.

    Inner ones go first: a node inside a removed one is freed memory.
    """
    texts = []
    for node in reversed(nodes):
        if node.tag not in ("html", "body"):
            texts.append(node.text(separator=""))
            node.decompose()
    return texts[::-1]
