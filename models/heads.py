"""The heads of a bundle: which models there are, by name."""

from collections.abc import Iterator

from features.records import Subject

RISK = "risk"
MALICE = "malice"
FORECAST_RATES = ("hard_bounce", "complaint")
BOUNDS = ("mean", "low", "high")
FORECAST_SUBJECTS = frozenset({Subject.CAMPAIGN, Subject.LIST})


def head_name(subject: Subject, output: str) -> str:
    """Return `<subject>.<output>`, as in `campaign.risk`."""
    return f"{subject.value}.{output}"


def outputs_of(subject: Subject) -> tuple[str, ...]:
    """Return the outputs of a subject: risk, malice and, where it has one, its forecast."""
    if subject not in FORECAST_SUBJECTS:
        return RISK, MALICE
    rates = tuple(f"{rate}_{bound}" for rate in FORECAST_RATES for bound in BOUNDS)
    return RISK, MALICE, *rates


def all_heads() -> Iterator[tuple[Subject, str]]:
    """Yield every subject and the full name of each of its heads."""
    for subject in Subject:
        for output in outputs_of(subject):
            yield subject, head_name(subject, output)
