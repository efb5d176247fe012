"""What the API answers about a running campaign: what may go now, earned volume, what is held."""

from datetime import datetime
from typing import Final

from models.decision import ReasonGiven
from models.inflight import Evidence, State
from models.inflight.sample import SampleCheck
from service.api.answers import Answer
from service.release import Release
from service.volume import VolumeToday


class VolumeAnswer(Answer, frozen=True, kw_only=True):
    """The earned volume of today (UTC), all broadcasts of the account together.

    `shared_with` counts tied trial accounts that share it; `granted` is of all of them. `slowed`: a
    bad sign has cut it today.
    """

    allowance: int
    granted: int
    shared_with: int
    slowed: bool


class BacklogAnswer(Answer, frozen=True, kw_only=True):
    """Mail of a campaign that is held and would go out on resuming."""

    campaign_id: str
    mails: int
    held_since: datetime
    lane: str


class ReleaseAnswer(Answer, frozen=True, kw_only=True):
    """How many mails may be handed over now, recipients picked at random; ask again at the time given.

    `evidence` is the natural log of an e-value against each limit; `state` is running, holding,
    stopped or done. `backlog` mails are not granted yet, held since `held_since` where they are;
    `dropped` of them are past their use. `volume` is what the account may send today, `sample` how
    the mail so far compares with the list.
    """

    campaign_id: str
    account_id: str
    granted: int
    state: State
    stage: int
    evidence: tuple[Evidence, ...]
    reasons: tuple[ReasonGiven, ...]
    check_again_at: datetime | None
    backlog: int
    dropped: int
    held_since: datetime | None
    volume: VolumeAnswer | None
    sample: SampleCheck | None


def release_answer(release: Release) -> ReleaseAnswer:
    return ReleaseAnswer(
        campaign_id=release.campaign_id,
        account_id=release.account_id,
        granted=release.answer.granted,
        state=release.answer.state,
        stage=release.answer.stage,
        evidence=release.answer.evidence,
        reasons=release.reasons,
        check_again_at=release.answer.check_again_at,
        backlog=release.answer.backlog,
        dropped=release.answer.dropped,
        held_since=release.answer.held_since,
        volume=volume_answer(release.today),
        sample=release.sample,
    )


def volume_answer(today: VolumeToday | None) -> VolumeAnswer | None:
    return None if today is None else VolumeAnswer(**vars(today))


RELEASE_ANSWERS: Final[tuple[type[Answer], ...]] = (ReleaseAnswer,)
