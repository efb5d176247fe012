"""What a challenger would have said."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from service.stores.contract.row import Row


class ModelShadow(Row, frozen=True, kw_only=True):
    """What the champion said of a decision, and what the challenger would have said."""

    decision_id: str
    challenger: str
    champion: str
    account_id: str
    subject: str
    as_of: datetime
    live: str
    draft: str
    live_risk: float
    draft_risk: float


class ModelComparison(Row, frozen=True, kw_only=True):
    """`counts` by (subject, champion's action, challenger's); `examples` are the newest that differ."""

    challenger: str
    counts: dict[tuple[str, str, str], int]
    correlation: float | None
    examples: tuple[ModelShadow, ...]


class Models(Protocol):
    def add_model_shadows(self, rows: Sequence[ModelShadow]) -> None: ...
    def model_comparison(
        self, challenger: str, since: datetime, examples: int
    ) -> ModelComparison: ...
