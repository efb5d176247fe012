"""Policy versions, exemptions, and a policy in shadow."""

from typing import Protocol

from models.policy.exemptions import Exemption
from service.policies.records import Comparison, PolicyVersion


class Policies(Protocol):
    """Policies change with `record` alone, so that nothing changes unseen."""

    def policy_mark(self) -> str:
        """A text that is another one after every change of a version or an exemption."""
        ...

    def policy_version(self, policy_id: str) -> PolicyVersion | None: ...
    def policy_versions(self, *stages: str, limit: int = 200) -> tuple[PolicyVersion, ...]:
        """Versions in some stages, or in all, the newest change first."""
        ...

    def exemption(self, exemption_id: str) -> Exemption | None: ...
    def exemptions(self, account_id: str | None = None) -> tuple[Exemption, ...]:
        """Exemptions, of one account or of all, the last to expire first."""
        ...

    def shadow_comparison(self, version: str, examples: int = 20) -> Comparison:
        """What a policy in shadow came to; `save_decision` keeps what it would have done."""
        ...
