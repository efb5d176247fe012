"""A campaign while it goes out: evidence against it, and how much more of it may go."""

from models.inflight.evidence import Evidence, Signal, evidence_of, log_total
from models.inflight.records import Answer, Plan, Progress, Rules, State
from models.inflight.release import release, withhold

__all__ = [
    "Answer",
    "Evidence",
    "Plan",
    "Progress",
    "Rules",
    "Signal",
    "State",
    "evidence_of",
    "log_total",
    "release",
    "withhold",
]
