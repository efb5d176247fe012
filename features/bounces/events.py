"""The verdict on a canonical event: its class is not a field, what the server said is."""

from typing import Final

from features.bounces.classes import Verdict
from features.bounces.classify import classify
from features.bounces.replies import read_command
from features.records import Event, EventType

_FAILURES: Final = frozenset(
    {EventType.HARD_BOUNCE, EventType.SOFT_BOUNCE, EventType.BLOCK_BOUNCE, EventType.DEFERRED}
)


def verdict_of(event: Event) -> Verdict | None:
    """Judge a failure by its codes and diagnostic; None for an event that is none."""
    if event.type not in _FAILURES:
        return None
    said = event.diagnostic or ""
    return classify(
        event.smtp_code,
        event.enhanced_status,
        said,
        read_command(said),
        final=event.type is not EventType.DEFERRED,
    )
