"""A real Postfix with the milter in front, a sink behind, and real mail through it."""

import gzip
import json
import random
import smtplib
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from benchmarks._postfix import running_postfix
from tests.sendwarden.milter.conftest import House, Sink

PHISH = (
    "Dear customer, your PayPal account has been limited. You must verify your password within 24 hours or it "
    "will be closed: http://203.0.113.7/paypal.com/login Enter your password and card number there."
)


def _put(house: House, account: str, **facts: Any) -> None:
    house("PUT", f"/v1/accounts/{account}", json=facts)


def _good(house: House) -> None:
    old = (datetime.now(UTC) - timedelta(days=700)).isoformat()
    _put(
        house, "good", created_at=old, paid=True, country="DE", website="https://shop.example/",
        email_domain="shop.example", plan="pro",
    )  # fmt: skip
    house(
        "PUT", "/v1/sending-domains/shop.example",
        json={"account_id": "good", "spf": "pass", "dkim": "pass", "dmarc": "reject", "registered_at": old},
    )  # fmt: skip


def _fresh(house: House) -> None:
    _put(house, "fresh", created_at=datetime.now(UTC).isoformat(), paid=False, signup_ip="203.0.113.9")  # fmt: skip


def _message(account: str, campaign: str, size: int, text: str, **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = headers.pop("sender", "news@shop.example")
    message["Subject"] = headers.pop("subject", "News")
    message["X-Account"], message["X-Campaign-ID"] = account, campaign
    message["X-Campaign-Recipients"] = str(size)
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def _phish() -> EmailMessage:
    return _message(
        "fresh", "phish", 3_000, PHISH, sender='"PayPal Security" <service@paypal-alerts.example>',
        subject="Your account is limited",
    )  # fmt: skip


def _queue(port: int) -> str:
    """Return what `postqueue -p` prints of the Postfix on a port."""
    (config,) = (
        master.parent
        for master in Path(tempfile.gettempdir()).glob("sendwarden-postfix-*/conf/master.cf")
        if f"127.0.0.1:{port} " in master.read_text()
    )
    command = ["/usr/sbin/postqueue", "-c", str(config), "-p"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _send(port: int, message: EmailMessage, recipients: list[str]) -> Counter[int]:
    """Hand one message to each recipient over one connection; count the answers."""
    answers: Counter[int] = Counter()
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as server:
        for recipient in recipients:
            try:
                server.send_message(message, "bounce@esp.example", [recipient])
                answers[250] += 1
            except smtplib.SMTPDataError as error:
                answers[error.smtp_code] += 1
    return answers


def _recipients(count: int) -> list[str]:
    return [f"r{i}@recipient.example" for i in range(count)]


def _arrived(sink: Sink, campaign: str, count: int) -> list[str]:
    for _ in range(2400):
        if len(sink.recipients(campaign)) >= count:
            break
        time.sleep(0.05)
    return sink.recipients(campaign)


def test_phishing_from_a_fresh_account_is_stopped_while_a_good_sender_passes(
    house: House, milter: Callable[..., int], sink: Sink, postfix_daemons: Path
) -> None:
    _good(house)
    _fresh(house)
    news = _message(
        "good", "news", 40, "Our November news: new tea is in the shop. Shop Ltd, Main Street 1, Berlin.",
        List_Unsubscribe="<https://shop.example/u/1>", List_Unsubscribe_Post="List-Unsubscribe=One-Click",
    )  # fmt: skip
    milters = f"inet:127.0.0.1:{milter('--on-review', 'defer')}"
    with running_postfix(sink.port, milters) as port:
        bad = _send(port, _phish(), _recipients(120))
        good = _send(port, news, _recipients(40))
        decision = house("GET", "/v1/decisions?account_id=fresh").get("decisions")[0]
        assert bad[250] <= 50, "no more than a first stage"
        assert bad[250] + bad[451] + bad[550] == 120
        assert good[250] >= 20, "the first stage of a good sender is not held up"
        assert good[550] == 0
        assert len(_arrived(sink, "news", good[250])) == good[250]
        assert len(sink.recipients("phish")) == bad[250]
    assert decision["action"] in ("throttle", "review", "terminate")
    stamped = [message for _, message in sink.got if b"X-Sendwarden-Decision: " in message]
    assert len(stamped) == len(sink.got)


def test_an_account_that_is_cut_off_is_told_why(
    house: House, milter: Callable[..., int], sink: Sink, postfix_daemons: Path
) -> None:
    _good(house)
    decision = house("POST", "/v1/accounts/good/score")
    verdict = {"verdict": "abusive", "action": "terminate"}
    with running_postfix(sink.port, f"inet:127.0.0.1:{milter()}") as port:
        message = _message("good", "one", 30, "hello")
        assert _send(port, message, _recipients(2)) == {250: 2}
        house("POST", f"/v1/decisions/{decision['decision_id']}/verdict", json=verdict)
        second = _message("good", "two", 30, "hello")
        with smtplib.SMTP("127.0.0.1", port, timeout=60) as server:
            refused = _refused(server, second)
        assert refused.smtp_code == 550
        assert refused.smtp_error.startswith(b"5.7.1 ")
        assert b"appeal" in refused.smtp_error, "the customer is told what to do"
        unknown = _message("nobody", "three", 30, "hello")
        assert _send(port, unknown, _recipients(1)) == {451: 1}, "an account that was never put"
    assert len(_arrived(sink, "one", 2)) == 2


def _refused(server: smtplib.SMTP, message: EmailMessage) -> smtplib.SMTPDataError:
    with pytest.raises(smtplib.SMTPDataError) as refused:
        server.send_message(message, "bounce@esp.example", ["r@x.example"])
    return refused.value


def test_mail_under_review_is_held_in_the_queue(
    house: House, milter: Callable[..., int], sink: Sink, postfix_daemons: Path
) -> None:
    """Postfix takes it and keeps it on hold, where `postqueue -p` marks it with !."""
    _fresh(house)
    with running_postfix(sink.port, f"inet:127.0.0.1:{milter()}") as port:
        assert _send(port, _phish(), _recipients(1)) == {250: 1}
        time.sleep(1)
        assert _queue(port).count("!") == 1
    decision = house("GET", "/v1/decisions?account_id=fresh")["decisions"][0]
    assert decision["action"] == "review"
    assert sink.got == []


@pytest.mark.slow
def test_killed_and_restarted_mid_stream_nothing_is_lost_or_doubled(
    house: House, milter: Callable[..., int], sink: Sink, postfix_daemons: Path
) -> None:
    """Eight senders that try again later, as mail servers do, while Sendwarden dies four times."""
    _good(house)
    recipients = _recipients(160)
    message = _message("good", "stream", len(recipients), "hello", X_Stream="transactional")
    left, lock, deferred = list(recipients), threading.Lock(), Counter[int]()

    def sender() -> None:
        while True:
            with lock:
                if not left:
                    return
                recipient = left.pop()
            answers = _send(port, message, [recipient])
            deferred.update(answers)
            if not answers[250]:
                assert answers[451] == 1, answers
                with lock:
                    left.insert(0, recipient)
                time.sleep(0.1)

    with running_postfix(sink.port, f"inet:127.0.0.1:{milter()}") as port:
        threads = [threading.Thread(target=sender) for _ in range(8)]
        for thread in threads:
            thread.start()
        rng = random.Random(3)
        for _ in range(4):
            goal = deferred[250] + rng.randint(10, 40)
            deadline = time.monotonic() + 30
            while deferred[250] < goal and left and time.monotonic() < deadline:
                time.sleep(0.01)
            house.kill()
            time.sleep(0.2)
            house.start()
        for thread in threads:
            thread.join(90)
            assert not thread.is_alive()
        arrived = _arrived(sink, "stream", len(recipients))
    assert sorted(arrived) == sorted(recipients)


def test_while_sendwarden_is_away_mail_waits_or_passes_as_set(
    house: House, milter: Callable[..., int], sink: Sink, postfix_daemons: Path
) -> None:
    defers, accepts = milter(), milter("--on-error", "accept")
    house.kill()
    message = _message("good", "away", 5, "hello")
    for port_of_milter, code in ((defers, 451), (accepts, 250)):
        with running_postfix(sink.port, f"inet:127.0.0.1:{port_of_milter}") as port:  # fmt: skip
            assert _send(port, message, _recipients(2)) == {code: 2}
    house.start()


def test_real_mail_of_every_kind_gets_an_answer(
    house: House, milter: Callable[..., int], sink: Sink, postfix_daemons: Path, corpus_dir: Path
) -> None:
    """Old, broken and foreign messages go through Postfix and the milter; none is lost on the way."""
    _good(house)
    messages = []
    for path in sorted((corpus_dir / "content").glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            messages += [_raw(json.loads(line)) for line, _ in zip(lines, range(6), strict=False)]
    with running_postfix(sink.port, f"inet:127.0.0.1:{milter()}") as port:
        answers: Counter[int] = Counter()
        with smtplib.SMTP("127.0.0.1", port, timeout=60) as server:
            for i, raw in enumerate(messages):
                head = f"X-Account: good\r\nX-Campaign-ID: real-{i}\r\nX-Campaign-Recipients: 1\r\n"
                try:
                    server.sendmail("bounce@esp.example", ["r@x.example"], head.encode() + raw)
                    answers[250] += 1
                except smtplib.SMTPDataError as error:
                    answers[error.smtp_code] += 1
        assert sum(answers.values()) == len(messages) > 40
        assert set(answers) <= {250, 451, 550}
    decided = house("GET", "/v1/decisions?account_id=good&limit=1000")["decisions"]
    assert len({one["subject"]["id"] for one in decided} - {"good"}) == len(messages)


def _raw(record: dict[str, Any]) -> bytes:
    text = record.get("raw") or (
        f"From: {record.get('from') or 'a@b.example'}\r\nSubject: {record.get('subject') or ''}\r\n\r\n"
        f"{record.get('text') or record.get('html') or record.get('body') or ''}"
    )
    lines = str(text).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").split("\n")
    return "\r\n".join(line[:900] for line in lines).encode("utf-8", "replace")
