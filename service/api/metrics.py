"""What Prometheus reads. No ids, no addresses: labels are routes, statuses, actions, versions."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from models.decision import Decision
from service.warden import Warden

_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60)


class Metrics:
    """The counters of one server, in a registry of its own."""

    def __init__(self, warden: Warden) -> None:
        self.registry = CollectorRegistry()
        self._warden = warden
        self._requests = self._counter("requests", "Requests.", "route", "method", "status")
        self._decisions = self._counter("decisions", "Decisions.", "subject", "action")
        self._degraded = self._counter("degraded", "Decisions taken without something.", "subject")
        self._events = self._counter("events", "Events by what became of them.", "source", "result")
        self._seconds = Histogram(
            "sendwarden_request_seconds",
            "Time to answer.",
            ("route",),
            registry=self.registry,
            buckets=_SECONDS,
        )
        self._info = Gauge(
            "sendwarden_deciding",
            "The model and policy versions in force.",
            ("model_version", "policy_version"),
            registry=self.registry,
        )
        self._refused = Gauge(
            "sendwarden_refused",
            "New models and policies that were refused since the start.",
            ("what",),
            registry=self.registry,
        )

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def decision(self, decision: Decision) -> Decision:
        """Count a decision and hand it on."""
        subject = decision.subject.type.value
        self._decisions.labels(subject, decision.action).inc()
        if decision.degraded:
            self._degraded.labels(subject).inc()
        return decision

    def events(
        self, source: str, accepted: int, duplicates: int, rejected: int, lost: int = 0
    ) -> None:
        counts = {
            "accepted": accepted,
            "duplicate": duplicates,
            "rejected": rejected,
            "unattributed": lost,
        }
        for result, count in counts.items():
            self._events.labels(source, result).inc(count)

    def text(self) -> bytes:
        """Return all of it in the Prometheus text format."""
        bundle = self._warden.model.current()
        self._info.clear()
        version = bundle.version if bundle else "none"
        self._info.labels(version, self._warden.policy.current().version).set(1)
        self._refused.labels("model").set(self._warden.model.refused)
        self._refused.labels("policy").set(self._warden.policy.refused)
        return generate_latest(self.registry)

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(f"sendwarden_{name}", meaning, labels, registry=self.registry)
