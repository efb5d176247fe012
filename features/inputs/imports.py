"""The numbers of the lists that matter to a subject, and how fast the account takes lists in."""

from collections.abc import Sequence
from math import isfinite, nan
from typing import Final

from features.facts import AccountFacts
from features.inputs.account import hours_between
from features.lists import NUMBERS
from features.records import ImportSource, ListImport

# The inputs that are of the lists that matter to a subject, not of all that the account imported.
OF_LISTS: Final = (*NUMBERS, "list_rows", "import_age_hours", "import_form_share")


def import_numbers(facts: AccountFacts, imports: Sequence[ListImport]) -> dict[str, float]:
    """Return the row-weighted means of the list numbers over `imports`, NaN where there are none.

    `list_rows` is the sum of their rows. The rates of intake are over all the account's imports.
    """
    return (
        {name: _mean(imports, name) for name in NUMBERS}
        | {
            "list_rows": float(sum(i.rows for i in imports)) if imports else nan,
            "import_age_hours": min(
                (hours_between(i.imported_at, facts.as_of) for i in imports), default=nan
            ),
            "import_form_share": _form_share(imports),
        }
        | _intake(facts, imports)
    )


def _mean(imports: Sequence[ListImport], name: str) -> float:
    total = weights = 0.0
    for record in imports:
        value = record.numbers.get(name, nan)
        if isfinite(value):
            rows = max(record.rows, 1)
            total += value * rows
            weights += rows
    return total / weights if weights else nan


def _form_share(imports: Sequence[ListImport]) -> float:
    """Return the share of rows that people signed up themselves by a form."""
    rows = sum(i.rows for i in imports)
    signed_up = sum(i.rows for i in imports if i.source is ImportSource.FORM)
    return signed_up / rows if rows else nan


def _intake(facts: AccountFacts, imports: Sequence[ListImport]) -> dict[str, float]:
    """Return rows imported in the last day and week, the subject's own import included."""
    every = {i.import_id: i for i in (*facts.imports, *imports)}.values()
    ages = [(hours_between(i.imported_at, facts.as_of), i.rows) for i in every]
    return {
        "imports_known": float(len(ages)),
        "imported_rows": float(sum(rows for _, rows in ages)),
        "imported_rows_24h": float(sum(rows for age, rows in ages if age <= 24)),
        "imported_rows_7d": float(sum(rows for age, rows in ages if age <= 7 * 24)),
        "largest_import_rows": float(max((rows for _, rows in ages), default=0)),
    }
