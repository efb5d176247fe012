"""What a backtest replays: past decisions, people's words on them, what became of the mail.

Who reads them from where is not this module's business; the same rows come from a store and from
a simulated world.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from features.records import Stream, Subject
from models.policy.policy import Context
from models.scores import Scores

# A reviewer's minutes on a case, by its subject, as the desk counts them.
MINUTES: Final = {Subject.ACCOUNT: 4.0, Subject.LIST: 3.0, Subject.CAMPAIGN: 5.0}


class Known(StrEnum):
    """What says whether a campaign was abusive."""

    TRUTH = "truth"
    VERDICT = "verdict"
    MAIL = "mail"
    SCORE = "score"


@dataclass(frozen=True, slots=True)
class Word:
    """A person's verdict on an account, as it stood in the log."""

    account_id: str
    known_at: datetime
    verdict: str
    action: str | None
    decision_id: str


@dataclass(frozen=True, slots=True)
class Mail:
    """One campaign's mail as it was: `handed` of `mails` went out, None where nobody knows.

    `rates` are the shares of what was handed over by signal; None: nothing went out, so nothing
    was learned. `abusive` is the probability in [0, 1] that the campaign is, `known` what says so.
    """

    mails: int
    handed: int | None
    rates: Mapping[str, float] | None
    abusive: float
    known: Known


@dataclass(slots=True)
class Past:
    """One decision of the log. `values` are the features that the rules read.

    `context` is what the policy saw then; its standing and open case belong to the policy that was
    in force and are worked out anew in a replay. `outcomes` remembers what rules said, by their text.
    """

    decision_id: str
    account_id: str
    subject: Subject
    subject_id: str
    at: datetime
    context: Context
    scores: Scores | None
    values: Mapping[str, float]
    missing: tuple[str, ...]
    action: str
    policy_version: str
    degraded: bool
    mail: Mail | None = None
    segments: Mapping[str, str] = field(default_factory=dict)
    outcomes: dict[str, bool | None] = field(default_factory=dict)

    @property
    def stream(self) -> Stream:
        return self.context.stream or Stream.BROADCAST


@dataclass(frozen=True)
class History:
    """The decisions in time order, and the words. `odd` counts what could not be read as it was."""

    decisions: tuple[Past, ...]
    words: tuple[Word, ...]
    odd: Mapping[str, int] = field(default_factory=dict)

    @property
    def days(self) -> float:
        """How much time the campaigns cover, a day at least; sign-ups may lie far before."""
        times = [past.at for past in self.decisions if past.mail is not None]
        return max((times[-1] - times[0]).total_seconds() / 86_400, 1.0) if times else 1.0


@dataclass(frozen=True)
class Assumptions:
    """What the log cannot tell.

    `looked_after`: a held case is looked at that much later, and the reviewer is right; None: only
    the verdicts in the log count. Complaints come in with a mean delay of `complaint_delay`; mail
    that waits longer than `late_after` is late; a sender `gives_up_after` that time.
    """

    looked_after: timedelta | None = timedelta(hours=4)
    complaint_delay: timedelta = timedelta(hours=12)
    late_after: timedelta = timedelta(minutes=30)
    gives_up_after: timedelta = timedelta(days=3)
    minutes: Mapping[Subject, float] = field(default_factory=lambda: dict(MINUTES))
