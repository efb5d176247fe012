"""The life of a policy version, and exemptions: in force within seconds, audited, gone when over."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from features.records import Account, Stream
from models.decision import Decision
from models.policy import Policy, default_policy_text, load_policy
from models.policy.exemptions import ExemptionKind
from service.desk.chain import verify
from service.desk.records import Deed
from service.errors import PolicyMoved, UnknownPolicy
from service.live import Fixed
from service.policies.acts import BadPolicyAct, FaultyPolicy, PolicyActs
from service.policies.records import Stage
from service.policies.serving import Policies
from service.stores import open_store
from tests.service.conftest import START, House, lab_of, policy_text

KEY = b"k" * 32
AT = START
NO_TERMINATE = default_policy_text().replace("malicious >= 0.97", "malicious >= 0.96")


def text_with(version: str, rule: str = "") -> str:
    """A policy as the tests' own, with another version and one more rule."""
    text = policy_text().replace("version: 1", f"version: {version}")
    return text.replace("\nrules:\n", f"\nrules:\n{rule}") if rule else text


def rule(action: str, recipients: int) -> str:
    return (
        f"  - name: asked_{recipients}\n    when: recipients == {recipients}\n"
        f"    action: {action}\n    lanes: [broadcast]\n"
    )


@pytest.fixture
def both(
    open_house: Callable[..., Any],
    copy_of_sqlite: Callable[[Path], str],
    tmp_path: Path,
    policy: Policy,
) -> Iterator[Any]:
    """An installation that follows its database, and a second process on the same database."""
    url = copy_of_sqlite(tmp_path / "both.db")

    @contextmanager
    def process() -> Iterator[House]:
        store = open_store(url)
        store.migrate()
        from features.catalogue import load_catalogue

        policies = Policies.following(Fixed(policy), store, load_catalogue(), KEY, every_seconds=0)
        with open_house(
            tmp_path, store=store, policy=policies, new_id=lambda: uuid4().hex
        ) as house:
            yield house

    with process() as first, process() as second:
        yield first, second


@pytest.fixture
def acts(both: Any) -> PolicyActs:
    return lab_of(both[0])


def score(house: House, account: str, recipients: int = 555, minutes: int = 0) -> Decision:
    at = AT + timedelta(minutes=minutes)
    if house.store.account(account) is None:
        house.warden.put_account(
            Account(account_id=account, created_at=AT - timedelta(days=400)), at
        )
    return house.warden.score_campaign(
        f"c-{account}-{minutes}", account, recipients, Stream.BROADCAST, [], b"Subject: x\n\ny",
        None, at,
    )  # fmt: skip


def backtested(acts: PolicyActs, text: str, by: str = "ann") -> str:
    made = acts.create(text, "", by, AT)
    return acts.backtest(made.policy_id, AT - timedelta(days=1), by, AT).policy_id


def test_a_version_goes_all_the_way_and_back(acts: PolicyActs, both: Any) -> None:
    first, second = both
    file_version = first.warden.policy.current().version
    made = acts.create(text_with("2", rule("review", 77)), "tighter", "ann", AT)
    assert made.stage is Stage.CHECKED
    tried = acts.backtest(made.policy_id, AT - timedelta(days=1), "ann", AT)
    assert (tried.stage, b'"draft": "default-2' in tried.backtest) == (Stage.BACKTESTED, True)
    acts.shadow(made.policy_id, "ann", AT)
    assert score(second, "s", 77).action == "allow"
    acts.canary(made.policy_id, 0.5, "ann", AT)
    acts.publish(made.policy_id, "ann", AT)
    for house in both:
        assert house.warden.policy.current().version == made.version
    assert score(second, "s", 77, 1).action == "review"
    acts.roll_back("bob", AT)
    assert second.warden.policy.current().version == file_version
    assert acts.find(made.policy_id).stage is Stage.ROLLED_BACK
    done = [entry.deed.act for entry in first.store.entries()]
    assert done == [f"policy.{act}" for act in
                    ("draft", "backtest", "shadow", "canary", "publish", "roll_back")]  # fmt: skip
    assert verify(KEY, first.store.entries()) is not None


def test_a_roll_back_returns_to_the_version_before(acts: PolicyActs) -> None:
    one, two = (backtested(acts, text_with(str(number))) for number in (2, 3))
    acts.publish(one, "ann", AT)
    acts.publish(two, "ann", AT + timedelta(minutes=1))
    assert acts.find(one).stage is Stage.RETIRED
    acts.roll_back("ann", AT + timedelta(minutes=2))
    assert acts.policies.current().version.startswith("default-2-")
    acts.roll_back("ann", AT + timedelta(minutes=3))
    assert acts.policies.published().live is None
    with pytest.raises(PolicyMoved):
        acts.roll_back("ann", AT)


def test_the_shadow_judges_the_same_scores_and_is_compared(acts: PolicyActs, both: Any) -> None:
    house = both[0]
    policy_id = backtested(acts, text_with("2", rule("review", 88)))
    acts.shadow(policy_id, "ann", AT)
    score(house, "x", 88)
    score(house, "y", 10)
    compared = acts.compared(policy_id)
    # The account decisions count as well: the accounts were put under the shadow.
    assert compared.counts == {("allow", "allow"): 3, ("allow", "review"): 1}
    assert [(row.account_id, row.draft) for row in compared.examples] == [("x", "review")]
    other = backtested(acts, text_with("3"))
    acts.shadow(other, "ann", AT)
    assert acts.find(policy_id).stage is Stage.BACKTESTED, "one shadow at a time"


def test_a_canary_has_its_share_and_a_growing_one_keeps_its_accounts(
    acts: PolicyActs, both: Any
) -> None:
    policy_id = backtested(acts, text_with("2"))
    names = [f"a{number}" for number in range(2_000)]

    def members(house: House) -> set[str]:
        return {n for n in names if house.warden.policy.of(n).version.startswith("default-2-")}

    acts.canary(policy_id, 0.1, "ann", AT)
    small = members(both[0])
    assert 150 < len(small) < 250
    assert members(both[1]) == small, "every process picks the same accounts"
    acts.canary(policy_id, 0.4, "ann", AT)
    grown = members(both[0])
    assert small < grown
    assert 700 < len(grown) < 900
    acts.withdraw(policy_id, "ann", AT)
    assert members(both[1]) == set()


def test_the_canarys_accounts_are_judged_by_it(acts: PolicyActs, both: Any) -> None:
    house = both[1]
    acts.canary(backtested(acts, text_with("2", rule("review", 77))), 0.5, "ann", AT)
    found = {name: score(house, name, 77) for name in (f"a{number}" for number in range(12))}
    held = {name for name, decision in found.items() if decision.action == "review"}
    assert held == {name for name in found if house.warden.policy.in_share(
        name, acts.policies.published().canary_id, 0.5)}  # fmt: skip
    assert 0 < len(held) < 12
    assert {found[name].policy_version[:10] for name in held} == {"default-2-"}
    for name in found:
        state = house.warden.release(f"c-{name}-0", 5, AT).answer.state
        assert (state == "holding") is (name in held)


def test_a_shadow_that_cannot_be_loaded_keeps_nothing_else_away(
    acts: PolicyActs, both: Any
) -> None:
    live, shadow = (backtested(acts, text_with(str(number))) for number in (2, 3))
    acts.publish(live, "ann", AT)
    acts.shadow(shadow, "ann", AT)
    kept = acts.find(shadow)
    spoilt = msgspec.structs.replace(kept, text="format: 9", revision=kept.revision + 1)
    deed = Deed(at=AT, actor="ann", act="policy.edit", target=shadow)
    both[1].store.record(KEY, deed, spoilt)
    policies = both[0].warden.policy
    assert policies.current().version.startswith("default-2-")
    assert policies.shadow() is None


def test_ones_own_change_is_in_force_at_once(
    open_house: Callable[..., Any], tmp_path: Path, policy: Policy
) -> None:
    from features.catalogue import load_catalogue

    store = open_store(f"sqlite:///{tmp_path / 'own.db'}")
    store.migrate()
    policies = Policies.following(Fixed(policy), store, load_catalogue(), KEY, every_seconds=3_600)
    with open_house(tmp_path, store=store, policy=policies) as house:
        acts = lab_of(house)
        assert house.warden.policy.current().version == policy.version
        made = acts.publish(backtested(acts, text_with("2")), "ann", AT)
        assert house.warden.policy.current().version == made.version


def test_what_changes_terminate_needs_two_people(acts: PolicyActs) -> None:
    acts.publish(backtested(acts, default_policy_text()), "ann", AT, "start")
    # The default differs from the tests' policy in what it terminates: it was only asked for.
    assert acts.policies.published().live is None
    policy_id = acts.versions()[0].policy_id
    assert acts.find(policy_id).asked_by == "ann"
    with pytest.raises(PolicyMoved, match="another person"):
        acts.publish(policy_id, "ann", AT)
    assert acts.publish(policy_id, "bob", AT).stage is Stage.LIVE
    mild = backtested(acts, default_policy_text().replace("review: 0.87", "review: 0.9"))
    assert acts.publish(mild, "ann", AT).stage is Stage.LIVE
    harsh = backtested(acts, NO_TERMINATE)
    assert acts.canary(harsh, 0.1, "ann", AT).stage is Stage.BACKTESTED
    acts.publish(harsh, "bob", AT)
    assert acts.find(harsh).stage is Stage.BACKTESTED, "bob asked for something else"
    acts.edit(harsh, NO_TERMINATE + "\n", None, "ann", AT)
    assert acts.find(harsh).asked_by is None, "what was asked for was the old text"


@pytest.mark.parametrize(
    ("change", "two"),
    [
        (("review: 0.87", "review: 0.9"), False),
        (("malicious >= 0.97", "malicious >= 0.5"), True),
        (("lifts_below: never", "lifts_below: {risk: 0.1}"), True),
        (("risk: {throttle: 0.15, review: 0.85}", "risk: {throttle: 0.15, terminate: 0.9}"), True),
        (("  model: {account: throttle,", "  model: {account: terminate,"), True),
    ],
)
def test_what_counts_as_changing_terminate(
    open_house: Any, tmp_path: Path, change: tuple[str, str], two: bool
) -> None:
    from features.catalogue import load_catalogue

    live = Fixed(load_policy(default_policy_text(), load_catalogue()))
    with open_house(tmp_path, policy=live) as house:
        acts = lab_of(house)
        assert change[0] in default_policy_text()
        made = acts.create(default_policy_text().replace(*change), "", "ann", AT)
        assert acts.needs_two(made) is two


def test_a_faulty_draft_is_kept_but_goes_nowhere(acts: PolicyActs) -> None:
    made = acts.create("format: 1\n", "", "ann", AT)
    assert (made.stage, made.version) == (Stage.DRAFT, "")
    with pytest.raises(FaultyPolicy):
        acts.backtest(made.policy_id, AT, "ann", AT)
    with pytest.raises(FaultyPolicy):
        acts.publish(made.policy_id, "ann", AT, "now")
    with pytest.raises(PolicyMoved):
        acts.shadow(made.policy_id, "ann", AT)
    fixed = acts.edit(made.policy_id, text_with("2"), None, "ann", AT)
    assert fixed.stage is Stage.CHECKED
    with pytest.raises(BadPolicyAct, match="backtest it first"):
        acts.publish(made.policy_id, "ann", AT)
    with pytest.raises(UnknownPolicy):
        acts.find("nothing")


def test_one_replay_runs_at_a_time(acts: PolicyActs) -> None:
    made = acts.create(text_with("2"), "", "ann", AT)
    began, go_on = threading.Event(), threading.Event()

    class Slow:
        def backtest(self, live: Policy, draft: Policy, since: Any) -> dict[str, Any]:
            began.set()
            assert go_on.wait(20)
            return {}

        def frontier(self, policy: Policy, since: Any) -> dict[str, Any]:
            return {}

    acts._try_out = Slow()
    first = threading.Thread(target=acts.backtest, args=(made.policy_id, AT, "ann", AT))
    first.start()
    assert began.wait(20)
    with pytest.raises(PolicyMoved, match="another replay"):
        acts.search(made.policy_id, AT, "bob", AT)
    go_on.set()
    first.join(20)
    assert acts.search(made.policy_id, AT, "bob", AT).stage is Stage.BACKTESTED


def test_two_people_cannot_change_the_same_state(acts: PolicyActs, both: Any) -> None:
    made = acts.create(text_with("2"), "", "ann", AT)
    stale = lab_of(both[1])
    old = stale.find(made.policy_id)
    acts.edit(made.policy_id, text_with("3"), None, "ann", AT)
    stale.find = lambda _: old  # type: ignore[method-assign]
    with pytest.raises(PolicyMoved, match="somebody else"):
        stale.edit(made.policy_id, text_with("4"), None, "bob", AT)
    assert "version: 3" in acts.find(made.policy_id).text
    assert len(acts._store.entries()) == 2, "what failed is not in the log"


def test_what_is_in_force_goes_on_without_the_store(
    acts: PolicyActs, both: Any, tmp_path: Path
) -> None:
    acts.publish(backtested(acts, text_with("2")), "ann", AT, "x")
    policies = both[1].warden.policy
    assert policies.current().version.startswith("default-2-")
    with sqlite3.connect(tmp_path / "both.db") as database:
        database.execute("ALTER TABLE policy_versions RENAME TO away")
    database.close()
    assert policies.current().version.startswith("default-2-")
    assert policies.refused > 0


@pytest.mark.parametrize(
    ("kind", "says", "expected"),
    [
        (ExemptionKind.ALLOW_LIST, {}, "allow"),
        (ExemptionKind.SNOOZE, {}, "throttle"),
        (ExemptionKind.EXCEPTION, {"at_most": "trickle"}, "throttle"),
        (ExemptionKind.EXCEPTION, {"rules": ("ask_review",)}, "allow"),
        (ExemptionKind.EXCEPTION, {"at_most": "allow", "lanes": ("transactional",)}, "review"),
        (ExemptionKind.EXCEPTION, {"at_least": "terminate"}, "terminate"),
    ],
)
def test_an_exemption_bounds_what_is_done_and_ends_by_itself(
    acts: PolicyActs, both: Any, kind: ExemptionKind, says: dict[str, Any], expected: str
) -> None:
    assert score(both[0], "before").action == "review"
    acts.exempt("a", kind, AT + timedelta(minutes=30), "ann", AT, note="known", **says)
    for house in both:
        decision = score(house, "a", 555, 1)
        assert decision.action == expected
        assert decision.valid_until <= AT + timedelta(minutes=30)
    if expected != "terminate":
        assert score(both[1], "a", 555, 31).action == "review"
    assert score(both[1], "b", 555, 1).action == "review", "of that account alone"


def test_a_terminate_is_never_talked_down_below_a_review(acts: PolicyActs, both: Any) -> None:
    acts.exempt("a", ExemptionKind.ALLOW_LIST, AT + timedelta(days=1), "ann", AT)
    decision = score(both[0], "a", 666)
    assert decision.action == "review"
    assert "exemption.allow_list" in decision.rules


def test_an_exemption_is_ended_early_and_audited(acts: PolicyActs, both: Any) -> None:
    made = acts.exempt("a", ExemptionKind.ALLOW_LIST, AT + timedelta(days=1), "ann", AT)
    assert score(both[1], "a").action == "allow"
    acts.end_exemption(made.exemption_id, "bob", AT + timedelta(minutes=1))
    assert score(both[1], "a", 555, 2).action == "review"
    with pytest.raises(PolicyMoved):
        acts.end_exemption(made.exemption_id, "bob", AT + timedelta(minutes=2))
    acts_done = [(e.deed.act, e.deed.target, e.deed.actor) for e in both[0].store.entries()]
    assert acts_done == [("exemption.allow_list", "a", "ann"), ("exemption.end", "a", "bob")]


@pytest.mark.parametrize(
    ("kind", "days", "says"),
    [
        ("snooze", -1, {}),
        ("snooze", 400, {}),
        ("exception", 1, {}),
        ("exception", 1, {"at_most": "nothing"}),
        ("exception", 1, {"at_most": "throttle", "at_least": "review"}),
        ("allow_list", 1, {"at_least": "review"}),
        ("snooze", 1, {"lanes": ("motorway",)}),
    ],
)
def test_an_exemption_that_makes_no_sense_is_refused(
    acts: PolicyActs, kind: str, days: int, says: dict[str, Any]
) -> None:
    with pytest.raises(BadPolicyAct):
        acts.exempt("a", ExemptionKind(kind), AT + timedelta(days=days), "ann", AT, **says)
    assert acts.exemptions() == ()
