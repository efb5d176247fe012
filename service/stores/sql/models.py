"""What a challenger would have said."""

from collections.abc import Sequence
from datetime import datetime

from service.stores import model_rows
from service.stores.contract import ModelComparison, ModelShadow
from service.stores.sql.transactions import Transactions


class SqlModels(Transactions):
    def add_model_shadows(self, rows: Sequence[ModelShadow]) -> None:
        self.write(lambda c: model_rows.add_shadows(c, rows))

    def model_comparison(self, challenger: str, since: datetime, examples: int) -> ModelComparison:
        return self.read(lambda c: model_rows.comparison(c, challenger, since, examples))
