"""Facts in, input arrays out: what the feature functions are computed from.

Pure. `None` (unknown) becomes NaN and never zero. Facts may be odd: events before the account
existed, times in the future, more bounces than mails, zero recipients.
"""

from collections.abc import Sequence

import numpy as np

from features.catalogue import Array
from features.facts import AccountFacts, CampaignFacts, Facts, ListFacts, subject_of
from features.inputs.account import account_numbers
from features.inputs.campaign import campaign_numbers, content_numbers
from features.inputs.domains import domain_numbers
from features.inputs.imports import import_numbers
from features.inputs.sending import counters, provider_numbers
from features.inputs.ties import tie_numbers

__all__ = ["inputs_of"]


def inputs_of(facts: Sequence[Facts]) -> dict[str, Array]:
    """Return the inputs of rows of one subject type: `(n_rows,)`, counters `(n_rows, n_windows)`.

    Raises `ValueError` when there are no facts or they are of more than one subject type.
    """
    if len({subject_of(row) for row in facts}) != 1:
        raise ValueError("facts of exactly one subject type are needed")
    accounts = [row if isinstance(row, AccountFacts) else row.account for row in facts]
    rows = [_numbers(row, account) for row, account in zip(facts, accounts, strict=True)]
    table = np.array([list(row.values()) for row in rows], dtype=np.float64)
    table[~np.isfinite(table)] = np.nan
    inputs = dict(zip(rows[0], table.T, strict=True))
    return inputs | counters(accounts) | provider_numbers(accounts)


def _numbers(facts: Facts, account: AccountFacts) -> dict[str, float]:
    numbers = account_numbers(account) | tie_numbers(facts, account)
    match facts:
        case AccountFacts():
            return numbers | domain_numbers(account) | import_numbers(account, account.imports)
        case ListFacts():
            listed = import_numbers(account, (facts.list_import,))
            return numbers | domain_numbers(account) | listed
        case CampaignFacts():
            campaign = facts.campaign
            return (
                numbers
                | domain_numbers(account, campaign.from_domain)
                | import_numbers(account, facts.imports)
                | campaign_numbers(facts)
                | content_numbers(campaign)
            )
