"""Puts a failure into its class: strong codes, then words, then weak codes, then the reply code."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from features.bounces.classes import KINDS, BounceClass, BounceKind, Signal, Verdict
from features.bounces.phrases import first_match, normalised, sections
from features.bounces.statuses import REPLIES, STRONG, SUBJECTS, TELLING_REPLIES, WEAK

_PHRASES: Final = "phrases.txt"
_LAST: Final = "last_phrases.txt"
_SIGNALS: Final = "signals.txt"


@dataclass(frozen=True)
class _Answer:
    """A server's answer, its words normalised."""

    code: int | None
    status: str | None
    said: str
    around: str


def classify(
    code: int | None = None,
    status: str | None = None,
    text: str = "",
    command: str | None = None,
    *,
    context: str = "",
    final: bool = True,
) -> Verdict:
    """Judge a failure by what the server said.

    `code` is the SMTP reply code, `status` the enhanced status (`5.1.1`), `text` the server's
    words, `command` what was refused (`MAIL`, `RCPT`, `DATA`), each where known. `context` is the
    notice around those words: it is asked when they say nothing. `final` False: the mail is still
    being tried, so the kind is a deferral.
    """
    said, around = normalised(text), normalised(context)
    found = next(_opinions(code, status, said, around, command))
    found = _corrected(found, code, status, command)
    kind = KINDS[found] if final else BounceKind.DEFERRAL
    signal = first_match(said, sections(_SIGNALS))
    return Verdict(found, kind, Signal(signal) if signal else None)


def _opinions(
    code: int | None, status: str | None, said: str, around: str, command: str | None
) -> Iterator[BounceClass]:
    """Yield what each kind of evidence says, the strongest first; at least one class."""
    answer = _Answer(code, None if status is None or status[0] == "2" else status, said, around)
    for ask in _QUESTIONS:
        opinion = ask(answer)
        if opinion is not None:
            yield opinion
    yield _by_reply(code, command)


def _corrected(
    found: BounceClass, code: int | None, status: str | None, command: str | None
) -> BounceClass:
    """Return the class that the moment of the refusal and the status make of the words."""
    if found is BounceClass.BAD_DOMAIN and status is not None and status[0] == "4":
        return BounceClass.DNS_ROUTING
    if found not in (BounceClass.INVALID_RECIPIENT, BounceClass.BAD_DOMAIN):
        return found
    if command in ("MAIL", "EHLO"):  # nothing was said of a recipient yet
        return BounceClass.POLICY_BLOCK
    if found is BounceClass.BAD_DOMAIN or command == "RCPT":
        return found
    return _contradicted(code, status, command) or found


def _contradicted(code: int | None, status: str | None, command: str | None) -> BounceClass | None:
    """Return what "unknown user" means where the rest of the answer speaks against it, else None.

    A server that took the recipient and refuses the mail for an unknown user (550 after DATA)
    speaks for the recipient's own filter, and one whose status is of the mailbox (5.2) or of policy
    (5.7) says that the address is there.
    """
    subject = status.split(".")[1] if status else ""
    if subject == "7" or (command == "DATA" and code == 550 and subject != "1"):
        return BounceClass.POLICY_BLOCK
    return BounceClass.INACTIVE if status is not None and status.endswith(".2.1") else None


def _by_code(status: str | None, table: Mapping[str, BounceClass]) -> BounceClass | None:
    if status is None:
        return None
    return table.get(status) or table.get(status.partition(".")[2])


def _by_subject(status: str | None) -> BounceClass | None:
    if status is None or status.endswith(".0.0"):
        return None
    return SUBJECTS.get(status.split(".")[1])


def _by_words(said: str, table: str) -> BounceClass | None:
    name = first_match(said, sections(table)) if said else None
    return BounceClass(name) if name else None


def _unless_transient(opinion: BounceClass | None) -> BounceClass | None:
    return None if opinion is BounceClass.TRANSIENT else opinion


def _by_reply(code: int | None, command: str | None) -> BounceClass:
    if code is None or code < 500:
        return BounceClass.TRANSIENT
    if command in ("MAIL", "EHLO", "CONNECT"):
        return BounceClass.POLICY_BLOCK
    return REPLIES.get(code, BounceClass.POLICY_BLOCK)


# The strongest evidence first. A notice around the answer speaks of queues and retries whatever
# happened, so that is not believed of it.
_QUESTIONS: Final[tuple[Callable[[_Answer], BounceClass | None], ...]] = (
    lambda a: _by_code(a.status, STRONG),
    lambda a: _by_words(a.said, _PHRASES),
    lambda a: _by_code(a.status, WEAK),
    lambda a: TELLING_REPLIES.get(a.code or 0),
    lambda a: _unless_transient(_by_words(a.around, _PHRASES)),
    lambda a: _by_words(a.said, _LAST),
    lambda a: _by_subject(a.status),
    lambda a: _by_words(a.around, _LAST),
)
