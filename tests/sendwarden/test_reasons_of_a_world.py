"""What the shipped model says of a simulated provider's senders is so."""

import pytest

from features.catalogue import load_catalogue
from features.records import Subject
from models.bundle import Bundle
from models.registry import starter_files
from sendwarden.replay import replay_warden
from sendwarden.settings import Settings
from sendwarden.walking import REFUSALS
from tests.models.reasons_denied import DENIED
from training.simulate.config import SimulationConfig
from training.simulate.world import simulate
from training.train import Plan, log_vectors
from training.vectors import Logged
from training.world import World

CATALOGUE = load_catalogue()
NAMES = {subject: CATALOGUE.names(subject) for subject in Subject}
MOST_ROWS = 150


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Logged:
    """The feature rows of a small world with many abusers, through the code that serves."""
    folder = tmp_path_factory.mktemp("reasons")
    config = SimulationConfig(accounts=40, days=30, seed=5, abusive_share=0.25, volume=0.3)
    simulate(config, folder / "world", lambda *_: None)
    with replay_warden(Settings(home=folder / "home"), CATALOGUE, None) as warden:
        return log_vectors(World(folder / "world"), warden, REFUSALS, NAMES, Plan(), lambda _: None)


@pytest.mark.parametrize("subject", Subject)
def test_no_reason_given_to_a_sender_is_denied_by_what_it_did(
    logged: Logged, subject: Subject
) -> None:
    bundle = Bundle.from_files(starter_files(), CATALOGUE)
    usual = dict(zip(NAMES[subject], bundle.typical[subject].tolist(), strict=True))
    rows = logged.vectors[subject].x[:MOST_ROWS]
    assert len(rows) > 20
    for row in rows:
        facts = dict(zip(NAMES[subject], row.tolist(), strict=True))
        given = bundle.explain(subject, row)
        assert given
        assert [r.message for r in given if r.code in DENIED and DENIED[r.code](facts, usual)] == []
