"""The picture of the README: two decisions as `sendwarden score` shows them."""

import io
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rich.console import Console

from sendwarden.card import decision_card
from sendwarden.score_files import score_files
from sendwarden.settings import SHIPPED_POLICY, Settings

_EXAMPLES: Final = Path(__file__).parent / "examples"
# Message, recipients and account.
_CARDS: Final = (
    ("newsletter.eml", "newsletter-list.csv", "bakery.json"),
    ("phishing.eml", None, "fresh-trial.json"),
)
# Some hours after the account of the examples signed up.
_AT: Final = datetime(2026, 11, 23, 9, tzinfo=UTC)
_WIDTH: Final = 96


def cards_picture() -> str:
    """Return the cards of a newsletter and a phishing mail as an SVG picture.

    The model and the policy are those that ship, whatever this installation has.
    """
    console = Console(record=True, width=_WIDTH, file=io.StringIO(), force_terminal=True)
    with tempfile.TemporaryDirectory() as home:
        shipped = Settings(home=Path(home), policy_file=SHIPPED_POLICY)
        for name, recipients, account in _CARDS:
            message, facts = _EXAMPLES / name, _EXAMPLES / account
            sent_to = None if recipients is None else _EXAMPLES / recipients
            decision, _ = score_files(message, sent_to, facts, None, shipped, _AT)
            console.print(decision_card(decision, name))
    return console.export_svg(title="sendwarden score", unique_id="cards")
