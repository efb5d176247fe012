"""What a decision says about the way out of a campaign."""

import pytest

from models.policy.plans import is_doubtful


@pytest.mark.parametrize(
    ("fired", "doubtful"),
    [
        ((), False),
        (("broadcast.risk.trickle",), False),
        (("broadcast.risk.review", "broadcast.malicious.trickle"), True),
        (("exempt:broadcast.malicious.trickle",), False),
        (("broadcast.malicious.trickle", "exemption.allow_list"), False),
        (("broadcast.malicious.trickle", "exemption.snooze"), True),
    ],
)
def test_malice_is_feared_unless_somebody_set_that_aside(
    fired: tuple[str, ...], doubtful: bool
) -> None:
    assert is_doubtful(fired) is doubtful
