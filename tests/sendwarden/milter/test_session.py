"""A connection's events become questions, and verdicts the right answers."""

from collections.abc import Callable
from datetime import date
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from sendwarden.milter import codec
from sendwarden.milter.codec import BadPacket, Packet
from sendwarden.milter.envelope import MAX_BODY, Asked, Envelope, Names, asked
from sendwarden.milter.gate import Outcome, Verdict
from sendwarden.milter.session import Session

DAY = date(2026, 11, 23)
ALL = b"".join(n.to_bytes(4, "big") for n in (6, 0x1FF, 0x1FFFFF))


def _session(verdict: Verdict, names: Names | None = None, **options: Any) -> tuple[Session, list[tuple[Asked, bytes]]]:  # fmt: skip
    questions: list[tuple[Asked, bytes]] = []

    def decide(question: Asked, message: Callable[[], bytes]) -> Verdict:
        questions.append((question, message()))
        return verdict

    return Session(decide, names or Names(), lambda: DAY, **options), questions


def _mail(
    session: Session, *headers: tuple[str, str], recipients: int = 1, body: bytes = b"hi\r\n",
    account: str = "acct-17",
) -> list[Packet]:  # fmt: skip
    """Hand one message over and return what is answered."""
    packets = [
        Packet(codec.NEGOTIATE, ALL),
        Packet(codec.MACRO, b"M{auth_authen}\0" + account.encode() + b"\0"),
        Packet(codec.MAIL, b"<a@shop.example>\0"),
        *[Packet(codec.RCPT, f"<r{i}@x.example>\0".encode()) for i in range(recipients)],
        *[Packet(codec.HEADER, f"{n}\0 {v}\0".encode()) for n, v in headers],
        Packet(codec.END_OF_HEADERS),
        Packet(codec.BODY, body),
        Packet(codec.END_OF_MESSAGE),
    ]
    answers = [answer for packet in packets for answer in session.take(packet)]
    assert answers[0].command == codec.NEGOTIATE
    return answers[1:]


@pytest.mark.parametrize(
    ("verdict", "commands", "text"),
    [
        (Verdict(Outcome.ACCEPT, decision_id="d-1"), [codec.ADD_HEADER, codec.ACCEPT], b"d-1"),
        (Verdict(Outcome.ACCEPT), [codec.ACCEPT], b""),
        (
            Verdict(Outcome.HOLD, "Why.", "d-2"),
            [codec.ADD_HEADER, codec.QUARANTINE, codec.ACCEPT],
            b"Sendwarden: Why.",
        ),
        (Verdict(Outcome.DEFER, "Later."), [codec.REPLY], b"451 4.7.1 Later."),
        (Verdict(Outcome.REJECT, "No."), [codec.REPLY], b"550 5.7.1 No."),
    ],
)
def test_a_verdict_is_what_the_mail_server_understands(
    verdict: Verdict, commands: list[bytes], text: bytes
) -> None:
    session, _ = _session(verdict)
    answers = _mail(session, ("Subject", "x"))
    assert [answer.command for answer in answers] == commands
    assert text in b"".join(answer.data for answer in answers)


def test_what_is_asked_is_read_off_the_message() -> None:
    session, questions = _session(Verdict(Outcome.ACCEPT))
    _mail(
        session, ("X-Campaign-ID", "spring"), ("X-Campaign-Recipients", "40000"),
        ("X-Stream", "Transactional"), ("Subject", "hello"), recipients=3,
    )  # fmt: skip
    question, message = questions[0]
    assert question == Asked("acct-17", "spring", "transactional", 40_000, 3)
    assert message.endswith(b"Subject: hello\r\n\r\nhi\r\n")


def test_without_a_campaign_one_from_and_subject_of_a_day_are_one() -> None:
    def campaign(sender: str, subject: str, account: str = "a", day: date = DAY) -> str:
        envelope = Envelope(
            macros={"auth_authen": account}, recipients=1,
            headers=[("From", sender.encode()), ("Subject", subject.encode())],
        )  # fmt: skip
        found = asked(envelope, Names(), day)
        assert found is not None
        assert (found.recipients, found.stream) == (500, "broadcast")
        return found.campaign_id

    one = campaign("Shop <a@b.example>", "Sale")
    assert one == campaign("A@B.example", "Sale")
    others = {
        campaign("c@b.example", "Sale"), campaign("a@b.example", "Sales"),
        campaign("a@b.example", "Sale", "other"), campaign("a@b.example", "Sale", "a", date(2026, 11, 24)),
    }  # fmt: skip
    assert one not in others
    assert len(others) == 4


@pytest.mark.parametrize(("unknown", "command"), [(Outcome.ACCEPT, codec.ACCEPT), (Outcome.REJECT, codec.REPLY)])  # fmt: skip
def test_mail_without_an_account_is_not_asked_about(unknown: Outcome, command: bytes) -> None:
    session, questions = _session(Verdict(Outcome.ACCEPT), unknown=unknown)
    answers = _mail(session, account="not an id")
    assert [answer.command for answer in answers] == [command]
    assert questions == []


def test_the_account_header_counts_only_where_it_is_named() -> None:
    session, questions = _session(Verdict(Outcome.ACCEPT), Names(account_header="X-Account"))
    _mail(session, ("X-Account", "acct-9"))
    assert questions[0][0].account_id == "acct-9"
    session, questions = _session(Verdict(Outcome.ACCEPT))
    _mail(session, ("X-Account", "acct-9"))
    assert questions[0][0].account_id == "acct-17"


def test_messages_of_a_connection_do_not_mix() -> None:
    session, questions = _session(Verdict(Outcome.ACCEPT))
    _mail(session, ("Subject", "one"), recipients=5)
    list(session.take(Packet(codec.MAIL, b"<x@y.example>\0")))
    list(session.take(Packet(codec.ABORT)))
    _mail(session, ("Subject", "two"))
    assert [question.now for question, _ in questions] == [5, 1]
    assert b"one" not in questions[1][1]


def test_a_huge_message_is_kept_in_part() -> None:
    session, questions = _session(Verdict(Outcome.ACCEPT))
    _mail(session, body=b"x" * (codec.MAX_PACKET - 1))
    for _ in range(5):
        list(session.take(Packet(codec.BODY, b"y" * 65_535)))
    assert len(questions[0][1]) <= MAX_BODY + 100


commands = st.sampled_from(
    [codec.NEGOTIATE, codec.MACRO, codec.MAIL, codec.RCPT, codec.HEADER, codec.BODY, codec.ABORT,
     codec.END_OF_MESSAGE, codec.QUIT, codec.QUIT_NEXT, codec.DATA, b"?", b"\xff"]
)  # fmt: skip


@given(st.lists(st.builds(Packet, commands, st.binary(max_size=60)), max_size=20))
def test_any_packets_are_answered_or_refused(packets: list[Packet]) -> None:
    session, _ = _session(Verdict(Outcome.ACCEPT))
    try:
        for packet in packets:
            list(session.take(packet))
    except BadPacket:
        pass
