"""The errors of the use cases; `service.api.problems` gives each its HTTP status.

ServiceError
|- NotFound: UnknownAccount, UnknownCampaign, UnknownDecision, UnknownImport, UnknownList,
|            UnknownModel, UnknownSource, UnknownView
|- Conflict: IdempotencyConflict, VerdictConflict, CaseMoved, PolicyMoved, ModelRefused, IncidentMoved,
|            WarmUpMoved, ViewMoved
|- Unreadable: UnreadableList, UnreadableMessage, UnreadablePayload
|- TooLarge
|- Unavailable (the store or the model cannot be reached)
"""


class ServiceError(Exception):
    """Root of what a use case may raise; the text is fit for the caller's eyes."""


class NotFound(ServiceError):
    """Nothing with that id."""


class UnknownAccount(NotFound):
    """No account was put with that id."""


class UnknownCampaign(NotFound):
    """No campaign was scored under that id."""


class UnknownDecision(NotFound):
    """No decision has that id."""


class UnknownImport(NotFound):
    """No import has that id."""


class UnknownList(NotFound):
    """No bad list was registered with that name."""


class Conflict(ServiceError):
    """The request contradicts what is stored."""


class IdempotencyConflict(Conflict):
    """The idempotency key was used with another body."""


class VerdictConflict(Conflict):
    """The verdict cannot be given on this decision."""


class Unreadable(ServiceError):
    """The bytes are not what they claim to be."""


class UnreadableList(Unreadable):
    """A list file cannot be read."""


class UnreadableMessage(Unreadable):
    """A message cannot be read."""


class UnreadablePayload(Unreadable):
    """An event payload cannot be read."""


class UnknownSource(NotFound):
    """No event source has that name."""


class TooLarge(ServiceError):
    """The body passes the limit."""


class Unavailable(ServiceError):
    """The store or the model cannot be reached now."""


class CaseMoved(Conflict):
    """The case is not in the state that the act needs, or another person holds it."""


class PolicyMoved(Conflict):
    """The policy or exemption is not in the state that the act needs."""


class ModelRefused(Conflict):
    """The model may not serve: its gates failed or never ran, or it cannot be read."""


class IncidentMoved(Conflict):
    """The incident is not in the state that the act needs."""


class WarmUpMoved(Conflict):
    """The warm-up is not in the state that the act needs."""


class ViewMoved(Conflict):
    """The view of the queue is not in the state that the act needs."""


class UnknownView(NotFound):
    """One has no view with that id."""


class UnknownModel(NotFound):
    """No one model of the shelf is meant."""


class UnknownPolicy(NotFound):
    """No policy version or exemption has that id."""


class PersonMoved(Conflict):
    """Somebody else changed this person meanwhile."""


class UnknownAppeal(NotFound):
    """No appeal has this id."""


class UnknownCase(NotFound):
    """No case has that id."""
