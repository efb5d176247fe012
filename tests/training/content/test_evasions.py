import random

import pytest

from features.content import analyse, message_from_parts
from training.content.evasions import DISGUISES

TEXT = "Please confirm the account number and password of your mailbox before the weekend & reply"


def words(text, page):
    found = analyse(message_from_parts("a@b.com", None, "Hi", html=page, text=text)).terms
    return {term for term in found if " " not in term and ":" not in term}


@pytest.mark.parametrize("name", sorted(set(DISGUISES) - {"good words"}))
def test_a_disguised_text_reads_as_the_plain_one(name):
    plain = words(TEXT, None)
    found = words(*DISGUISES[name](TEXT, random.Random(2)))
    assert found - {"~disguised~"} == plain


def test_good_words_are_read_too():
    assert words(*DISGUISES["good words"](TEXT, random.Random(2))) > words(TEXT, None)


@pytest.mark.parametrize("name", sorted(DISGUISES))
def test_the_same_seed_disguises_alike(name):
    one, two = (DISGUISES[name](TEXT, random.Random(2)) for _ in range(2))
    assert one == two
