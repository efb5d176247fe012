"""Policy versions, exemptions and shadow actions, on both stores."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from models.decision import Shadowed
from models.inflight import Plan
from models.policy.exemptions import Exemption, ExemptionKind
from service.desk.records import Deed
from service.errors import PolicyMoved
from service.policies.records import PolicyVersion, Stage
from service.stores.sql import SqlStore
from tests.service.stores.test_desk import decision

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
KEY = b"k" * 32
DEED = Deed(at=AT, actor="ann", act="policy.draft", target="p")


def version(number: int, **changes: object) -> PolicyVersion:
    made = PolicyVersion(
        policy_id=f"p{number}", text="x" * 100_000, stage=Stage.CHECKED, author="ann",
        created_at=AT, changed_at=AT + timedelta(minutes=number),
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


def exemption(number: int, **changes: object) -> Exemption:
    made = Exemption(
        exemption_id=f"e{number}", account_id="a", kind=ExemptionKind.SNOOZE, starts_at=AT,
        expires_at=AT + timedelta(hours=number), made_by="ann", rules=("x",),
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


def test_versions_come_back_and_move_one_revision_at_a_time(store: SqlStore) -> None:
    marks = [store.policy_mark()]
    store.record(KEY, DEED, version(1), version(2))
    marks.append(store.policy_mark())
    assert [one.policy_id for one in store.policy_versions()] == ["p2", "p1"]
    assert store.policy_version("p1") == version(1)
    store.record(KEY, DEED, version(1, stage=Stage.LIVE, revision=2))
    marks.append(store.policy_mark())
    assert [one.policy_id for one in store.policy_versions("live", "canary")] == ["p1"]
    with pytest.raises(PolicyMoved):
        store.record(KEY, DEED, version(2, revision=2), version(1, revision=2))
    assert store.policy_version("p2") == version(2), "all or nothing"
    assert len(store.entries()) == 2
    store.record(KEY, DEED, exemption(1))
    marks.append(store.policy_mark())
    assert len(set(marks)) == 4
    assert store.policy_version("nothing") is None


def test_exemptions_come_back_last_to_expire_first(store: SqlStore) -> None:
    store.record(KEY, DEED, exemption(1), exemption(2), exemption(3, account_id="b"))
    assert [one.exemption_id for one in store.exemptions()] == ["e3", "e2", "e1"]
    assert store.exemptions("a") == (exemption(2), exemption(1))
    store.record(KEY, DEED, exemption(2, revision=2, ended_at=AT))
    assert [one.exemption_id for one in store.exemptions("a")] == ["e1", "e2"]
    with pytest.raises(PolicyMoved):
        store.record(KEY, DEED, exemption(2, revision=2, ended_at=AT))
    assert store.exemption("e9") is None


def test_shadow_actions_are_kept_with_their_decisions(store: SqlStore) -> None:
    for number, action in enumerate(("allow", "review", "review"), start=1):
        shadow = Shadowed(policy_version="v", action=action)
        store.save_decision(
            msgspec.structs.replace(decision(number, action="allow"), shadow=shadow)
        )
    store.save_decision(decision(4, action="allow"))
    found = store.shadow_comparison("v", examples=1)
    assert found.counts == {("allow", "allow"): 1, ("allow", "review"): 2}
    assert [row.decision_id for row in found.examples] == ["d-3"]
    assert (found.decisions, found.agree) == (3, 1)
    kept = store.decision("d-3")
    assert kept is not None
    assert kept.shadow == Shadowed(policy_version="v", action="review")
    assert store.shadow_comparison("w").decisions == 0
    assert sum(store.purge(AT + timedelta(days=80)).values()) == 0
    assert sum(store.purge(AT + timedelta(days=91)).values()) == 3


def test_releases_are_read_in_bulk(store: SqlStore) -> None:
    for number in range(3):
        plan = Plan(decision_id=f"d-{number}", account_id="a", recipients=number, action="allow")
        store.save_decision(decision(number, action="allow"), recipients=number, plan=plan)
    wanted = [f"c-{number}" for number in range(1, 1_200)]
    found = store.releases(wanted)
    assert {key: plan.recipients for key, (plan, _) in found.items()} == {"c-1": 1, "c-2": 2}
    assert store.releases([]) == {}
