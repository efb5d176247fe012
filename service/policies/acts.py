"""What people do with policies. Every act is chained to the audit log in its transaction.

draft -> checked -> backtested -> shadow -> canary -> live -> retired or rolled back. Shadow and
canary can be left out; a backtest only by saying why. What changes whom a machine cuts off needs
two people: the first asks, another one confirms by asking for the same.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any, Final, Protocol

import msgspec

from features.catalogue import Catalogue
from models.policy.differences import changes_terminate
from models.policy.faults import PolicyError, PolicyErrors
from models.policy.load import load_policy
from models.policy.policy import Policy
from service.desk.records import Deed
from service.errors import PolicyMoved, UnknownPolicy
from service.policies.exempting import BadPolicyAct, Exempting
from service.policies.records import Comparison, PolicyVersion, Stage
from service.policies.serving import Policies
from service.stores.contract import Store

EDITABLE: Final = (Stage.DRAFT, Stage.CHECKED, Stage.BACKTESTED)
_TRIED: Final = (Stage.BACKTESTED, Stage.SHADOW, Stage.CANARY)
_SERVED: Final = (Stage.SHADOW, Stage.CANARY)
MOST_TEXT: Final = 200_000


class FaultyPolicy(BadPolicyAct):
    """The policy has faults, so that it cannot go on; `errors` lists them."""

    def __init__(self, errors: tuple[PolicyError, ...]) -> None:
        super().__init__("; ".join(map(str, errors[:5])))
        self.errors = errors


@dataclass(frozen=True)
class Checked:
    """Every fault of a text; of a usable one its version and whether two people have to want it."""

    faults: tuple[PolicyError, ...]
    version: str = ""
    changes_terminate: bool | None = None


class TryOut(Protocol):
    """Replays history under two policies; the composition root has it from `training`."""

    def backtest(self, live: Policy, draft: Policy, since: datetime) -> dict[str, Any]: ...
    def frontier(self, policy: Policy, since: datetime) -> dict[str, Any]: ...


class PolicyActs(Exempting):
    """The acts over one store. `key` seals the audit log; `try_out` None: nothing can be replayed."""

    def __init__(
        self,
        store: Store,
        policies: Policies,
        catalogue: Catalogue,
        key: bytes,
        new_id: Callable[[], str],
        try_out: TryOut | None = None,
    ) -> None:
        super().__init__(store, policies, key, new_id)
        self.catalogue, self._try_out = catalogue, try_out
        self._busy = Lock()

    # Reading
    def find(self, policy_id: str) -> PolicyVersion:
        """Return a version. Raises `UnknownPolicy`."""
        found = self._store.policy_version(policy_id)
        if found is None:
            raise UnknownPolicy(f"no policy {policy_id!r}")
        return found

    def versions(self) -> tuple[PolicyVersion, ...]:
        return self._store.policy_versions()

    def checked(self, text: str) -> "Checked":
        """Return what is to be said of a text before it is kept."""
        try:
            policy = load_policy(text, self.catalogue)
        except PolicyErrors as found:
            return Checked(found.errors)
        return Checked((), policy.version, changes_terminate(policy, self.policies.current()))

    def usable(self, version: PolicyVersion) -> Policy:
        """Return the policy of a version. Raises `FaultyPolicy`."""
        try:
            return load_policy(version.text, self.catalogue)
        except PolicyErrors as found:
            raise FaultyPolicy(found.errors) from found

    def needs_two(self, version: PolicyVersion) -> bool:
        """Whether a version changes what terminates, against what is in force."""
        return changes_terminate(self.usable(version), self.policies.current())

    def compared(self, policy_id: str) -> Comparison:
        """Return what a version in shadow would have done."""
        return self._store.shadow_comparison(self.find(policy_id).version)

    # Drafts
    def create(self, text: str, note: str, actor: str, at: datetime) -> PolicyVersion:
        """Store a draft; what is wrong with it does not keep it from being stored."""
        stage, name = self._stage_of(text)
        made = PolicyVersion(
            policy_id=self._new_id(), text=text, stage=stage, author=actor, created_at=at,
            changed_at=at, version=name, note=note,
        )  # fmt: skip
        return self._put(None, made, actor, at, "policy.draft")

    def edit(
        self, policy_id: str, text: str, note: str | None, actor: str, at: datetime
    ) -> PolicyVersion:
        """Change the text of a draft; what was found out about the old text is forgotten."""
        old = self._in(policy_id, *EDITABLE)
        stage, name = self._stage_of(text)
        return self._put(
            old, _next(old, at, text=text, stage=stage, version=name, backtest=b"", frontier=b"",
                       note=old.note if note is None else note, author=actor,
                       asked_by=None, asked_for=None),
            actor, at, "policy.edit",
        )  # fmt: skip

    def backtest(self, policy_id: str, since: datetime, actor: str, at: datetime) -> PolicyVersion:
        """Replay history under a version and the policy in force and keep the report."""
        old = self.find(policy_id)
        draft = self.usable(old)
        with self._replaying("backtest") as replays:
            report = replays.backtest(self.policies.current(), draft, since)
        stage = Stage.BACKTESTED if old.stage in EDITABLE else old.stage
        kept = json.dumps(report).encode()
        return self._put(
            old, _next(old, at, stage=stage, backtest=kept), actor, at, "policy.backtest"
        )

    def search(self, policy_id: str, since: datetime, actor: str, at: datetime) -> PolicyVersion:
        """Try other thresholds on history and keep what each costs and needs."""
        old = self.find(policy_id)
        policy = self.usable(old)
        with self._replaying("optimise") as replays:
            kept = json.dumps(replays.frontier(policy, since)).encode()
        return self._put(old, _next(old, at, frontier=kept), actor, at, "policy.search")

    # Into force
    def shadow(self, policy_id: str, actor: str, at: datetime) -> PolicyVersion:
        """Let a version judge beside the one in force; one that did so before stops."""
        old = self._in(policy_id, Stage.BACKTESTED, Stage.CANARY)
        new = _next(old, at, stage=Stage.SHADOW, share=0.0, asked_by=None, asked_for=None)
        return self._put(
            old, new, actor, at, "policy.shadow", self._stopped(Stage.SHADOW, policy_id, at)
        )

    def canary(
        self, policy_id: str, share: float, actor: str, at: datetime, why: str = ""
    ) -> PolicyVersion:
        """Give a share of the accounts this version. Two people, where it changes what terminates."""
        if not 0.0 < share <= 0.5:
            raise BadPolicyAct("a canary's share is above 0 and at most 0.5")
        old = self._tried(policy_id, why)
        first = self._asked_first(old, Stage.CANARY, share, actor, at)
        if first is not None:
            return first
        new = _next(
            old, at, stage=Stage.CANARY, share=share, asked_by=None, asked_for=None,
            note=why or old.note,
        )  # fmt: skip
        stopped = self._stopped(Stage.CANARY, policy_id, at)
        return self._put(old, new, actor, at, "policy.canary", stopped)

    def publish(self, policy_id: str, actor: str, at: datetime, why: str = "") -> PolicyVersion:
        """Put a version in force everywhere. Two people, where it changes what terminates.

        `why` is needed for one that was not backtested. Raises `PolicyMoved`, `BadPolicyAct`.
        """
        old = self._tried(policy_id, why)
        first = self._asked_first(old, Stage.LIVE, 1.0, actor, at)
        if first is not None:
            return first
        before = self._one(Stage.LIVE)
        new = _next(
            old, at, stage=Stage.LIVE, share=0.0, live_since=at, asked_by=None, asked_for=None,
            replaced=before.policy_id if before else None, note=why or old.note,
        )  # fmt: skip
        retired = [] if before is None else [_next(before, at, stage=Stage.RETIRED)]
        return self._put(old, new, actor, at, "policy.publish", retired)

    def roll_back(self, actor: str, at: datetime, why: str = "") -> PolicyVersion:
        """Put back in force what was before: the version before, or the file. One person can."""
        old = self._one(Stage.LIVE)
        if old is None:
            raise PolicyMoved("no version of the database is in force: the file's policy is")
        new = _next(old, at, stage=Stage.ROLLED_BACK, note=why or old.note)
        before = self._store.policy_version(old.replaced) if old.replaced else None
        back = []
        if before is not None and before.stage is Stage.RETIRED:
            back = [_next(before, at, stage=Stage.LIVE, live_since=at)]
        return self._put(old, new, actor, at, "policy.roll_back", back)

    def withdraw(self, policy_id: str, actor: str, at: datetime) -> PolicyVersion:
        """Take a version out of shadow or canary, or put a draft away."""
        old = self._in(policy_id, *EDITABLE, *_SERVED)
        stage = Stage.BACKTESTED if old.stage in _SERVED else Stage.WITHDRAWN
        new = _next(old, at, stage=stage, share=0.0, asked_by=None, asked_for=None)
        return self._put(old, new, actor, at, "policy.withdraw")

    # Pieces
    @contextmanager
    def _replaying(self, command: str) -> Iterator[TryOut]:
        """Let one replay run at a time: it takes a core for seconds. Raises `PolicyMoved`."""
        if self._try_out is None:
            raise BadPolicyAct(f"this server replays nothing; use: sendwarden policy {command}")
        if not self._busy.acquire(blocking=False):
            raise PolicyMoved("another replay is running on this server; try again in a moment")
        try:
            yield self._try_out
        finally:
            self._busy.release()

    def _stage_of(self, text: str) -> tuple[Stage, str]:
        if len(text) > MOST_TEXT:
            raise BadPolicyAct(f"a policy has {MOST_TEXT:,} characters at most")
        try:
            return Stage.CHECKED, load_policy(text, self.catalogue).version
        except PolicyErrors:
            return Stage.DRAFT, ""

    def _in(self, policy_id: str, *stages: Stage) -> PolicyVersion:
        found = self.find(policy_id)
        if found.stage not in stages:
            wanted = ", ".join(stage.value for stage in stages)
            raise PolicyMoved(f"this version is {found.stage.value}; it has to be {wanted}")
        return found

    def _tried(self, policy_id: str, why: str) -> PolicyVersion:
        """Return a version that may go into force; one without a backtest needs a reason."""
        found = self._in(policy_id, Stage.DRAFT, Stage.CHECKED, *_TRIED)
        self.usable(found)
        if found.stage not in _TRIED and not why.strip():
            raise BadPolicyAct("backtest it first, or say why it cannot wait")
        return found

    def _asked_first(
        self, old: PolicyVersion, stage: Stage, share: float, actor: str, at: datetime
    ) -> PolicyVersion | None:
        """Note who asks first for what needs two people; None when it may be done."""
        if not self.needs_two(old):
            return None
        same = old.asked_for == stage.value and old.asked_share == share
        if old.asked_by is not None and same and old.asked_by != actor:
            return None
        if old.asked_by == actor and same:
            raise PolicyMoved("you asked for this; another person has to confirm it")
        asked = _next(old, at, asked_by=actor, asked_for=stage.value, asked_share=share)
        return self._put(old, asked, actor, at, "policy.ask")

    def _one(self, stage: Stage) -> PolicyVersion | None:
        return next(iter(self._store.policy_versions(stage.value, limit=1)), None)

    def _stopped(self, stage: Stage, but: str, at: datetime) -> list[PolicyVersion]:
        return [
            _next(one, at, stage=Stage.BACKTESTED, share=0.0)
            for one in self._store.policy_versions(stage.value)
            if one.policy_id != but
        ]

    def _put(
        self,
        old: PolicyVersion | None,
        new: PolicyVersion,
        actor: str,
        at: datetime,
        act: str,
        others: "list[PolicyVersion] | None" = None,
    ) -> PolicyVersion:
        deed = Deed(
            at=at, actor=actor, act=act, target=new.policy_id,
            before={} if old is None else _told(old), after=_told(new),
        )  # fmt: skip
        self._record(deed, *(others or []), new)
        return new


def _next(old: PolicyVersion, at: datetime, **change: Any) -> PolicyVersion:
    return msgspec.structs.replace(old, revision=old.revision + 1, changed_at=at, **change)


def _told(version: PolicyVersion) -> dict[str, str | int | float | None]:
    """Return what the audit log says of a version."""
    return {
        "stage": version.stage.value,
        "version": version.version or None,
        "share": version.share,
        "asked_by": version.asked_by,
        "asked_for": version.asked_for,
        "note": version.note or None,
        "revision": version.revision,
    }
