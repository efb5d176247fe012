"""Policy versions, exemptions, and a policy in shadow."""

from models.policy.exemptions import Exemption
from service.policies.records import Comparison, PolicyVersion
from service.stores import policy_rows
from service.stores.sql.transactions import Transactions


class SqlPolicies(Transactions):
    def policy_mark(self) -> str:
        return self.read(policy_rows.mark)

    def policy_version(self, policy_id: str) -> PolicyVersion | None:
        return self.read(lambda c: policy_rows.version(c, policy_id))

    def policy_versions(self, *stages: str, limit: int = 200) -> tuple[PolicyVersion, ...]:
        return self.read(lambda c: policy_rows.versions(c, stages, limit))

    def exemption(self, exemption_id: str) -> Exemption | None:
        return self.read(lambda c: policy_rows.exemption(c, exemption_id))

    def exemptions(self, account_id: str | None = None) -> tuple[Exemption, ...]:
        return self.read(lambda c: policy_rows.exemptions(c, account_id))

    def shadow_comparison(self, version: str, examples: int = 20) -> Comparison:
        return self.read(lambda c: policy_rows.comparison(c, version, examples))
