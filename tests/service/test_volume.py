"""What bounds a release, read from a store: a throttle's limits where the policy keeps them."""

import pytest

from models.inflight import Plan
from models.inflight.volume import Caps, Sent
from service.volume import Volume, caps_of

PLAN = Plan(
    decision_id="d", account_id="a", recipients=10, action="throttle", per_hour=5, per_day=9
)


@pytest.mark.parametrize(
    ("keep_limits", "caps"),
    [(True, Caps(per_hour=5, per_day=9)), (False, Caps())],
)
def test_limits_bind_where_the_policy_keeps_them(keep_limits: bool, caps: Caps) -> None:
    assert caps_of(PLAN, Sent(allowance=7), Volume("broadcast"), keep_limits=keep_limits) == caps
