"""Questions to DNS, their answers, and what an installation asks its customers to publish."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

T = TypeVar("T")


class RecordType(StrEnum):
    """The record types that are asked for."""

    TXT = "TXT"
    A = "A"
    AAAA = "AAAA"
    MX = "MX"
    NS = "NS"
    CNAME = "CNAME"
    PTR = "PTR"


@dataclass(frozen=True)
class Question:
    """One name and type."""

    name: str
    type: RecordType


@dataclass(frozen=True)
class Answer:
    """The records as text: TXT joined, MX as `preference host`, hosts without the final dot.

    `records` None: the server did not answer, or with an error. `exists` False: NXDOMAIN.
    """

    records: tuple[str, ...] | None = ()
    exists: bool = True


UNANSWERED = Answer(records=None)
MAX_SILENT = 3
Steps = Generator[Question, Answer, T]


@dataclass(frozen=True)
class Setup:
    """How mail of this installation is authenticated; None where it is not configured.

    `spf_include` is the name that customers include. `dkim_target` is where the CNAME of a
    selector points, with `{selector}` and `{domain}` filled in (`{domain}` with dashes for dots).
    `report_address` takes DMARC reports. `return_path` is the domain of bounces.
    """

    spf_include: str | None = None
    selectors: tuple[str, ...] = ()
    dkim_target: str | None = None
    report_address: str | None = None
    return_path: str | None = None


def answered(steps: Steps[T], ask: Callable[[Question], Answer]) -> T:
    """Run a check to its end with `ask`, which is called once for each different question.

    After a few questions without an answer nothing more is asked: DNS is down, and each question
    would cost its whole time-out.
    """
    known: dict[Question, Answer] = {}
    silent = 0
    try:
        question = next(steps)
        while True:
            if question not in known:
                known[question] = ask(question) if silent < MAX_SILENT else UNANSWERED
                silent += known[question].records is None
            question = steps.send(known[question])
    except StopIteration as done:
        result: T = done.value
        return result
