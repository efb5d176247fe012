"""A bundle is accepted whole or refused with the reason; one row and many agree."""

import hashlib
import json
from collections.abc import Callable

import lightgbm
import numpy as np
import pytest

from features.catalogue import Array, Catalogue
from features.records import Subject
from models.bundle import Bundle, BundleRefused, HeadSpec, bundle_files, digest_of
from models.calibration import Calibration

MakeCatalogue = Callable[..., Catalogue]


def _edited(files: dict[str, bytes], /, **changes: object) -> dict[str, bytes]:
    manifest = json.loads(files["manifest.json"]) | changes
    return files | {"manifest.json": json.dumps(manifest).encode()}


def _replaced(files: dict[str, bytes], name: str, body: bytes) -> dict[str, bytes]:
    digests = json.loads(files["manifest.json"])["files"]
    changed = digests | {name: hashlib.sha256(body).hexdigest()}
    return _edited(files | {name: body}, files=changed)


@pytest.mark.parametrize("subject", Subject)
def test_one_row_and_many_agree(
    toy_bundle: Bundle, make_rows: Callable[..., Array], subject: Subject
) -> None:
    rows = make_rows(50, seed=9)
    table = toy_bundle.score_many(subject, rows)
    assert len(table) == 50
    for index, row in enumerate(rows):
        assert toy_bundle.score(subject, row) == table[index]


def test_crossed_forecasts_are_put_in_order(
    toy_bundle: Bundle, make_rows: Callable[..., Array]
) -> None:
    for row in make_rows(50, seed=2):
        scores = toy_bundle.score(Subject.LIST, row)
        assert scores.forecast is not None
        rate = scores.forecast.hard_bounce_rate
        assert rate.low <= rate.mean <= rate.high
    assert toy_bundle.score(Subject.ACCOUNT, row).forecast is None


def test_columns_are_chosen_by_name(
    toy_files: dict[str, bytes],
    toy_bundle: Bundle,
    make_catalogue: MakeCatalogue,
    make_rows: Callable[..., Array],
) -> None:
    """A catalogue that has grown and changed its order scores as before."""
    grown = make_catalogue(("new_one", *reversed(toy_bundle.catalogue.names(Subject.ACCOUNT))))
    bundle = Bundle.from_files(toy_files, grown)
    row = make_rows(1)[0]
    wide = np.concatenate(([0.7], row[::-1]))
    assert bundle.score(Subject.ACCOUNT, wide) == toy_bundle.score(Subject.ACCOUNT, row)
    assert bundle.digest == toy_bundle.digest == digest_of(toy_files)
    assert bundle.explain(Subject.ACCOUNT, wide) == toy_bundle.explain(Subject.ACCOUNT, row)


def test_a_head_may_use_a_part_of_the_features(
    toy_heads: dict[str, HeadSpec],
    make_catalogue: MakeCatalogue,
    make_model: Callable[..., lightgbm.Booster],
) -> None:
    catalogue = make_catalogue()
    booster = make_model(("domain_age_days", "trap_share", "open_share"))
    part = HeadSpec(booster.model_to_string(), Calibration.platt(1.0, 0.0))
    typical = {subject: np.zeros(5) for subject in Subject}
    files = bundle_files(toy_heads | {"account.risk": part}, catalogue, typical, {})
    row = np.array([0.9, 0.1, 0.5, 0.3, 1.0])
    wanted = booster.predict(row[None, [1, 0, 3]])[0]
    found = Bundle.from_files(files, catalogue).score(Subject.ACCOUNT, row).risk
    assert found == pytest.approx(wanted, abs=2e-4)


def test_unknown_features_are_named(
    toy_files: dict[str, bytes], make_catalogue: MakeCatalogue
) -> None:
    with pytest.raises(BundleRefused, match="does not know: trap_share"):
        Bundle.from_files(
            toy_files, make_catalogue(("domain_age_days", "bounce_lower", "open_share", "is_paid"))
        )


def test_a_changed_unit_is_refused(
    toy_files: dict[str, bytes], make_catalogue: MakeCatalogue
) -> None:
    with pytest.raises(BundleRefused, match="unit changed since training of: domain_age_days"):
        Bundle.from_files(toy_files, make_catalogue(unit_of={"domain_age_days": "hours"}))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda files: {}, "manifest.json is missing"),
        (lambda files: _edited(files, format=2), "format 2, but this code reads format 1"),
        (lambda files: _edited(files, heads=["account.risk"]), "heads are missing: account.malice"),
        (lambda files: _edited(files, surprise=1), "surprise"),
        (lambda files: files | {"manifest.json": b"{"}, "cannot be read"),
        (lambda files: files | {"manifest.json": b"\xff\xfe"}, "cannot be read"),
        (lambda files: files | {"manifest.json": b"[" * 100_000}, "cannot be read"),
        (lambda files: files | {"code.py": b"1"}, "disagree on: code.py"),
        (lambda files: {k: v for k, v in files.items() if k != "list.risk.txt"}, "list.risk.txt"),
        (lambda files: files | {"list.risk.txt": b"x"}, "list.risk.txt was changed"),
        (lambda files: _replaced(files, "list.risk.txt", b"x"), "list.risk: not LightGBM"),
        (lambda files: _replaced(files, "list.risk.txt", b"\xff"), "list.risk: "),
        (lambda files: _replaced(files, "calibrations.json", b"{}"), "unreadable knots"),
        (lambda files: _replaced(files, "typical.json", b"[]"), "typical.json cannot be read"),
    ],
)
def test_what_is_refused(
    toy_files: dict[str, bytes],
    make_catalogue: MakeCatalogue,
    change: Callable[[dict[str, bytes]], dict[str, bytes]],
    says: str,
) -> None:
    with pytest.raises(BundleRefused, match=says):
        Bundle.from_files(change(toy_files), make_catalogue())


def test_writing_refuses_what_reading_would(
    toy_heads: dict[str, HeadSpec],
    make_catalogue: MakeCatalogue,
    make_model: Callable[..., lightgbm.Booster],
) -> None:
    nameless = make_model(tuple(f"Column_{i}" for i in range(5))).model_to_string()
    spec = HeadSpec(nameless, Calibration.platt(1.0, 0.0))
    with pytest.raises(BundleRefused, match=r"account.risk: features .* Column_0"):
        bundle_files(
            toy_heads | {"account.risk": spec},
            make_catalogue(),
            {subject: np.zeros(5) for subject in Subject},
            {},
        )


def test_the_same_parts_make_the_same_digest(
    toy_heads: dict[str, HeadSpec], make_catalogue: MakeCatalogue
) -> None:
    typical = {subject: np.zeros(5) for subject in Subject}
    one = bundle_files(toy_heads, make_catalogue(), typical, {"a": 1, "b": 2})
    two = bundle_files(
        dict(reversed(toy_heads.items())), make_catalogue(), typical, {"b": 2, "a": 1}
    )
    assert digest_of(one) == digest_of(two)
