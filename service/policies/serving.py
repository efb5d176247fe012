"""Which policy judges an account: the file's until one was published in the database.

Every process looks for changes every few seconds; what it finds it serves until it finds others, so
a store that cannot be read changes nothing.
"""

import hmac
import logging
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from features.catalogue import Catalogue
from models.policy.exemptions import Exemption
from models.policy.faults import PolicyErrors
from models.policy.load import load_policy
from models.policy.policy import Policy
from service.errors import ServiceError
from service.live import Source, Watched
from service.policies.records import PolicyVersion, Stage
from service.stores.contract import Store

LOG: Final = logging.getLogger(__name__)
_SERVED: Final = (Stage.LIVE.value, Stage.CANARY.value, Stage.SHADOW.value)


@dataclass(frozen=True)
class InForce:
    """What the database says; None where it says nothing. `share` of the accounts get `canary`."""

    live: Policy | None = None
    canary: Policy | None = None
    canary_id: str = ""
    share: float = 0.0
    shadow: Policy | None = None
    exemptions: Mapping[str, tuple[Exemption, ...]] = field(default_factory=dict)


_NOTHING: Final = InForce()


class Policies:
    """A source of policies by account. `key` hides who is in a canary's share."""

    def __init__(
        self, file: Source[Policy], watched: Watched[InForce] | None = None, key: bytes = b""
    ) -> None:
        self._file, self._watched, self._key = file, watched, key

    @classmethod
    def following(
        cls,
        file: Source[Policy],
        store: Store,
        catalogue: Catalogue,
        key: bytes,
        every_seconds: float = 2.0,
    ) -> "Policies":
        """Return those of a store, followed while they change; the file's where it has none."""
        refusals = (PolicyErrors, ServiceError)
        loaded = Loader(store, catalogue)
        watched = Watched(
            "published policy", _NOTHING, store.policy_mark, loaded, refusals, every_seconds
        )
        return cls(file, watched, key)

    @property
    def refused(self) -> int:
        return self._file.refused + (self._watched.refused if self._watched else 0)

    def current(self) -> Policy:
        """Return the policy that accounts outside a canary have."""
        return self._now().live or self._file.current()

    def of(self, account_id: str) -> Policy:
        """Return the policy that judges an account."""
        now = self._now()
        if now.canary is not None and self.in_share(account_id, now.canary_id, now.share):
            return now.canary
        return now.live or self._file.current()

    def shadow(self) -> Policy | None:
        """Return the policy that judges beside the one in force, if there is one."""
        return self._now().shadow

    def exempt(self, account_id: str, at: datetime) -> tuple[Exemption, ...]:
        """Return the exemptions of an account that count at a time."""
        found = self._now().exemptions.get(account_id, ())
        return tuple(one for one in found if one.counts(at))

    def published(self) -> InForce:
        """Return what the database says."""
        return self._now()

    def look(self) -> None:
        """Look for changes at once, as after one of our own."""
        if self._watched is not None:
            self._watched.look()

    def in_share(self, account_id: str, canary_id: str, share: float) -> bool:
        """Tell whether an account is in a canary's share; a growing share keeps those it had."""
        text = f"{canary_id}\n{account_id}".encode()
        digest = hmac.new(self._key or b"canary", text, "sha256").digest()
        return int.from_bytes(digest[:8], "big") < share * 2**64

    def _now(self) -> InForce:
        return _NOTHING if self._watched is None else self._watched.current()


class Loader:
    """Reads what is in force from a store; a policy that was read before is not read again."""

    def __init__(self, store: Store, catalogue: Catalogue) -> None:
        self._store, self._catalogue = store, catalogue
        self._loaded: dict[str, Policy] = {}

    def __call__(self, _mark: str) -> InForce:
        """Return what is in force. Raises `PolicyErrors` for the live version, `Unavailable`.

        A canary or a shadow that cannot be loaded is left out: it must not keep the rest away.
        """
        newest: dict[str, PolicyVersion] = {}
        for version in self._store.policy_versions(*_SERVED):
            newest.setdefault(version.stage.value, version)
        live, canary, shadow = (newest.get(stage) for stage in _SERVED)
        loaded = InForce(
            live=None if live is None else self._policy(live),
            canary=self._optional(canary),
            canary_id=canary.policy_id if canary else "",
            share=canary.share if canary else 0.0,
            shadow=self._optional(shadow),
            exemptions=_by_account(self._store.exemptions()),
        )
        served = (loaded.live, loaded.canary, loaded.shadow)
        self._loaded = {policy.text: policy for policy in served if policy is not None}
        return loaded

    def _policy(self, version: PolicyVersion) -> Policy:
        found = self._loaded.get(version.text)
        return load_policy(version.text, self._catalogue) if found is None else found

    def _optional(self, version: PolicyVersion | None) -> Policy | None:
        if version is None:
            return None
        try:
            return self._policy(version)
        except PolicyErrors as error:
            LOG.error("%s %s is left out: %s", version.stage.value, version.version, error)
            return None


def _by_account(found: tuple[Exemption, ...]) -> Mapping[str, tuple[Exemption, ...]]:
    by_account: dict[str, list[Exemption]] = defaultdict(list)
    for one in found:
        if one.ended_at is None:
            by_account[one.account_id].append(one)
    return {account_id: tuple(mine) for account_id, mine in by_account.items()}
