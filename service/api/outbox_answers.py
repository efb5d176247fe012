"""What the API answers about changes and those who are told of them."""

from datetime import datetime
from typing import Any, Final

from service.api.answers import Answer
from service.outbox.changes import Change
from service.outbox.endpoints import Delivery, Endpoint


class ChangeAnswer(Answer, frozen=True, kw_only=True):
    """One change. `change_id` grows in the order in which changes were made."""

    change_id: int
    type: str
    account_id: str | None
    timestamp: datetime
    data: dict[str, Any]


class ChangesAnswer(Answer, frozen=True, kw_only=True):
    """Changes after the one that was asked for, the oldest first."""

    changes: tuple[ChangeAnswer, ...]


class WebhookAnswer(Answer, frozen=True, kw_only=True):
    """Who is told. `secret` is shown once, when the webhook is added; `types` empty: of everything."""

    webhook_id: str
    url: str
    types: tuple[str, ...]
    created_at: datetime
    last_change_id: int
    secret: str | None


class WebhooksAnswer(Answer, frozen=True, kw_only=True):
    """Everybody who is told."""

    webhooks: tuple[WebhookAnswer, ...]


class DeliveryAnswer(Answer, frozen=True, kw_only=True):
    """A change that a webhook has not got. `dead` ones are tried again only when asked for."""

    change: ChangeAnswer
    state: str
    attempts: int
    next_at: datetime
    error: str


class DeliveriesAnswer(Answer, frozen=True, kw_only=True):
    """What a webhook has not got: the dead first, then those waiting."""

    deliveries: tuple[DeliveryAnswer, ...]


class RedeliveredAnswer(Answer, frozen=True, kw_only=True):
    """How many dead messages are tried again."""

    redelivered: int


OUTBOX_ANSWERS: Final = (
    ChangesAnswer,
    WebhookAnswer,
    WebhooksAnswer,
    DeliveriesAnswer,
    RedeliveredAnswer,
)


def change_answer(change: Change) -> ChangeAnswer:
    return ChangeAnswer(
        change_id=change.change_id,
        type=change.type,
        account_id=change.account_id or None,
        timestamp=change.at,
        data=change.data,
    )


def webhook_answer(endpoint: Endpoint, secret: str | None = None) -> WebhookAnswer:
    return WebhookAnswer(
        webhook_id=endpoint.webhook_id,
        url=endpoint.url,
        types=endpoint.types,
        created_at=endpoint.created_at,
        last_change_id=endpoint.cursor,
        secret=secret,
    )


def delivery_answer(delivery: Delivery, change: Change) -> DeliveryAnswer:
    return DeliveryAnswer(
        change=change_answer(change),
        state=delivery.state,
        attempts=delivery.attempts,
        next_at=delivery.next_at,
        error=delivery.error,
    )
