import base64
import quopri

import pytest

from features.content import Fault, message_from_parts, read_message
from features.content.attachments import AttachmentKind
from features.content.headers import Mailbox


def test_reads_what_the_sender_wrote(mail):
    message = read_message(
        mail(
            more="Reply-To: help@bloom.example\r\nList-Unsubscribe: <https://x.example/u>\r\n"
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
        )
    )
    assert message.from_ == Mailbox("Bloom Flowers", "news@bloomflowers.com")
    assert message.reply_to is not None
    assert message.reply_to.domain == "bloom.example"
    assert message.subject == "Spring is here"
    assert message.text == "Hello there, this is a plain message."
    assert message.list_unsubscribe
    assert message.one_click
    assert message.faults == frozenset()


def test_what_receivers_add_changes_nothing(mail):
    added = (
        "Received: from x by y\r\nX-Spam-Status: Yes, score=99\r\nPrecedence: bulk\r\n"
        "Authentication-Results: mx; spf=fail\r\nList-Id: <a.b>\r\nX-Mailer: Evil\r\n"
    )
    assert read_message(mail(more=added)) == read_message(mail())


@pytest.mark.parametrize(
    ("value", "name", "address"),
    [
        ("a@b.com", "", "a@b.com"),
        ('"Doe, Jane" <jane@b.com>', "Doe, Jane", "jane@b.com"),
        ("=?utf-8?q?J=C3=BCrgen?= <j@b.de>", "Jürgen", "j@b.de"),
        ("=?UTF-8?B?5bGx?= =?UTF-8?B?55Sw?= <y@b.jp>", "山田", "y@b.jp"),
        ("service@paypal.com <x@evil.example>", "service@paypal.com", "x@evil.example"),
        ("a@b.com (Ann)", "Ann", "a@b.com"),
        ("nobody", "nobody", ""),
        ("=?x-nonsense?q?=FF?= <a@b.com>", "ÿ", "a@b.com"),
    ],
)
def test_from(mail, value, name, address):
    assert read_message(mail(from_=value)).from_ == Mailbox(name, address)


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("utf-8", "Grüße aus Köln"),
        ("iso-8859-1", "Grüße aus Köln"),
        ("iso-8859-2", "Zażółć gęślą jaźń"),
        ("koi8-r", "Привет из Москвы"),
        ("windows-1251", "Привет из Москвы"),
        ("gb2312", "你好世界"),
        ("big5", "你好世界"),
        ("iso-2022-jp", "こんにちは世界"),
        ("shift_jis", "こんにちは世界"),
        ("euc-kr", "안녕하세요"),
        ("utf-16", "Grüße"),
        ("utf-7", "Grüße"),
    ],
)
@pytest.mark.parametrize("encoding", ["8bit", "base64", "quoted-printable"])
def test_charsets(charset, text, encoding):
    data = text.encode(charset)
    coded = {"base64": base64.encodebytes, "quoted-printable": quopri.encodestring}.get(encoding)
    body = coded(data) if coded else data
    head = f"From: a@b.com\nContent-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {encoding}\n\n"
    message = read_message(head.encode() + body)
    assert message.text.strip() == text
    assert not message.faults & {Fault.BAD_CHARSET, Fault.UNKNOWN_CHARSET}


@pytest.mark.parametrize(
    ("label", "data", "text", "fault"),
    [
        ("us-ascii", "Grüße".encode(), "Grüße", None),
        ("us-ascii", "Grüße".encode("latin-1"), "Grüße", None),
        ("", "Grüße".encode("latin-1"), "Grüße", None),
        ("utf-8", "Grüße".encode("latin-1"), "Grüße", Fault.BAD_CHARSET),
        ("x-made-up", "Grüße".encode(), "Grüße", Fault.UNKNOWN_CHARSET),
        ("zlib", b"plain", "plain", Fault.UNKNOWN_CHARSET),
        ("punycode", b"plain", "plain", Fault.UNKNOWN_CHARSET),
        ("utf-8", b"a\x00b", "ab", Fault.NUL),
    ],
)
def test_wrong_labels(label, data, text, fault):
    head = f"From: a@b.com\nContent-Type: text/plain; charset={label}\n\n".encode()
    message = read_message(head + data)
    assert message.text == text
    assert message.faults == (frozenset({fault}) if fault else frozenset())


MULTI = (
    "From: a@b.com\nSubject: s\nContent-Type: multipart/mixed; boundary=outer\n\npreamble\n"
    '--outer\nContent-Type: multipart/alternative; boundary="in ner"\n\n'
    "--in ner\nContent-Type: text/plain\n\nplain words\n"
    "--in ner\nContent-Type: text/html\n\n<p>page words</p>\n--in ner--\n"
    "--outer\nContent-Type: application/octet-stream\n"
    "Content-Disposition: attachment; filename*0=inv; filename*1=oice.exe\n\nMZ\n"
    "--outer\nContent-Type: image/png; name=logo.png\n\n\n"
    "--outer--\nepilogue\n"
)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_multipart(newline):
    message = read_message(MULTI.replace("\n", newline).encode())
    assert message.text.strip() == "page words"
    assert message.part_types == (
        "text/plain",
        "text/html",
        "application/octet-stream",
        "image/png",
    )
    assert [a.kind for a in message.attachments] == [AttachmentKind.EXECUTABLE]
    assert message.images == 1
    assert message.faults == frozenset()


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("a.exe", "application/octet-stream", AttachmentKind.EXECUTABLE),
        ("photo.jpg.js", "text/plain", AttachmentKind.EXECUTABLE),
        ("a.zip", "application/octet-stream", AttachmentKind.ARCHIVE),
        ("login.html", "text/html", AttachmentKind.PAGE),
        ("a.pdf", "application/pdf", AttachmentKind.DOCUMENT),
        ("report.docx", "application/x", AttachmentKind.DOCUMENT),
    ],
)
def test_attachments(name, kind, expected):
    raw = (
        "From: a@b.com\nContent-Type: multipart/mixed; boundary=q\n\n--q\n\nhi\n"
        f'--q\nContent-Type: {kind}\nContent-Disposition: attachment; filename="{name}"\n\nx\n--q--\n'
    )
    assert [a.kind for a in read_message(raw.encode()).attachments] == [expected]


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"no headers at all", Fault.NO_HEADERS),
        (b"Subject: x\n\nhi", Fault.NO_FROM),
        (b"From: a@b.c\nFrom: d@e.f\n\nhi", Fault.REPEATED_HEADER),
        (b"From: a@b.c\nContent-Type: multipart/mixed\n\nhi", Fault.NO_BOUNDARY),
        (b"From: a@b.c\nContent-Type: multipart/mixed; boundary=q\n\nhi", Fault.NO_PARTS),
        (b"From: a@b.c\nContent-Type: multipart/mixed; boundary=q\n\n--q\n\nhi", Fault.UNCLOSED),
        (b"From: a@b.c\nContent-Transfer-Encoding: base64\n\naGVsbG8", Fault.BAD_ENCODING),
    ],
)
def test_faults(raw, fault):
    assert fault in read_message(raw).faults


def test_broken_mime_still_gives_its_text():
    unclosed = b"From: a@b.c\nContent-Type: multipart/mixed; boundary=q\n\n--q\n\nhello"
    cut = b"From: a@b.c\nContent-Transfer-Encoding: base64\n\naGVsbG8"
    bare = b"From: a@b.c\nContent-Type: multipart/mixed\n\nhello"
    assert [read_message(raw).text for raw in (unclosed, cut, bare)] == ["hello"] * 3


def test_the_parts_form_reads_like_the_raw_form(mail):
    html = "<p>Hello</p><a href='https://shop.bloomflowers.com/x'>shop</a>"
    raw = read_message(mail(html, kind="text/html; charset=utf-8"))
    parts = message_from_parts(
        "Bloom Flowers <news@bloomflowers.com>", None, "Spring is here", html
    )
    assert parts == raw


def test_header_names_of_the_parts_form_have_no_case():
    message = message_from_parts("a@b.c", headers={"list-UNSUBSCRIBE": "<mailto:u@b.c>"}, text="x")
    assert message.list_unsubscribe
    assert not message.one_click
