"""Scores of feature rows in Parquet: on one machine, or with MLflow's Spark UDF; the same scores.

Both load the model as MLflow does, through `models.pyfunc`.
"""

import logging
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from features.catalogue import load_catalogue
from features.records import Subject
from models.bundle import Bundle
from models.pyfunc import SCORES, Scorer
from training.dataset.columns import SPINE_KEYS, UnusableTable

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_ROWS: Final = 50_000
_RESULT: Final = "struct<" + ", ".join(f"{name}: double" for name in SCORES) + ">"


def score_local(bundle: Bundle, subject: Subject, rows: Path, out: Path) -> int:
    """Write account_id, at and the scores of the rows under a folder; return how many there are."""
    if out.exists():
        raise FileExistsError(f"{out} is there already; name a new folder")
    names = list(bundle.catalogue.names(subject))
    scorer, count = Scorer(bundle, subject), 0
    part = out.with_name(f".part-{out.name}")
    part.mkdir(parents=True, exist_ok=True)
    for number, path in enumerate(sorted(rows.rglob("*.parquet"))):
        frames = [_scored(scorer, names, s) for s in pl.read_parquet(path).iter_slices(_ROWS)]
        if frames:
            pl.concat(frames).write_parquet(part / f"part-{number:05d}.parquet")
            count += sum(map(len, frames))
    part.rename(out)
    return count


def _scored(scorer: Scorer, names: list[str], rows: pl.DataFrame) -> pl.DataFrame:
    scores = scorer.score(rows.select(names).to_numpy())
    return rows.select(SPINE_KEYS).hstack(
        [pl.Series(name, column) for name, column in zip(SCORES, scores.T, strict=True)]
    )


def score_spark(spark: "SparkSession", model: Path, subject: Subject, rows: str, out: str) -> None:
    """Do what `score_local` does with the model folder that `models.registry.write_model` wrote.

    Spark carries the folder to its workers; none of them talks to the registry.
    """
    from pyspark.errors import AnalysisException
    from pyspark.sql import functions as f

    names = load_catalogue().names(subject)
    # It advises to build an environment for the model; this project is the environment.
    logging.getLogger("mlflow.pyfunc").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        # MLflow and PySpark warn of each other's and of pandas' newest versions.
        warnings.simplefilter("ignore")
        from mlflow.pyfunc import spark_udf

        score = spark_udf(
            spark,
            str(model),
            result_type=_RESULT,
            env_manager="local",
            model_config={"subject": subject.value},
        )
        frame = spark.read.parquet(rows)
        scored = frame.select(*SPINE_KEYS, score(f.struct(*map(f.col, names))).alias("scores"))
    try:
        scored.select(*SPINE_KEYS, "scores.*").write.parquet(out, mode="errorifexists")
    except AnalysisException as error:
        if "PATH_ALREADY_EXISTS" in str(error):
            raise FileExistsError(f"{out} is there already; name a new folder") from error
        raise UnusableTable(str(error).splitlines()[0]) from error
