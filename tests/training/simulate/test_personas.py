"""Personas are discovered, distinct and dealt out as asked."""

from collections import Counter
from pathlib import Path

import pytest

from training.simulate import BadConfiguration, SimulationConfig
from training.simulate.persona import Persona, Side
from training.simulate.plan import Planner, all_genres
from training.simulate.senders import Sender, all_personas, deal

WANTED = {
    "optin_newsletter", "shop", "saas", "nonprofit", "political", "agency", "event_organiser",
    "re_engager", "local_list_buyer", "list_buyer", "cold_outreach", "affiliate_spammer",
    "snowshoe_ring", "trial_phisher", "hijacked", "sleeper", "form_bombed",
}  # fmt: skip


def test_all_wanted_personas_are_there() -> None:
    assert {persona.name for persona in all_personas()} >= WANTED


@pytest.mark.parametrize("persona", all_personas(), ids=lambda persona: persona.name)
def test_a_persona_names_only_what_exists(persona: Persona) -> None:
    genres = all_genres()
    others = {one.name for one in all_personas()}
    assert persona.weight > 0
    assert persona.about
    assert set(persona.borrows) <= others
    for phase in persona.phases:
        assert set(phase.genres) <= set(genres)
        assert phase.sources


@pytest.mark.parametrize("persona", all_personas(), ids=lambda persona: persona.name)
def test_a_persona_can_live_alone_in_a_world(persona: Persona) -> None:
    others = frozenset(one.name for one in all_personas()) - {persona.name}
    config = SimulationConfig(accounts=12, days=30, without=others, abusive_share=0.5)
    senders = deal(config)
    assert {sender.persona.name for sender in senders} == {persona.name}
    planner = Planner(config)
    campaigns = [one for sender in senders for one in planner.plan(sender).campaigns]
    assert campaigns
    assert all(config.start_s <= one.at_s < config.end_s for one in campaigns)


def test_without_leaves_a_persona_out() -> None:
    config = SimulationConfig(accounts=400, without=frozenset({"sleeper", "shop"}))
    assert not {"sleeper", "shop"} & {sender.persona.name for sender in deal(config)}


def test_an_unknown_persona_is_named_in_the_error() -> None:
    with pytest.raises(BadConfiguration, match=r"no persona baker; there are: .*shop"):
        SimulationConfig(without=frozenset({"baker"})).check_personas()


def test_counts_follow_weights_and_the_base_rate() -> None:
    senders = deal(SimulationConfig(accounts=2_000, abusive_share=0.05))
    sides = Counter(sender.persona.side for sender in senders)
    assert sides[Side.ABUSIVE] == 100
    assert len({sender.persona.name for sender in senders}) == len(all_personas())
    assert len({sender.account_id for sender in senders}) == 2_000


def test_accounts_of_a_ring_share_their_actor() -> None:
    senders = deal(SimulationConfig(accounts=2_000, abusive_share=0.2))
    rings = _by_actor(senders, "snowshoe_ring")
    assert max(rings.values()) >= 3
    assert set(_by_actor(senders, "shop").values()) == {1}


def test_clients_name_their_agency() -> None:
    senders = deal(SimulationConfig(accounts=2_000))
    agencies = {s.account_id for s in senders if s.persona.name == "agency" and s.parent is None}
    clients = [s for s in senders if s.parent is not None]
    assert clients
    assert {client.parent for client in clients} <= agencies


def _by_actor(senders: list[Sender], name: str) -> Counter[str]:
    return Counter(sender.actor for sender in senders if sender.persona.name == name)


def test_lists_never_come_in_before_their_account() -> None:
    config = SimulationConfig(accounts=300, days=40, abusive_share=0.3)
    planner = Planner(config)
    for sender in deal(config):
        for planned in planner.plan(sender).lists:
            assert sender.created_s < planned.at_s <= config.end_s


def test_genres_give_every_slot_a_value() -> None:
    import numpy as np

    from training.simulate.regions import REGIONS
    from training.simulate.slots import slot_values

    slots = slot_values(np.random.default_rng(1), REGIONS[0], "Zelvaro", None, "Anna", 6)
    for genre in all_genres().values():
        for copy in genre.copies.values():
            for group in (copy.subjects, copy.openers, copy.bodies, copy.calls, copy.closers):
                assert group
                assert all(phrase.format_map(slots) for phrase in group)


def test_persona_files_hold_one_value_each() -> None:
    import training.simulate.personas as package

    files = [
        path.stem for path in Path(package.__path__[0]).glob("*.py") if path.stem != "__init__"
    ]
    assert sorted(files) == sorted(persona.name for persona in all_personas())
