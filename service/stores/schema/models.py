"""Tables of what a challenger would have said."""

from typing import Final

from sqlalchemy import Column, Float, Index, String

from service.stores.schema.columns import id_column, keyed, whole

MODEL_SHADOWS: Final = keyed(
    "model_shadows",
    id_column("decision_id", key=True),
    id_column("challenger", key=True),
    id_column("champion"),
    id_column("account_id"),
    Column("subject", String(16), nullable=False),
    whole("as_of_us"),
    Column("live", String(16), nullable=False),
    Column("draft", String(16), nullable=False),
    Column("live_risk", Float, nullable=False),
    Column("draft_risk", Float, nullable=False),
    Index("model_shadows_of_challenger", "challenger", "as_of_us"),
)
