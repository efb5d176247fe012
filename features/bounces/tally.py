"""What failures are counted as, beside the event types: the twelve classes, and what texts say of the sender.

The same kernel and slots as tiles (`features.tiles`), in rows of their own: failures are rare.
"""

from functools import lru_cache
from typing import Final

from features.bounces.classes import BounceClass, Signal
from features.bounces.classify import classify
from features.records import Event, EventType
from features.tiles import EntityKind

CLASSES: Final = tuple(kind.value for kind in BounceClass)
SIGNALS: Final = tuple(signal.value for signal in Signal)
# Columns of a row, in order. A class counts bounces; a signal also counts deferrals, which come first.
FAILURES: Final = (*CLASSES, *(f"said_{signal}" for signal in SIGNALS))
KINDS_COUNTED: Final = frozenset(
    {
        EntityKind.ACCOUNT, EntityKind.ACCOUNT_PROVIDER, EntityKind.IP, EntityKind.IP_PROVIDER,
        EntityKind.PROVIDER,
    }
)  # fmt: skip
_CLASS_PLACE: Final = {kind: place for place, kind in enumerate(BounceClass)}
_SIGNAL_PLACE: Final = {signal: len(CLASSES) + place for place, signal in enumerate(Signal)}
_BOUNCES: Final = frozenset({EventType.HARD_BOUNCE, EventType.SOFT_BOUNCE, EventType.BLOCK_BOUNCE})


def failure_places(event: Event) -> tuple[int, ...]:
    """Return the columns of `FAILURES` that an event counts in; none for what did not fail.

    A failure of which nothing is told (no class, code, status or text) has no class.
    """
    bounced = event.type in _BOUNCES
    if not bounced and event.type is not EventType.DEFERRED:
        return ()
    code, status, text = event.smtp_code, event.enhanced_status, event.diagnostic
    if code is None and not status and not text:
        return (_CLASS_PLACE[event.bounce_class],) if bounced and event.bounce_class else ()
    judged, signal = _judged(code, status, text or "")
    found = (_CLASS_PLACE[event.bounce_class or judged],) if bounced else ()
    return found if signal is None else (*found, _SIGNAL_PLACE[signal])


@lru_cache(maxsize=8_192)
def _judged(code: int | None, status: str | None, text: str) -> tuple[BounceClass, Signal | None]:
    """Servers say the same of many mails, once addresses are taken out of their words."""
    verdict = classify(code, status or None, text)
    return verdict.bounce_class, verdict.signal
