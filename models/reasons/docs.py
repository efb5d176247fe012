"""The table of reasons in the documentation, made from the reasons."""

from models.reasons.claim import ALWAYS
from models.reasons.general import GENERAL
from models.reasons.reason import Reason
from models.reasons.registry import load_reasons


def reason_table() -> str:
    """Return every reason as a Markdown table, by family and code."""
    rows = [
        "| code | family | speaks for | where the value is | message | advice |",
        "|---|---|---|---|---|---|",
    ]
    for reason in sorted(load_reasons().reasons, key=lambda r: (r.family, r.code)):
        shown = " *(value not shown)*" if reason.hidden_value else ""
        rows.append(
            f"| `{reason.code}` | {reason.family} | {_spoken_for(reason)} | {_claims(reason)} "
            f"| {reason.message}{shown} | {reason.advice} |"
        )
    return "\n".join(rows) + "\n"


def _spoken_for(reason: Reason) -> str:
    if reason in GENERAL:
        return "any feature that no other reason may tell of"
    return ", ".join(f"`{pattern}`" for pattern in reason.features) or "the decision itself"


def _claims(reason: Reason) -> str:
    """Return when the reason is given, its own claim first and then what differs from it."""
    usually = "" if reason.claim is ALWAYS else reason.claim.words
    others = [f"`{name}` {claim.words}" for name, claim in reason.claims.items()]
    if reason.steps_in:
        words = next(iter(reason.steps_in.values())).words
        others.append(f"also {', '.join(f'`{name}`' for name in reason.steps_in)} {words}")
    return "; ".join(filter(None, [usually, *others]))
