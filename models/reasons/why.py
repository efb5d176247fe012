"""Why each family of reasons matters to the customer. Texts are keys of a translation."""

from typing import Final

WHY: Final = {
    "authentication": "Mail without proof of its sender is refused or sorted as spam by large mailbox providers.",
    "behaviour": "What readers do with your mail decides whether mailbox providers take the next one.",
    "campaign": "A sudden change looks like a stolen account or a bought list, and mailbox providers slow it down.",
    "content": "Readers and filters judge a message by how it looks before they read it.",
    "lists": "Mail to people who did not ask for it bounces and is reported, and that harms every sender here.",
    "forecast": "Mail to people who did not ask for it bounces and is reported, and that harms every sender here.",
    "signup": "Who sends is the first thing that trust rests on; limits rise as it becomes clear.",
    "ties": "Abuse seldom comes from one account alone, so accounts that share something are looked at together.",
}
OTHERWISE: Final = (
    "It was not possible to judge this fully, and caution protects you and other senders."
)


def why(family: str) -> str:
    """Return why a family of reasons matters."""
    return WHY.get(family, OTHERWISE)
