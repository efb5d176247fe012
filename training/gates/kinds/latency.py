"""As fast as what serves."""

from collections.abc import Iterator

from models.trials import GateResult
from training.gates.evidence import Evidence
from training.gates.gate import Asked, GateKind, outcome, too_few


class Latency(Asked, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Microseconds for one row: `most_us`, or `times` the champion's where that is more."""

    most_us: float = 1_000.0
    times: float = 2.0


def _judge(evidence: Evidence, asked: Latency) -> Iterator[GateResult]:
    for subject in asked.subjects:
        if subject not in evidence.latency:
            yield too_few(subject, "there are none to time")
            continue
        ours, theirs = evidence.latency[subject]
        bound = max(asked.most_us, theirs * asked.times)
        yield outcome(
            ours <= bound,
            f"{ours:.0f} us a row against {theirs:.0f}; at most {bound:.0f}",
            subject, measured=ours, bound=bound,
        )  # fmt: skip


LATENCY = GateKind(
    "latency",
    "Latency",
    "scoring one row takes at most `most_us` microseconds, or `times` the champion's",
    Latency,
    _judge,
)
