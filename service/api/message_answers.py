"""What the API answers about the message of a case."""

from typing import Final

from service.api.answers import Answer
from service.desk.preview import Preview


class LinkSeenAnswer(Answer, frozen=True, kw_only=True):
    """A link as shown, and where it really leads. `carries`: the host of an address in it."""

    shown: str
    host: str
    carries: str | None
    note: str | None


class MessageAnswer(Answer, frozen=True, kw_only=True):
    """A message that a person has to look at. `page` is inert HTML; `others` are decisions whose
    messages are kept with the same case."""

    case_id: str
    decision_id: str
    sender: str
    reply_to: str | None
    subject: str
    text: str
    hidden_text: str
    page: str
    source: str
    links: tuple[LinkSeenAnswer, ...]
    attachments: tuple[str, ...]
    cut: bool
    others: tuple[str, ...]


MESSAGE_ANSWERS: Final[tuple[type[Answer], ...]] = (LinkSeenAnswer, MessageAnswer)


def message_answer(found: Preview) -> MessageAnswer:
    links = tuple(
        LinkSeenAnswer(
            shown=one.shown, host=one.host, carries=one.carries or None, note=one.note or None
        )
        for one in found.links
    )
    same = ("case_id", "decision_id", "subject", "text", "hidden_text", "page", "source")
    return MessageAnswer(
        **{name: getattr(found, name) for name in same},
        sender=found.from_,
        reply_to=found.reply_to or None,
        links=links,
        attachments=found.attachments,
        cut=found.cut,
        others=found.others,
    )
