"""Our reading of real bounces beside what Sisimai (BSD-2) and flufl.bounce (Apache-2.0) expect of them.

The mails are not part of the project; `SENDWARDEN_DATA` names the folder they lie in.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from features.bounces import BounceClass
from features.bounces import BounceClass as C
from features.records import EventType
from features.sources import dsn
from features.sources.draft import Draft

# Sisimai's reasons, and the classes of ours that mean the same. `filtered` is its word for a refusal
# by the recipient's side, "user unknown" among them where it was not said in reply to RCPT;
# `policyviolation` holds refusals of attachments. Reasons that say nothing of the kind are not here.
CLASSES: Final[dict[str, frozenset[BounceClass]]] = {
    reason: frozenset(classes)
    for reason, classes in {
        "userunknown": [C.INVALID_RECIPIENT],
        "hasmoved": [C.INVALID_RECIPIENT],
        "filtered": [C.INVALID_RECIPIENT, C.INACTIVE, C.POLICY_BLOCK],
        "mailboxfull": [C.MAILBOX_FULL],
        "suspend": [C.INACTIVE],
        "hostunknown": [C.BAD_DOMAIN],
        "notaccept": [C.BAD_DOMAIN],
        "blocked": [C.REPUTATION_BLOCK],
        "badreputation": [C.REPUTATION_BLOCK],
        "requireptr": [C.AUTHENTICATION],
        "authfailure": [C.AUTHENTICATION],
        "spamdetected": [C.CONTENT_REJECTED],
        "contenterror": [C.CONTENT_REJECTED],
        "virusdetected": [C.CONTENT_REJECTED],
        "mesgtoobig": [C.CONTENT_REJECTED],
        "emailtoolarge": [C.CONTENT_REJECTED],
        "exceedlimit": [C.CONTENT_REJECTED],
        "policyviolation": [C.POLICY_BLOCK, C.CONTENT_REJECTED],
        "rejected": [C.POLICY_BLOCK],
        "norelaying": [C.POLICY_BLOCK],
        "securityerror": [C.POLICY_BLOCK],
        "speeding": [C.RATE_LIMITED],
        "toomanyconn": [C.RATE_LIMITED],
        "ratelimited": [C.RATE_LIMITED],
        "systemerror": [C.TRANSIENT],
        "systemfull": [C.TRANSIENT],
        "mailererror": [C.TRANSIENT],
        "expired": [C.TRANSIENT],
        "networkerror": [C.DNS_ROUTING],
        "notcompliantrfc": [C.PROTOCOL],
        "syntaxerror": [C.PROTOCOL],
        "failedstarttls": [C.PROTOCOL],
    }.items()
}
NO_CLASS: Final = frozenset(
    {"undefined", "onhold", "feedback", "vacation", "delivered", "suppressed"}
)
NO_BOUNCE: Final = {
    "feedback": {EventType.COMPLAINT, EventType.UNSUBSCRIBE}, "delivered": {EventType.DELIVERED},
    "vacation": set[EventType](),
}  # fmt: skip


@dataclass
class Score:
    """How many of how many, and which were missed."""

    right: int = 0
    of: int = 0
    missed: list[str] = field(default_factory=list)

    def add(self, right: bool, what: str) -> None:
        self.of += 1
        self.right += right
        if not right:
            self.missed.append(what)

    @property
    def share(self) -> float:
        return self.right / self.of if self.of else float("nan")


@dataclass
class Scores:
    """`filtered_hard`: hard or not for Sisimai's `filtered` alone, which is part of `hard`."""

    hard: Score = field(default_factory=Score)
    filtered_hard: Score = field(default_factory=Score)
    classes: Score = field(default_factory=Score)
    kinds: Score = field(default_factory=Score)
    addresses: Score = field(default_factory=Score)
    temporary: Score = field(default_factory=Score)


def expectations(folder: Path, name: str) -> list[dict[str, Any]]:
    """Return the rows of an expectation file."""
    lines = (folder / f"{name}_expected.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def engine_of(row: dict[str, Any]) -> str:
    """Return which MTA or provider wrote a mail."""
    return str(row.get("engine") or row.get("detector"))


def score(folder: Path, only: frozenset[str] | None = None) -> Scores:
    """Read every mail, or those of some engines, and compare."""
    scores = Scores()
    for row in expectations(folder, "sisimai"):
        if only is None or engine_of(row) in only:
            _score_sisimai(scores, row, _drafts(folder, row["file"]))
    by_file: dict[str, list[dict[str, Any]]] = {}
    for row in expectations(folder, "flufl"):
        if row["addresses"] and (only is None or engine_of(row) in only):
            by_file.setdefault(row["file"], []).append(row)
    for file, rows in by_file.items():
        _score_flufl(scores, file, rows, _drafts(folder, file))
    return scores


def _drafts(folder: Path, file: str) -> tuple[Draft, ...]:
    return dsn.parse((folder / file).read_bytes(), "message/rfc822").drafts


def _score_sisimai(scores: Scores, row: dict[str, Any], drafts: tuple[Draft, ...]) -> None:
    for index, expected in enumerate(row["expected"]):
        draft = drafts[min(index, len(drafts) - 1)] if drafts else None
        reason = expected["reason"]
        what = f"{row['file']}: {reason}, ours {draft and (draft.bounce_class or draft.type)}"
        hard = draft is not None and draft.bounce_class in (C.INVALID_RECIPIENT, C.BAD_DOMAIN)
        scores.hard.add(hard == expected["hardbounce"], what)
        if reason == "filtered":
            scores.filtered_hard.add(hard == expected["hardbounce"], what)
        if reason in CLASSES:
            scores.classes.add(draft is not None and draft.bounce_class in CLASSES[reason], what)
        if reason in NO_BOUNCE:
            scores.kinds.add({d.type for d in drafts} <= NO_BOUNCE[reason], what)


def _score_flufl(
    scores: Scores, file: str, rows: list[dict[str, Any]], drafts: tuple[Draft, ...]
) -> None:
    wanted = {address.lower() for row in rows for address in row["addresses"]}
    found = {(draft.recipient or "").lower() for draft in drafts}
    scores.addresses.add(wanted == found, f"{file}: {sorted(wanted)}, ours {sorted(found)}")
    deferred = any(draft.type is EventType.DEFERRED for draft in drafts)
    scores.temporary.add(deferred == any(row["temporary"] for row in rows), file)


def mails(folder: Path) -> Iterator[bytes]:
    """Yield every mail."""
    for file in sorted((folder / "eml").iterdir()):
        yield file.read_bytes()
