"""A bundle as MLflow loads it (`mlflow.pyfunc.load_model`, `spark_udf`): feature rows in, scores out.

The model file names this module as its loader, so nothing is unpickled; a bundle is read and
checked as everywhere else.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from features.catalogue import Array, load_catalogue
from features.records import Subject
from models.bundle import Bundle
from models.registry import load_folder

SCORES: Final = ("risk", "malicious", "careless")


class Scorer:
    """Scores frames of feature rows of one subject."""

    def __init__(self, bundle: Bundle, subject: Subject) -> None:
        self._bundle = bundle
        self._subject = subject
        self._names = list(bundle.catalogue.names(subject))

    def predict(self, model_input: Any, params: Any = None) -> Any:  # noqa: ARG002 - MLflow's form
        """Return a frame of the same kind with risk, malicious and careless of each row.

        Raises `ValueError` when the columns are not the subject's features.
        """
        if set(model_input.columns) != set(self._names):
            raise ValueError(f"the columns are not the features of {self._subject.value} rows")
        scores = self.score(np.asarray(model_input[self._names], dtype=np.float64))
        return type(model_input)(dict(zip(SCORES, scores.T, strict=True)))

    def score(self, rows: Array) -> Array:
        """Return the scores of feature rows, `(n_rows, 3)`."""
        table = self._bundle.score_many(self._subject, rows)
        return np.stack([table.risk, table.malicious, table.careless], axis=1)


def _load_pyfunc(path: str, model_config: Mapping[str, Any] | None = None) -> Scorer:
    """Return the scorer of a model folder; name and form are MLflow's.

    `model_config` names the `subject`, for some have features of the same names; accounts by
    default. Raises `BundleRefused`.
    """
    subject = Subject((model_config or {}).get("subject", Subject.ACCOUNT))
    return Scorer(load_folder(Path(path), load_catalogue()), subject)
