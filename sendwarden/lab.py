"""Replays history for a running server: few decisions, so that an answer takes seconds."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from features.catalogue import Catalogue
from models.policy import Policy
from service.stores.contract import Store

MOST_DECISIONS: Final = 20_000
_SEARCHED: Final = 6_000
_EFFORT: Final = 60
_DRAWS: Final = 200


@dataclass(frozen=True)
class Replays:
    """What `service.policies.acts.TryOut` asks for."""

    store: Store
    catalogue: Catalogue

    def backtest(self, live: Policy, draft: Policy, since: datetime) -> dict[str, Any]:
        """Return a report on the newest decisions since a time."""
        from sendwarden.history import read_history
        from training.backtest import backtest, report_on
        from training.backtest_replay import names_read

        names = names_read((live, draft))
        history = read_history(self.store, self.catalogue, names, since, MOST_DECISIONS)
        report = report_on(backtest(history, live, draft), rounds=_DRAWS)
        return report | {"cut": len(history.decisions) >= MOST_DECISIONS}

    def frontier(self, policy: Policy, since: datetime) -> dict[str, Any]:
        """Return the sets of thresholds that were tried, in parts that any prices can weigh."""
        from models.policy.edit import thresholds
        from sendwarden.history import read_history
        from training.backtest_replay import names_read
        from training.backtest_sums import Prices
        from training.optimise import Budget, optimise

        names = names_read((policy,))
        history = read_history(self.store, self.catalogue, names, since, _SEARCHED)
        found = optimise(
            history, policy, thresholds(policy.text), Budget(1.0), Prices.of(policy.costs),
            effort=_EFFORT,
        )  # fmt: skip
        return {
            "decisions": found.decisions,
            "accounts": found.accounts,
            "minutes_of_one": found.budget.one,
            "tried": [
                {
                    "thresholds": {str(key): value for key, value in one.thresholds.items()},
                    "leaked": one.leaked,
                    "delayed": one.delayed,
                    "false_stops": one.false_stops,
                    "minutes": one.minutes,
                }
                for one in found.tried
            ],
        }
