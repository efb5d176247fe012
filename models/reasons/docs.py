"""The table of reasons in the documentation, made from the reasons."""

from models.reasons.registry import load_reasons


def reason_table() -> str:
    """Return every reason as a Markdown table, by family and code."""
    rows = ["| code | family | speaks for | message | advice |", "|---|---|---|---|---|"]
    for reason in sorted(load_reasons().reasons, key=lambda r: (r.family, r.code)):
        features = ", ".join(f"`{pattern}`" for pattern in reason.features) or "the decision itself"
        shown = " *(value not shown)*" if reason.hidden_value else ""
        rows.append(
            f"| `{reason.code}` | {reason.family} | {features} | {reason.message}{shown} "
            f"| {reason.advice} |"
        )
    return "\n".join(rows) + "\n"
