"""A message's HTML made safe to look at: nothing loads, nothing runs, nothing can be clicked.

Links become their text with the host they really lead to, images a note of where they would come
from. What a message hides by style is shown: a reviewer has to see it. `nh3` (ammonia) has the
last word on what is left; the page that shows it sits in a sandboxed frame on top of that.
"""

import re
from typing import Final

import nh3
from selectolax.lexbor import LexborHTMLParser, LexborNode

from features.content.hosts import embedded_url, host_of

_CHARS: Final = 200_000
_TAGS: Final = 6_000
# The HTML standard reopens unclosed formatting in every later paragraph: without a bound, quadratic.
_FORMATTING: Final = re.compile(
    r"<(/?)(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/>])", re.IGNORECASE
)
_FORMATTED: Final = 1_500
_GONE: Final = frozenset(
    ["script", "style", "noscript", "template", "title", "iframe", "object", "embed", "svg", "math"]
)
_KEPT: Final = frozenset(
    [
        "p",
        "div",
        "span",
        "br",
        "hr",
        "table",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "td",
        "th",
        "caption",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "b",
        "i",
        "u",
        "s",
        "em",
        "strong",
        "small",
        "big",
        "code",
        "pre",
        "blockquote",
        "center",
        "font",
        "sub",
        "sup",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "figure",
        "figcaption",
    ]
)
_STYLES: Final = frozenset(
    [
        "color",
        "background-color",
        "font-weight",
        "font-style",
        "font-family",
        "text-align",
        "text-decoration",
        "text-transform",
        "line-height",
        "padding",
        "padding-top",
        "padding-right",
        "padding-bottom",
        "padding-left",
        "border",
        "border-top",
        "border-bottom",
        "border-color",
        "border-radius",
        "border-collapse",
        "width",
        "max-width",
        "vertical-align",
    ]
)
_ATTRIBUTES: Final = {
    "*": {"style", "align", "valign", "bgcolor"},
    "td": {"colspan", "rowspan", "width"},
    "th": {"colspan", "rowspan", "width"},
    "table": {"width", "cellpadding", "cellspacing", "border"},
    "font": {"color"},
}
_CLEANER: Final = nh3.Cleaner(
    tags=set(_KEPT),
    clean_content_tags=set(_GONE),
    attributes=_ATTRIBUTES,
    filter_style_properties=set(_STYLES),
    url_schemes=set(),
    link_rel=None,
)


def safe_page(html: str) -> str:
    """Return a fragment of inert HTML; at most 200,000 characters and 6,000 tags are read."""
    tree = LexborHTMLParser(_bounded(html))
    root = tree.body or tree.root
    if root is None:
        return ""
    for node in root.css("a[href], area[href]"):
        node.insert_after(f" [leads to {_where(node.attributes.get('href') or '')}]")
    for node in root.css("img"):
        node.insert_after(_image(node))
    for node in root.css("input, button, select, textarea"):
        node.insert_after(f" [form field: {(node.attributes.get('name') or 'unnamed')[:80]}]")
    return _CLEANER.clean(root.html or "")


def _bounded(html: str) -> str:
    html = html[:_CHARS]
    if html.count("<") > _TAGS:
        html = "<".join(html.split("<", _TAGS)[:-1])
    if len(_FORMATTING.findall(html)) > _FORMATTED:
        html = _FORMATTING.sub(r"<\1span", html)
    return html


def _where(href: str) -> str:
    """Return where a link leads in words: its host, and the one it carries along."""
    host, carried = host_of(href), embedded_url(href)
    if not host:
        scheme = href.strip()[:40].partition(":")[0]
        return f"{scheme}: (no web page)" if ":" in href[:40] else "no host"
    onward = host_of(carried) if carried else ""
    return f"{host}, which carries {onward}" if onward and onward != host else host


def _image(node: LexborNode) -> str:
    source = node.attributes.get("src") or ""
    host = host_of(source) or ("inside the mail" if source[:5] in ("data:", "cid:h") else "")
    alt = (node.attributes.get("alt") or "").strip()[:120]
    return f"[image{f' “{alt}”' if alt else ''}{f' from {host}' if host else ''}]"
