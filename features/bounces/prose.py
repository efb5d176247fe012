"""Bounces written for people: which addresses failed, and what is said of each.

What programs write differs in words and agrees in shape: an opening, the addresses (on a line of
their own, in angle brackets before a colon, after a label), the server's answer, then the returned
mail. So the text is cut where the returned mail begins, addresses of the notice's own sender and
receiver are put aside, and those that stand out by their place are the failed ones.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from features.bounces.addresses import ADDRESS, is_daemon, looks_like_message_id, trimmed
from features.bounces.failure import Action, Failure
from features.bounces.replies import read_command, read_reply

MAX_TEXT: Final = 32_768
_MAX_RECIPIENTS: Final = 200
# Where the returned mail begins. Matched against single lines.
_RETURNED: Final = re.compile(
    r"^[\s\-=*_>|#~]{0,40}(?:"
    r"(?:this is |included is |here is |below (?:this line )?is |the following is |attachment is )?"
    r"(?:a |the )?(?:copy|text|header|first \d+ \w+) of (?:the|your) (?:original )?(?:message|mail|e-?mail)"
    r"|below this line is|below is a copy|(?:the )?original (?:e-?mail |mail )?message(?: headers?)?\b"
    r"(?! (?:was|could|is over|is too|has|to ))"
    r"|(?:the )?(?:undelivered|unsent|undeliverable|returned|failed|bounced|rejected) "
    r"(?:message|mail|e-?mail)(?: text| body| header| follow|s?\s*[-:=*])"
    r"|(?:returned )?(?:message|mail)(?: text| header| headers| body| contents?)? (?:follows|begins|below)"
    r"|message (?:header|text|contents?)s?\s*(?:follows?|[-:=*]|$)|begin (?:message|returned)"
    r"|return(?:ed)? message\b|unsent message below|received header|start of (?:returned )?message"
    r"|mensaje original|message d'origine|urspr\w+ngliche nachricht|nachrichtentext|mensagem original"
    r"|a copy of (?:the|your) (?:original )?(?:message|mail)|your (?:original )?(?:message|mail) (?:follows|reads)"
    r"|の(?:メッセージ|メール)|original message"
    r")",
    re.IGNORECASE,
)
_HEADER_LINE: Final = re.compile(
    r"^(?:Received|Return-Path|Message-ID|DKIM-Signature|MIME-Version)\s*:", re.IGNORECASE
)
_LABELLED: Final = re.compile(
    r"(?:^|[\s>*\-])(?:(?:failed|final|original|intended|invalid|unknown|undeliverable|bad|e-?mail)?[ -]?"
    r"(?:recipients?(?: addresses| address)?|addressees?|address(?:\(es\)|es)?|mailbox|user(?:id)?|account)"
    r"(?:\(s\))?|addressed to|delivery to|deliver (?:message|mail|it|your message)? ?to|undeliverable to"
    r"|delivered to|rcpt to|sent to|failed for)\s*[:=]?\s*(?:<|\")?\s*$",
    re.IGNORECASE,
)
_NOT_RECIPIENT: Final = re.compile(
    r"(?:mail from|from|sender|return-path|reply-to|contact|postmaster|e-?mail(?: us)?|write to|help|support"
    r"|generated from|sent by|message from|mail from|helo|envelope-from|queue|message-?id|x-\w+|cc|questions? to|forward \w+ to|report(?:ed)? to)"
    r"\s*(?:at|is|:|=|to)?\s*(?:<|\[|\()?\s*$",
    re.IGNORECASE,
)
_WARNING: Final = re.compile(
    r"will (?:be retried|retry|keep trying|continue|try again)|not been (?:able to )?deliver(?:ed)? yet|warning"
    r"|delivery attempts will continue|still (?:being )?(?:trying|tried)|has been delayed|do not need to resend"
    r"|temporarily delayed|not yet been delivered|delayed mail|attempts? to deliver .{0,40}will continue"
    r"|delivery (?:delayed|is delayed)|\bdelayed\b.{0,60}(?:hours|minutes)|will be made for",
    re.IGNORECASE | re.DOTALL,
)
_GIVEN_UP: Final = re.compile(
    r"giv(?:en|ing) up|not going to try|permanent|could not be delivered for|in the queue too long"
    r"|been returned|has expired|has been removed|expired",
    re.IGNORECASE,
)


_ANSWER: Final = re.compile(
    r"\b(?:said|says|responded with(?: failure)?|returned was|server returned|error was|reason(?: was)?"
    r"|because|error message below|diagnostic(?:-| )code|following reason|did not like our [\w ]{2,20})"
    r"\s*:\s*(?=\S)|<<<\s*(?=[45]\d\d)|\bOut:\s*(?=[45]\d\d)|(?<![\d.])(?=[45][0-7]\d[ \-]#?[45]\.\d\.\d)"
    r"|^(?=[45][0-7]\d[ \-]\S)",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True)
class _Sighting:
    """An address in the text: where, and how much its place speaks for a failed recipient."""

    address: str
    start: int
    weight: int


# One mail asks several times; a few are remembered for threads that read side by side.
@lru_cache(maxsize=8)
def notice_of(text: str) -> str:
    """Return the part of a text that was written for this bounce, without the returned mail."""
    kept: list[str] = []
    said = 0
    headers = 0
    for line in text[:MAX_TEXT].split("\n"):
        headers = headers + 1 if _HEADER_LINE.match(line) else headers
        if said and (_RETURNED.match(line) or headers >= 2 or (headers and _starts_mail(line))):
            break
        said += bool(line.strip(" -=*"))
        kept.append(line)
    return "\n".join(kept)


def _starts_mail(line: str) -> bool:
    return line.startswith(("Received:", "Return-Path:", "Return-path:"))


def read_prose(
    text: str,
    ours: Collection[str],
    mailed: Collection[str] = (),
    subject: str = "",
    named: Collection[str] = (),
) -> list[Failure]:
    """Return the failed recipients that a notice names.

    `ours`: lower-case addresses of the notice's receiver and sender; `mailed`: lower-case
    addresses that the returned mail went to, which settle doubtful cases; `named`: those known to have failed, so
    that only what is said of each is looked for.
    """
    notice = notice_of(text)
    everyone = list(_sightings(notice, ours, mailed))
    sightings = _chosen(everyone, mailed)
    if named:
        sightings = [sighting for sighting in sightings if sighting.address.lower() in named]
        known = {s.address.lower() for s in everyone if s.weight < 0} | {
            s.address.lower() for s in sightings
        }
        unseen = [
            _failure(a, notice, notice, subject)
            for a in named
            if a not in known and (not sightings or a in notice.lower())
        ]
        return [*_said_of(sightings, notice, subject), *unseen][:_MAX_RECIPIENTS]
    if not sightings:
        found = [address for address in mailed if address not in ours]
        return [_failure(found[0] if len(found) == 1 else None, notice, notice, subject)]
    return _said_of(sightings, notice, subject)


def _said_of(sightings: list[_Sighting], notice: str, subject: str) -> list[Failure]:
    """Return a failure for each address with the text up to the next one."""
    if not sightings:
        return []
    ends = [s.start for s in sightings[1:]] + [len(notice)]
    single = len({s.address.lower() for s in sightings}) == 1
    merged: dict[str, tuple[str, list[str]]] = {}
    for sighting, end in zip(sightings, ends, strict=True):
        start = notice.rfind("\n", 0, sighting.start) + 1
        _, texts = merged.setdefault(sighting.address.lower(), (sighting.address, []))
        if notice.startswith(("...", ">..."), sighting.start + len(sighting.address)):
            line_end = notice.find("\n", sighting.start) + 1 or end
            texts.append(notice[start : min(end, line_end)])  # a line of a transcript
        else:
            texts.append(notice[start:end])
    return [
        _failure(address, notice if single else "\n".join(texts), notice, subject)
        for address, texts in list(merged.values())[:_MAX_RECIPIENTS]
    ]


def _sightings(notice: str, ours: Collection[str], mailed: Collection[str]) -> Iterator[_Sighting]:
    for match in ADDRESS.finditer(notice):
        address = trimmed(match[0])
        lower = address.lower()
        near = notice[max(0, match.start() - 60) : match.start()]
        before = near.rpartition("\n")[2]
        after = notice[match.end() : match.end() + 40].partition("\n")[0]
        if "@" not in address or is_daemon(address):
            continue
        weight = _weight(before, after) + (3 if lower in mailed else 0)
        if (lower in ours and lower not in mailed) or _NOT_RECIPIENT.search(near):
            weight = min(weight, 0) - 3
        if looks_like_message_id(address) and lower not in mailed:
            continue
        yield _Sighting(address, match.start(), weight)


def _weight(before: str, after: str) -> int:
    """Tell how much an address's neighbourhood on its line speaks for a failed recipient."""
    bare = before.strip(" \t<>\"'*-|.0123456789)(")
    if not bare and not after.strip(" \t<>\"'*-|.,;"):
        return 4  # alone on its line
    if not bare and re.match(
        r"[>\"')\]]*\s*(?::|\.\.\.|\(|$| - |,|on (?:mon|tue|wed|thu|fri|sat|sun))",
        after,
        re.IGNORECASE,
    ):
        return 4  # `<a@b>: what happened`
    if _NOT_RECIPIENT.search(before):
        return -3
    if _LABELLED.search(before):
        return 3
    if re.match(r"[>\"')\]]*\s*\.\.\.", after):
        return 2
    return 1 if not bare else 0


def _chosen(sightings: list[_Sighting], mailed: Collection[str]) -> list[_Sighting]:
    """Return the sightings of the strongest standing; weak ones only where there is nothing else."""
    if not sightings:
        return []
    best: dict[str, int] = {}
    for sighting in sightings:
        lower = sighting.address.lower()
        best[lower] = max(best.get(lower, -9), sighting.weight)
    top = max(best.values())
    if top < -3:
        return []
    floor = min(3, top)
    kept = {address for address, weight in best.items() if weight >= floor}
    if any(address in mailed for address in kept):
        kept = {address for address in kept if address in mailed or best[address] >= 4}
    return [sighting for sighting in sightings if sighting.address.lower() in kept]


def _failure(address: str | None, text: str, notice: str, subject: str) -> Failure:
    reply = read_reply(text)
    if reply.code is None and reply.status is None:
        reply = read_reply(notice)
    delayed = bool(_WARNING.search(f"{subject}\n{notice}")) and not _GIVEN_UP.search(notice)
    words = server_words(text) or text
    return Failure(
        recipient=address,
        action=Action.DELAYED if delayed else Action.FAILED,
        code=reply.code,
        status=reply.status,
        diagnostic=" ".join(words.split()),
        context=" ".join(text.split()),
        command=read_command(text),
    )


def server_words(text: str) -> str:
    """Return what the server answered where the notice quotes it, else nothing.

    From the words that lead in an answer, or its reply code, to the end of the paragraph.
    """
    found = _ANSWER.search(text)
    if found is None:
        return ""
    end = text.find("\n\n", found.end())
    words = text[found.end() : end if end > 0 else None]
    return words if len(words.strip()) > 8 else ""
