"""The milter protocol: packets however they are cut, any bytes at all, answers of one line."""

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from sendwarden.milter import codec
from sendwarden.milter.codec import BadPacket, Framer, Packet, encoded

packets = st.builds(Packet, st.binary(min_size=1, max_size=1), st.binary(max_size=200))


@given(st.lists(packets, max_size=8), st.data())
def test_how_the_bytes_come_does_not_matter(sent: list[Packet], data: st.DataObject) -> None:
    stream, framer, found = b"".join(map(encoded, sent)), Framer(), []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        found += framer.feed(stream[:size])
        stream = stream[size:]
    assert found == sent


@given(st.binary(max_size=400))
def test_any_bytes_are_packets_or_refused(data: bytes) -> None:
    try:
        for packet in Framer().feed(data):
            assert len(packet.command) == 1
    except BadPacket:
        pass


@pytest.mark.parametrize("length", [0, codec.MAX_PACKET + 1, 0xFFFFFFFF])
def test_a_packet_of_an_impossible_length_is_refused(length: int) -> None:
    with pytest.raises(BadPacket):
        Framer().feed(length.to_bytes(4, "big"))


def test_an_answer_is_one_line_of_ascii_with_its_percents_doubled() -> None:
    answer = codec.reply("550 5.7.1 90 % bounced\r\n250 OK \u2013 \x00really")
    assert answer.data == b"550 5.7.1 90 %% bounced??250 OK ? ?really\0"


def test_a_header_cannot_bring_another_one() -> None:
    assert codec.added_header("X-A", "1\r\nBcc: x@y").data == b"X-A\x001??Bcc: x@y\0"


def test_macros_lose_their_braces() -> None:
    packet = Packet(codec.MACRO, b"M{auth_authen}\0acct-17\0i\0ABC\0")
    assert codec.macros_of(packet) == {"auth_authen": "acct-17", "i": "ABC"}


@pytest.mark.parametrize("data", [b"", b"123", (6).to_bytes(4, "big") + bytes(8)])
def test_an_offer_that_is_too_small_is_refused(data: bytes) -> None:
    with pytest.raises(BadPacket):
        codec.negotiated(Packet(codec.NEGOTIATE, data))


@settings(max_examples=300)
@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_only_what_is_offered_is_chosen(actions: int, steps: int) -> None:
    offer = Packet(codec.NEGOTIATE, b"".join(n.to_bytes(4, "big") for n in (6, actions, steps)))
    try:
        agreed = codec.negotiated(offer)
    except BadPacket:
        assert actions & 0x21 != 0x21
        return
    assert codec.steps_of(agreed) & ~steps == 0
