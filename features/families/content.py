"""What the message itself shows before it is sent."""

from features.catalogue import Family, Feature, itself
from features.content.numbers import TABLE
from features.records import Subject

CONTENT = Family(
    name="content",
    meaning="Structure, links, identity and wording of the message about to be sent.",
    subjects=frozenset({Subject.CAMPAIGN}),
    features=tuple(
        Feature(n.name, itself, n.unit, n.meaning, direction=n.direction, takes=(n.name,))
        for n in TABLE
    ),
)
