"""Trees answer what the lightgbm package answers, from any thread, and refuse broken text."""

import gc
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import lightgbm
import numpy as np
import pytest

from features.catalogue import Array
from models.tree_text import MAX_TEXT_CHARACTERS, _check_children
from models.trees import Trees, UnreadableTrees

Rows = Callable[..., Array]


@pytest.mark.parametrize(
    "settings_",
    [
        {},
        {"objective": "quantile", "alpha": 0.05},
        {"objective": "poisson"},
        {"monotone_constraints": [1, -1, 1, -1, 0], "monotone_constraints_method": "advanced"},
        {"zero_as_missing": True},
        {"use_missing": False},
        {"boosting": "dart"},
        {"num_leaves": 2},
    ],
    ids=str,
)
def test_margins_and_contributions_equal_the_package(
    make_model: Callable[..., lightgbm.Booster], make_rows: Rows, settings_: dict[str, object]
) -> None:
    booster = make_model(**settings_)
    rows = make_rows(200, seed=5)
    rows[0] = np.nan
    trees = Trees(booster.model_to_string())
    assert trees.names == tuple(booster.feature_name())
    assert trees.n_trees == booster.num_trees()
    wanted = booster.predict(rows, raw_score=True)
    np.testing.assert_array_equal(trees.margins(rows), wanted)
    np.testing.assert_array_equal([trees.margin(row) for row in rows], wanted)
    np.testing.assert_array_equal(
        trees.contributions(rows), booster.predict(rows, pred_contrib=True)
    )
    np.testing.assert_allclose(trees.contributions(rows).sum(axis=1), wanted, atol=1e-9)


def test_a_model_without_splits_is_its_mean(make_model: Callable[..., lightgbm.Booster]) -> None:
    booster = make_model(min_data_in_leaf=10_000, rounds=2)
    trees = Trees(booster.model_to_string())
    row = np.zeros(5)
    assert trees.margin(row) == booster.predict(row[None], raw_score=True)[0]
    np.testing.assert_array_equal(trees.contributions(row[None])[0, :-1], np.zeros(5))


def test_threads_do_not_disturb_each_other(toy_text: str, make_rows: Rows) -> None:
    trees, rows = Trees(toy_text), make_rows(400)
    wanted = trees.margins(rows)
    wrong: list[int] = []

    def work(offset: int) -> None:
        for turn in range(2_000):
            index = (turn * 7 + offset * 13) % len(rows)
            if trees.margin(rows[index]) != wanted[index]:
                wrong.append(index)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_handles_are_freed_in_any_order(toy_text: str) -> None:
    for _ in range(10):
        trees = Trees(toy_text)
        threading.Thread(target=trees.margin, args=(np.zeros(5),)).run()
        trees.margin(np.zeros(5))
        del trees
        gc.collect()


def test_wrong_shapes_are_errors(toy_text: str) -> None:
    trees = Trees(toy_text)
    with pytest.raises(ValueError, match="shape"):
        trees.margin(np.zeros(4))
    with pytest.raises(ValueError, match="5 features"):
        trees.margins(np.zeros((3, 6)))
    assert trees.margins(np.zeros((0, 5))).shape == (0,)


def _without(line: str) -> Callable[[str], str]:
    return lambda text: "\n".join(kept for kept in text.split("\n") if not kept.startswith(line))


def _first(key: str, value: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        start = text.index(f"\n{key}=") + 1
        end = text.index("\n", start)
        old = text[start:end]
        new = f"{key}={value}"
        # Same length keeps tree_sizes true, so that the fault itself is what is found.
        return text[:start] + new.ljust(len(old), "0")[: len(old)] + text[end:]

    return change


def _swap(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda _: "", "not LightGBM"),
        (lambda _: "x" * (MAX_TEXT_CHARACTERS + 1), "characters"),
        (_swap("version=v4", "version=v9"), "version v4"),
        (lambda text: text[: len(text) // 3], "cut off"),
        (_swap("num_class=1", "num_class=3"), "num_class"),
        (_swap("max_feature_idx=4", "max_feature_idx=9"), "max_feature_idx"),
        (_swap("trap_share domain_age_days", "trap_share trap_share"), "doubled"),
        (_swap("\nfeature_infos=", "\nfeature_infos=[0:1] "), "feature_infos"),
        (_swap("tree_sizes=", "tree_sizes=999999 "), "tree_sizes"),
        (_swap("tree_sizes=", "tree_sizes=-5 "), "tree_sizes"),
        (_swap("tree_sizes=", "tree_sizes=abc "), "header: unexpected line"),
        (_swap("Tree=0", "Tree=7"), "tree_sizes"),
        (_swap("num_cat=0", "num_cat=2"), "categorical"),
        (_swap("is_linear=0", "is_linear=1"), "linear"),
        (_swap("num_leaves=8", "num_leaves=9"), "numbers where"),
        (_first("split_feature", "9 9 9 9 9 9 9"), "feature that does not exist"),
        (_first("left_child", "0 0 0 0 0 0 0"), "leaf|parent|numbers|tree"),
        (_first("leaf_value", "nan"), "unexpected line .leaf_value"),
        (_first("decision_type", "1 1 1 1 1 1 1"), "decision_type|numbers"),
        (_without("leaf_count="), "tree 0: unexpected line"),
        (_swap("objective=binary sigmoid:1", "objective=no_such_thing"), "bjective"),
        (_swap("tree\n", "tree\r\n"), "not LightGBM"),
        (lambda text: text.replace("trap_share", "träp_share"), "never writes"),
    ],
)
def test_broken_text_is_refused(toy_text: str, change: Callable[[str], str], says: str) -> None:
    with pytest.raises(UnreadableTrees, match=says):
        Trees(change(toy_text))


FUZZ = """
import random, sys
import numpy as np
from models.trees import Trees, UnreadableTrees
text = sys.stdin.read()
text = text[: text.index("end of trees") + 14]
accepted = 0
for seed in range(int(sys.argv[1])):
    rng = random.Random(seed)
    at = rng.randrange(len(text))
    width, put = rng.choice([0, 1, 1, 1, 2, 5, 40]), rng.choice("0123456789- .\\nae=I")
    changed = text[:at] + put * rng.choice([0, 1, 1, 2, 12]) + text[at + width :]
    try:
        trees = Trees(changed)
    except UnreadableTrees:
        continue
    accepted += 1
    n = len(trees.names)
    rows = np.array([[0.5] * n, [np.nan] * n, [np.inf] * n])
    assert trees.margins(rows).shape == (3,)
    assert trees.contributions(rows).shape == (3, n + 1)
print(accepted)
"""


def test_any_change_is_refused_or_harmless(toy_text: str) -> None:
    """Whatever passes the check must evaluate and end; a process of its own, since it may die."""
    run = subprocess.run(
        [sys.executable, "-c", FUZZ, "4000"],
        input=toy_text,
        capture_output=True,
        text=True,
        timeout=120,
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    assert 0 < int(run.stdout.split()[-1]) < 4000


@pytest.mark.parametrize(
    ("left", "right", "says"),
    [
        ("1 -1 -3", "2 -2 -4", None),
        ("-1 2 1", "-2 -3 -4", "before its parent"),
        ("0 -1 -3", "2 -2 -4", "before its parent"),
        ("2 -1 -3", "2 -2 -4", "do not form a tree"),
        ("1 -1 -3", "2 -2 -3", "do not form a tree"),
        ("1 -1 -3", "2 -2 -9", "do not form a tree"),
        ("1 -1 -3", "2 -2", "numbers where"),
    ],
)
def test_nodes_must_form_a_tree(left: str, right: str, says: str | None) -> None:
    pairs = {"left_child": left, "right_child": right}
    if says is None:
        _check_children(pairs, "tree 0", 4)
    else:
        with pytest.raises(UnreadableTrees, match=says):
            _check_children(pairs, "tree 0", 4)
