"""Teaches the text model mail from files, and tells what that did."""

import os
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from features.content import Message, analyse
from models.content import TextModel
from sendwarden.score_content import messages_at
from training.content.adapt import CHOSEN, CommonTerms, Taught, adapt, judged_by
from training.content.adapt_check import Move, common_mail, cross_validated, moves, unwanted_by
from training.content.corpora import Kind
from training.content.scored_mail import Floats

# Unwanted mail is as likely as before anything was read, by the calibration of the text model.
FLAGGED: Final = CHOSEN.prior
MOST: Final = 2_000
_TOLD: Final = 1_000
Say = Callable[[str], None]


class NothingToTeach(ValueError):
    """No mail was named or found, or the model can judge none of it."""


class NotWritable(ValueError):
    """The new model cannot be written where it should be."""


@dataclass(frozen=True)
class Flagged:
    """How many of some mails the shipped model flags and the taught one does; None: not known."""

    mails: int
    before: int
    after: int | None


@dataclass(frozen=True)
class Adapted:
    """A taught model and what teaching did.

    `own` by kind, each mail judged by a model that was taught the others; `abuse` is the unwanted mail
    that comes with the code; `not_judged` counts mails that were left out.
    """

    model: TextModel
    own: dict[Kind, Flagged]
    not_judged: int
    abuse: Flagged
    moved: list[Move]
    new_words: int


def check_place(out: Path) -> None:
    """Tell before minutes are spent whether a model can be written there. Raises `NotWritable`."""
    if out.exists():
        raise NotWritable(f"{out} is there already; name another file")
    if not out.parent.is_dir():
        raise NotWritable(f"{out.parent} is no folder")
    if not os.access(out.parent, os.W_OK):
        raise NotWritable(f"{out.parent} cannot be written to")


def read_own(given: Sequence[tuple[Kind, Sequence[Path]]], say: Say) -> list[Taught]:
    """Read and analyse mail by kind: messages, folders, Maildirs, `.jsonl` files, - for stdin.

    At most 2,000 of a path, drawn evenly: more of the same mail teaches no more. Raises
    `NothingToTeach` or `UnreadableMail`.
    """
    found: list[Taught] = []
    for kind, paths in given:
        for path in paths:
            drawn, count = _drawn((message for _, message in messages_at(path)), say)
            if not drawn:
                raise NothingToTeach(f"no mail in {path}")
            of = f" of {count:,}" if count > len(drawn) else ""
            say(f"{path}: {len(drawn):,}{of} messages, {kind}")
            found += [Taught(analyse(message), kind) for message in drawn]
    if not found:
        raise NothingToTeach("name mail with --wanted, --unwanted or --malicious")
    return found


def teach(model: TextModel, taught: Sequence[Taught], say: Say) -> Adapted:
    """Teach the model and try it on mail that it was not taught. Raises `NothingToTeach`."""
    mails = judged_by(model, taught)
    if not mails:
        raise NothingToTeach(
            f"of {len(taught):,} messages the text model can judge none: too few words, or a language that it does not know"
        )
    say("reading the mail that comes with the code")
    others = common_mail()
    common = CommonTerms.of([example.analysis for example in others])
    say(f"teaching {len(mails):,} messages")
    taught_model = adapt(model, mails, common)
    say("trying models that were taught a part of them on the rest")
    after = cross_validated(model, mails, common)
    before = unwanted_by(model, [mail.analysis for mail in mails])
    bad = [e.analysis for e in others if e.kind is not Kind.WANTED]
    return Adapted(
        model=taught_model,
        own={kind: _flagged(mails, kind, before, after) for kind in Kind},
        not_judged=len(taught) - len(mails),
        abuse=Flagged(len(bad), _count(unwanted_by(model, bad)), _count(unwanted_by(taught_model, bad))),
        moved=moves(model, taught_model, mails),
        new_words=len(taught_model.keys) - len(model.keys),
    )  # fmt: skip


def report_of(found: Adapted, shown: int = 12) -> list[str]:
    """Return what teaching did, in lines."""
    lines = [
        f"flagged (unwanted above {FLAGGED:.0%}; own mail by models that were not taught it):",
        f"{'':24}{'mails':>8}{'before':>8}{'after':>8}",
        *(_line(f"{kind}", row) for kind, row in found.own.items() if row.mails),
        _line("abuse of written mail", found.abuse),
    ]
    if any(row.mails and row.after is None for row in found.own.values()):
        lines.append("after is not known: all of the mail is one template")
    if found.not_judged:
        lines.append(f"left out, as the text model cannot judge them: {found.not_judged:,}")
    lines.append(
        f"weights moved: {len(found.moved):,}, new words among them: {found.new_words:,}; "
        "what moved most, in log-odds of unwanted of the mail that holds it:"
    )
    lines += [
        f"  {m.log_odds:+.2f}  {m.term}  ({m.mails:,} mail{'s' * (m.mails != 1)})"
        for m in found.moved[:shown]
    ]
    return lines


def _line(name: str, row: Flagged) -> str:
    after = "?" if row.after is None else f"{row.after:,}"
    return f"{name:24}{row.mails:>8,}{row.before:>8,}{after:>8}"


def _flagged(mails: Sequence[Taught], kind: Kind, before: Floats, after: Floats | None) -> Flagged:
    mine = np.array([mail.kind is kind for mail in mails])
    return Flagged(
        int(mine.sum()), _count(before[mine]), None if after is None else _count(after[mine])
    )


def _count(unwanted: Floats) -> int:
    return int(np.count_nonzero(unwanted > FLAGGED))


def _drawn(messages: Iterable[Message], say: Say) -> tuple[list[Message], int]:
    """Return at most `MOST` messages, each with the same chance, and how many there were.

    Vitter's algorithm R (1985), with a seed: the same files give the same model.
    """
    rng, count = random.Random(1), 0
    kept: list[Message] = []
    for message in messages:
        count += 1
        if count <= MOST:
            kept.append(message)
        elif (place := rng.randrange(count)) < MOST:
            kept[place] = message
        if count % _TOLD == 0:
            say(f"{count:,} messages read")
    return kept, count
