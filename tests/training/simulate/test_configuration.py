"""A configuration that can't be made is refused with what to change."""

from datetime import datetime
from typing import Any

import pytest

from training.simulate import BadConfiguration, SimulationConfig


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"accounts": 0}, "at least 1 account"),
        ({"days": 0}, "1 day"),
        ({"seed": -1}, "seed"),
        ({"difficulty": 1.1}, "difficulty"),
        ({"abusive_share": -0.1}, "abusive share"),
        ({"start": datetime(2026, 6, 1)}, "time zone"),  # noqa: DTZ001 - the case under test
        ({"volume": 0.0}, "positive"),
        ({"noise": -1.0}, "positive"),
    ],
)
def test_a_wrong_value_is_refused(wrong: dict[str, Any], text: str) -> None:
    with pytest.raises(BadConfiguration, match=text):
        SimulationConfig(**wrong)
