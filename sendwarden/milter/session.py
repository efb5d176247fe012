"""One connection of a mail server: events in, answers out. No socket, no clock of its own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from sendwarden.milter import codec
from sendwarden.milter.codec import Packet
from sendwarden.milter.envelope import Asked, Envelope, Names, asked
from sendwarden.milter.gate import Outcome, Verdict

Decide = Callable[[Asked, Callable[[], bytes]], Verdict]
MAX_HEADERS = 2_000
_CODES = {
    Outcome.HOLD: "451 4.7.1",
    Outcome.DEFER: "451 4.7.1",
    Outcome.REJECT: "550 5.7.1",
}


@dataclass
class Session:
    """Follows one connection. `unknown` is what becomes of mail without an account.

    `seen` is told every verdict, for counting.
    """

    decide: Decide
    names: Names
    today: Callable[[], date]
    unknown: Outcome = Outcome.ACCEPT
    seen: Callable[[Verdict], None] = lambda _: None
    decision_header: str | None = "X-Sendwarden-Decision"
    _envelope: Envelope = field(default_factory=Envelope)
    _macros: dict[str, str] = field(default_factory=dict)
    _steps: int = 0
    over: bool = False

    def take(self, packet: Packet) -> Iterator[Packet]:
        """Take one packet and yield what to answer. Raises `BadPacket`."""
        match packet.command:
            case codec.NEGOTIATE:
                agreed = codec.negotiated(packet)
                self._steps = codec.steps_of(agreed)
                yield agreed
            case codec.MACRO:
                self._macros |= codec.macros_of(packet)
            case codec.ABORT:
                self._envelope = Envelope()
            case codec.QUIT:
                self.over = True
            case codec.QUIT_NEXT:
                self._envelope, self._macros = Envelope(), {}
            case codec.END_OF_MESSAGE:
                self._envelope.add_body(packet.data)
                yield from self._judged()
                self._envelope = Envelope()
            case _:
                self._follow(packet)
                if not codec.is_silent(packet.command, self._steps):
                    yield Packet(codec.CONTINUE)

    def _follow(self, packet: Packet) -> None:
        match packet.command:
            case codec.MAIL:
                self._envelope = Envelope(sender=codec.strings(packet.data)[0])
            case codec.RCPT:
                self._envelope.recipients += 1
            case codec.HEADER:
                name, value, *_ = [*codec.strings(packet.data), b"", b""]
                if len(self._envelope.headers) < MAX_HEADERS:
                    text = name.decode("utf-8", "replace")
                    self._envelope.headers.append((text, value.lstrip()))
            case codec.BODY:
                self._envelope.add_body(packet.data)
            case _:
                pass

    def _judged(self) -> Iterator[Packet]:
        envelope = self._envelope
        envelope.macros = self._macros
        question = asked(envelope, self.names, self.today())
        if question is None:
            verdict = Verdict(self.unknown, "Who sends this is not known here.")
        else:
            verdict = self.decide(question, envelope.message)
        self.seen(verdict)
        if self.decision_header and verdict.decision_id and verdict.outcome in (Outcome.ACCEPT, Outcome.HOLD):  # fmt: skip
            yield codec.added_header(self.decision_header, verdict.decision_id)
        if verdict.outcome is Outcome.HOLD:
            yield codec.quarantined(f"Sendwarden: {verdict.text}")
        if verdict.outcome in (Outcome.ACCEPT, Outcome.HOLD):
            yield Packet(codec.ACCEPT)
        else:
            yield codec.reply(f"{_CODES[verdict.outcome]} {verdict.text}")
