"""The table of all features in the documentation, made from the catalogue."""

from typing import Final

from features.catalogue import Catalogue, Family, Feature
from features.records import Subject

_DIRECTION: Final = {1: "more is riskier", -1: "more is safer", 0: ""}


def feature_table(catalogue: Catalogue) -> str:
    """Return every family as a Markdown section, every feature as a row."""
    counts = ", ".join(f"{len(catalogue.names(s))} of {s}s" for s in Subject)
    sections = [_section(family) for family in catalogue.families]
    return f"Columns: {counts}.\n\n" + "\n".join(sections)


def _section(family: Family) -> str:
    subjects = ", ".join(subject for subject in Subject if subject in family.subjects)
    head = [
        f"## {family.name}",
        "",
        f"{family.meaning} Seen by: {subjects}.",
        "",
        "| feature | unit | windows | direction | meaning |",
        "|---|---|---|---|---|",
    ]
    return "\n".join([*head, *map(_row, family.features)]) + "\n"


def _row(feature: Feature) -> str:
    cells = (
        f"`{feature.name}`",
        feature.unit,
        " ".join(feature.windows),
        _DIRECTION[feature.direction],
        feature.meaning,
    )
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
