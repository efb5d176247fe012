"""Corpora of real mail, presented as an ESP sees mail before it is sent.

What gives a label away is taken out: headers of receivers and lists (`read_message` never reads
them), subject tags, list footers, quoted lines, seed addresses (placeholders anyway).
"""

import gzip
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, TextIO

from features.content import Analysis, Message, analyse, message_from_parts, read_message


class MissingCorpus(FileNotFoundError):
    """A corpus file is not in the data folder."""


class Kind(StrEnum):
    """What a message is, as far as its corpus tells."""

    WANTED = "wanted"
    UNSOLICITED = "unsolicited"
    MALICIOUS = "malicious"


@dataclass(frozen=True)
class Corpus:
    """One corpus: where it is from, under which terms, and whether the shipped model may learn from it.

    One that is not `judged` is learnt from only: no figure of the aims is told of it and no threshold
    set by it. `shipped` is its file beside this module; others are files of a data folder.
    """

    name: str
    source: str
    terms: str
    fitted: bool = True
    bulk: bool = False
    modern: bool = False
    judged: bool = True
    shipped: str = ""


NOTICES: Final = "notices"
# Wanted bulk apart, so that fits without any legitimate bulk leave it out with the rest.
WRITTEN: Final = ("written", "written_bulk")
CORPORA: Final = (
    Corpus("spamassassin", "SpamAssassin public corpus, 2000-02", "database PDDL 1.0"),
    Corpus("trec07p_first_half", "TREC 2007 public corpus, first half", "research terms: evaluated on, never fitted", fitted=False),
    Corpus("list_industrypack_devel", "public mailing-list archive, 2019-26, weak labels", "public archive", modern=True),
    Corpus("list_kasan_dev", "public mailing-list archive, 2019-26, weak labels", "public archive", modern=True),
    Corpus("enron1", "Enron-Spam part 1, 1999-2005", "public research corpus"),
    Corpus("lingspam", "Ling-Spam (Androutsopoulos et al. 2000)", "acknowledge the source"),
    Corpus("nazario_2015_2022", "Nazario phishing corpus, 2015-22", "public research corpus", modern=True),
    Corpus("princeton_political", "Princeton corpus of political e-mails, 2019-20", "research terms: weighed lightly", bulk=True, modern=True),
    Corpus("openpaws_campaigns", "Open Paws campaign e-mails, 2019-24", "Apache-2.0", bulk=True, modern=True),
    Corpus("templates", "open e-mail templates (MJML, Postmark, Sendwithus)", "Apache-2.0, MIT", bulk=True, modern=True),
    Corpus(NOTICES, "mail that open software sends (accounts, orders, events), in 31 languages", "MIT, BSD, Apache-2.0", modern=True, judged=False, shipped="notices.jsonl.gz"),
    Corpus("written", "notices, letters, unsolicited and malicious mail written for the training, 19 languages", "this project's", modern=True, judged=False, shipped="written.jsonl"),
    Corpus("written_bulk", "newsletters, offers and appeals written for the training, 19 languages", "this project's", bulk=True, modern=True, judged=False, shipped="written_bulk.jsonl"),
)  # fmt: skip
BY_NAME: Final = {corpus.name: corpus for corpus in CORPORA}
# Legitimate bulk mail: all of it, and what figures are told of.
ALL_BULK: Final = tuple(corpus.name for corpus in CORPORA if corpus.bulk)
BULK: Final = tuple(name for name in ALL_BULK if BY_NAME[name].judged)

_KINDS: Final = {
    "ham": Kind.WANTED,
    "spam": Kind.UNSOLICITED,
    "phish": Kind.MALICIOUS,
    "marketing": Kind.WANTED,
    "template": Kind.WANTED,
    "notice": Kind.WANTED,
    "letter": Kind.WANTED,
    "unsolicited": Kind.UNSOLICITED,
    "malicious": Kind.MALICIOUS,
}
_SUBJECT_TAG: Final = re.compile(r"^(?:\s*(?:\[[^\]]{1,40}\]|\*+ ?spam ?\*+|(?:re|fwd?|aw|sv|antw)(?:\[\d+\])? ?:))+\s*", re.IGNORECASE)  # fmt: skip
_FOOTER: Final = re.compile(
    r"\n_{20,}\s*\n[^\n]{0,200}(?:mailing list|http)|\n-- ?\nYou received this message because you are subscribed"
    r"|\n-{20,}\s*\nThis (?:sf\.net|thinkgeek|in)[^\n]{0,40}(?:sponsored|email)|\n-{3,} ?Yahoo! Groups Sponsor"
    r"|\n-- ?\nTo unsubscribe, e-?mail|\n_{20,}\s*\nR?-?help|\nTo unsubscribe from this group and stop receiving emails from it",
    re.IGNORECASE,
)  # fmt: skip
_QUOTED: Final = re.compile(r"^\s*(?:[>|].*|.{0,200}\bwrote:\s*|[-+ ]{0,2}(?:@@|diff --git|index [0-9a-f]).*)$", re.MULTILINE)  # fmt: skip
_YEAR: Final = re.compile(r"\b(?:19[89]|20[0-2])\d\b")
_BOUNCE: Final = re.compile(r"delivery status notification|undeliver|mail delivery (?:failed|failure)|returned mail|failure notice|automatic reply|out of office", re.IGNORECASE)  # fmt: skip


@dataclass(frozen=True)
class Example:
    """One labelled message. `source` is the part of its corpus that it is from, `year` empty if unknown."""

    corpus: str
    id: str
    kind: Kind
    source: str
    analysis: Analysis
    year: str = ""


@dataclass(frozen=True)
class Labelled:
    """One labelled message, as its sender wrote it."""

    id: str
    kind: Kind
    source: str
    message: Message
    year: str = ""


def read_messages(folder: Path, name: str) -> Iterator[Labelled]:
    """Yield the labelled messages of one corpus; bounces and unlabelled ones are left out."""
    with _opened(_file_of(folder, name)) as lines:
        for line in lines:
            row: dict[str, Any] = json.loads(line)
            kind = _KINDS.get(row["label"])
            if kind is None or _BOUNCE.search(row.get("subject") or ""):
                continue
            yield Labelled(
                row["id"],
                kind,
                _source_of(row, name),
                canonical(row, name == "templates"),
                _year_of(row),
            )


def read_corpus(folder: Path, name: str) -> Iterator[Example]:
    """Yield the analysed messages of one corpus."""
    for mail in read_messages(folder, name):
        yield Example(name, mail.id, mail.kind, mail.source, analyse(mail.message), mail.year)


def _file_of(folder: Path, name: str) -> Path:
    corpus = BY_NAME.get(name)
    if corpus is not None and corpus.shipped:
        return Path(__file__).parent / corpus.shipped
    return folder / "content" / f"{name}.jsonl.gz"


def _opened(file: Path) -> TextIO:
    if file.suffix == ".gz":
        return gzip.open(file, "rt", encoding="utf-8")
    return file.open(encoding="utf-8")


def _source_of(row: dict[str, Any], name: str) -> str:
    """Return the part of a corpus that a row is from: parts are weighed alike in the fit."""
    if name == NOTICES:
        return str(row["sub"])
    if name in WRITTEN:
        return "en" if row["language"] == "en" else "other"
    return "newsletters" if row.get("sub") == "hard-ham-1" else name


def _year_of(row: dict[str, Any]) -> str:
    found = _YEAR.search(str(row.get("date") or ""))
    return found[0] if found else ""


def read_corpora(
    folder: Path, names: Sequence[str], progress: Callable[[str], None] = lambda _: None
) -> list[Example]:
    """Return the examples of several corpora, read side by side, in the order of `names`.

    Raises `MissingCorpus` when a file is not there.
    """
    if missing := [n for n in names if not _file_of(folder, n).is_file()]:
        raise MissingCorpus(
            f"{folder / 'content'} lacks {', '.join(f'{n}.jsonl.gz' for n in missing)}"
        )
    from joblib import Parallel, delayed

    examples: list[Example] = []
    jobs = (delayed(_read)(folder, name) for name in names)
    for name, found in zip(names, Parallel(n_jobs=-1, return_as="generator")(jobs), strict=True):
        progress(f"{name}: {len(found):,} messages")
        examples.extend(found)
    return examples


def _read(folder: Path, name: str) -> list[Example]:
    return list(read_corpus(folder, name))


def canonical(row: dict[str, Any], is_page: bool = False) -> Message:
    """Return a corpus row as the sender wrote it."""
    if row.get("raw"):
        message = read_message(row["raw"].encode("latin-1"))
    else:
        body = row.get("body") or ""
        html, plain = (body, None) if is_page else (None, body)
        sender, subject = row.get("from_addr") or "", row.get("subject") or ""
        message = message_from_parts(sender, subject=subject, html=html, text=plain)
    text = _FOOTER.split(message.text, maxsplit=1)[0]
    return replace(
        message,
        subject=_SUBJECT_TAG.sub("", message.subject),
        text=_QUOTED.sub("", text),
        list_unsubscribe=False,
    )
