"""What the message itself shows before it is sent."""

from inspect import Parameter, Signature

from features.catalogue import Array, Compute, Family, Feature
from features.content.numbers import TABLE
from features.records import Subject


def _number(name: str) -> Compute:
    """Return a feature function that passes the message's number `name` on."""

    def compute(value: Array) -> Array:
        return value

    signature = Signature([Parameter(name, Parameter.POSITIONAL_OR_KEYWORD)])
    compute.__signature__ = signature  # type: ignore[attr-defined]
    return compute


CONTENT = Family(
    name="content",
    meaning="Structure, links, identity and wording of the message about to be sent.",
    subjects=frozenset({Subject.CAMPAIGN}),
    features=tuple(
        Feature(n.name, _number(n.name), n.unit, n.meaning, direction=n.direction) for n in TABLE
    ),
)
