"""Domains that take no mail: whom to ask, and what the answers come to."""

from math import isnan

import pytest

from features.lists import DomainSample, no_mail_share
from features.lists.mailable import sample_domains


def test_mailbox_providers_are_not_asked_about() -> None:
    drawn = sample_domains(["a@gmail.com", "b@shop.example", "c@shop.example", "d@club.example"])
    assert drawn == DomainSample(4, {"shop.example": 2, "club.example": 1})


def test_the_draw_ends_where_one_domain_too_many_would_be_asked() -> None:
    addresses = [f"a@d{n}.example" for n in (0, 0, 1, 0, 2, 0)]
    assert sample_domains(addresses, most=2) == DomainSample(4, {"d0.example": 3, "d1.example": 1})


@pytest.mark.parametrize(
    ("takes", "share"),
    [
        ({"a": True, "b": True}, 0.0),
        ({"a": False, "b": True}, 0.3),
        ({"a": False, "b": None}, 0.5),  # b's four addresses are left out of the ten
        ({"a": None, "b": None}, None),
        ({}, None),
    ],
)
def test_the_share_is_of_what_was_answered(
    takes: dict[str, bool | None], share: float | None
) -> None:
    found = no_mail_share(DomainSample(10, {"a": 3, "b": 4}), takes)
    assert isnan(found) if share is None else found == pytest.approx(share)


def test_a_list_of_mailbox_providers_alone_needs_no_answer() -> None:
    assert no_mail_share(DomainSample(7, {}), {}) == 0
    assert isnan(no_mail_share(DomainSample(0, {}), {}))
