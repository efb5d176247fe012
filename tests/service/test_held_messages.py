"""A message that waits for a person: encrypted, read with a note in the log, gone when it is decided."""

from datetime import timedelta
from typing import Any

import pytest

from features.records import Account, Stream
from service.desk.cases import NotAllowed, Ruling
from service.desk.preview import NoMessage
from service.desk.records import KeyHolder, Role
from service.desk.sign_in import Keys
from service.held import MAX_BYTES, MessageCopy, UnreadableCopy, Vault, copy_of
from service.score import MessageParts
from service.stores import open_store
from tests.service.conftest import START, House

WORDS = b"zebraquill inheritance"
RAW = (
    b"From: Prince <p@nowhere.example>\r\nSubject: News\r\nContent-Type: text/html\r\n\r\n<p>"
    + WORDS
)
ANN = KeyHolder(name="ann", rank=Role.REVIEWER)


def score(house: House, message: Any, recipients: int = 555, campaign: str = "c-1") -> str:
    if house.store.account("a-1") is None:
        house.warden.put_account(Account(account_id="a-1", created_at=START), START)
    decision = house.warden.score_campaign(
        campaign, "a-1", recipients, Stream.BROADCAST, [], message, None, house.clock.now
    )
    return decision.decision_id


def test_it_is_read_by_reviewers_and_noted_once(house: House) -> None:
    case_id = score(house, RAW)
    with pytest.raises(NotAllowed):
        house.warden.read_message(case_id, KeyHolder(name="v", rank=Role.VIEWER), START)
    for minutes in (0, 5, 14):
        seen = house.warden.read_message(case_id, ANN, START + timedelta(minutes=minutes))
    assert (seen.from_, seen.subject, seen.text.strip()) == (
        "Prince <p@nowhere.example>", "News", WORDS.decode(),
    )  # fmt: skip
    house.warden.read_message(case_id, ANN, START + timedelta(minutes=16))
    acts = [(e.deed.act, e.deed.actor) for e in house.store.newest_entries(case_id)]
    assert acts == [("message.read", "ann")] * 2


def test_nothing_of_it_is_in_the_files_in_clear(house: House) -> None:
    score(house, RAW)
    content = b"".join(p.read_bytes() for p in house.folder.rglob("*") if p.is_file())
    assert b"a-1" in content
    assert b"zebraquill" not in content


def test_it_is_kept_only_while_a_case_is_open_for_it(house: House) -> None:
    let_out = score(house, RAW, recipients=10, campaign="c-0")
    assert house.store.held_message(let_out) is None
    case_id = score(house, RAW)
    assert house.store.held_messages(case_id) == (case_id,)
    house.warden.cases.decide(case_id, ANN, Ruling("legitimate"), house.clock.now)
    assert house.store.held_message(case_id) is None
    with pytest.raises(NoMessage):
        house.warden.read_message(case_id, ANN, START)
    house.warden.cases.undo(case_id, ANN, house.clock.now)
    with pytest.raises(NoMessage):
        house.warden.read_message(case_id, ANN, START)


def test_of_many_the_newest_are_kept_and_the_one_that_is_shown(store_url: str) -> None:
    from service.stores.held_rows import MOST_OF_A_CASE
    from tests.service.stores.test_desk import decision

    store = open_store(store_url)
    store.migrate()
    try:
        for n in range(MOST_OF_A_CASE + 3):
            one = decision(n, "terminate" if n == 0 else "review")
            store.save_decision(one, recipients=10, sealed=b"%d" % n)
        kept = store.held_messages("d-0")
        assert "d-0" in kept
        assert len(kept) == MOST_OF_A_CASE + 1
        assert store.held_message("d-7") == b"7"
        assert store.held_message("d-2") is None
        assert store.purge(one.as_of + timedelta(days=29))["held_messages"] == 0
        assert store.purge(one.as_of + timedelta(days=31))["held_messages"] == len(kept)
    finally:
        store.close()


def test_a_copy_opens_with_its_own_key_and_decision_only() -> None:
    vault = Vault(Keys(b"k" * 32), lambda n: b"n" * n)
    copy = copy_of(MessageParts(from_="a@b.example", subject="s", html="<p>x", headers={"X": "y"}))
    sealed = vault.seal(copy, "d-1")
    assert vault.open(sealed, "d-1") == copy
    other = Vault(Keys(b"K" * 32), lambda n: b"n" * n)
    for wrong, bad, owner in (
        (vault, sealed, "d-2"),
        (other, sealed, "d-1"),
        (vault, sealed[:-1] + b"\0", "d-1"),
        (vault, b"", "d-1"),
    ):
        with pytest.raises(UnreadableCopy):
            wrong.open(bad, owner)


def test_long_messages_are_cut() -> None:
    assert copy_of(b"x" * (MAX_BYTES + 1)) == MessageCopy(raw=b"x" * MAX_BYTES, cut=True)
    parts = copy_of(MessageParts(html="<p>" * MAX_BYTES, text="short"))
    assert (len(parts.html or ""), parts.text, parts.cut) == (MAX_BYTES, "short", True)


def test_no_copy_is_made_where_none_is_wanted(open_house: Any, tmp_path: Any) -> None:
    with open_house(tmp_path, keep_messages=False) as house:
        assert house.store.held_message(score(house, RAW)) is None
