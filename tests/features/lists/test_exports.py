"""What exports of real programs put around and beside the addresses."""

import json
from typing import Any

import pytest

from features.lists import NoEmailColumn, ScanLimits
from features.lists.addresses import parse_address

PEOPLE = [f"person{n}@example.org" for n in range(40)]


def table(header: str, rows: list[str]) -> bytes:
    return "\r\n".join([header, *rows, ""]).encode()


HEADERS = [
    "Correo electrónico", "Adresse de messagerie", "Indirizzo di posta elettronica", "Email ID",
    "Dirección de correo electrónico", "Endereço de e-mail", "Sähköposti", "メールアドレス", "ﾒｰﾙｱﾄﾞﾚｽ",
    "电子邮箱", "電子郵件", "이메일", "Электронная почта", "Эл. почта", "E-mailadres", "Billing Email",
]  # fmt: skip


@pytest.mark.parametrize("header", HEADERS)
def test_headers_in_many_languages(lists: Any, header: str) -> None:
    # The cells are none, so that only the header tells.
    assert lists.scan_bytes(table(f"x,{header}", ["1,none"])).rows == 1


@pytest.mark.parametrize(
    ("header", "encoding"),
    [("氏名,メールアドレス,登録日", "cp932"), ("姓名,电子邮箱,注册时间", "gb18030"), ("이름,이메일,생성일", "cp949"),
     ("Имя,Эл. почта,Дата подписки", "cp1251"), ("Nom,Adresse électronique,Correo electrónico", "cp1252")],
)  # fmt: skip
def test_local_encodings_are_told_by_the_header(lists: Any, header: str, encoding: str) -> None:
    rows = [f"x,{mail},2026-01-02" if "Nom" not in header else f"x,,{mail}" for mail in PEOPLE]
    body = "\n".join([header, *rows]).encode(encoding)
    assert lists.scan_bytes(body).valid == len(PEOPLE)


def test_a_name_in_shift_jis_may_hold_bytes_of_an_at_sign(lists: Any) -> None:
    body = "\n".join(f"佐藤ァ,{mail}" for mail in PEOPLE).encode("cp932")
    assert b"\x40" in "ァ".encode("cp932")
    assert lists.scan_bytes(body).valid == len(PEOPLE)


@pytest.mark.parametrize("above", ["Subscribers of the bakery,,\r\n2026-11-01,,\r\n\r\n", "# export\n# by hand\n"])  # fmt: skip
def test_titles_and_comments_above_the_header(lists: Any, above: str) -> None:
    body = above.encode() + table(
        "Name,E-Mail,Subscribed at", [f"x,{m},2026-01-02" for m in PEOPLE]
    )
    found = lists.scan_bytes(body)
    assert (found.rows, found.valid) == (len(PEOPLE), len(PEOPLE))
    assert found.numbers["list_consent_known_share"] == 1


def test_a_header_that_nobody_knows_stands_above_the_first_address(lists: Any) -> None:
    body = table("Who;How to reach;Signup date", [f"x;{m};2026-01-02" for m in PEOPLE])
    found = lists.scan_bytes(body)
    assert (found.rows, found.valid) == (len(PEOPLE), len(PEOPLE))
    assert found.numbers["list_consent_known_share"] == 1


def test_a_list_without_any_address_or_name_for_it_is_refused_without_showing_one(
    lists: Any,
) -> None:
    with pytest.raises(NoEmailColumn) as refused:
        lists.scan_bytes(b"Ask ann@b.com\x1b[31m for more,\x07phone\n1,2\n")
    assert "ann@b.com" not in str(refused.value)
    assert str(refused.value).isprintable()


POLARS = pytest.mark.parametrize("polars_from", [0, 10**9])


@POLARS
def test_the_second_address_counts_where_the_first_is_missing(lists: Any, polars_from: int) -> None:
    rows = [f",{mail}" if n % 3 else f"{mail},second{n}@b.com" for n, mail in enumerate(PEOPLE)]
    found = lists.scan_bytes(
        table("E-mail Address,E-mail 2 Address", rows), "csv", ScanLimits(polars_from=polars_from)
    )
    assert (found.valid, found.duplicates) == (len(PEOPLE), 0)
    assert found.numbers["list_top_domain_share"] == 1


@POLARS
def test_mailchimp_tells_one_of_two_times(lists: Any, polars_from: int) -> None:
    rows = [f"{m},,,2026-01-01 10:01:0{n % 10},9.9.9.9" for n, m in enumerate(PEOPLE)]
    body = table("Email Address,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP", rows)
    numbers = lists.scan_bytes(body, "csv", ScanLimits(polars_from=polars_from)).numbers
    assert numbers["list_consent_known_share"] == numbers["list_opt_in_ip_known_share"] == 1


def test_the_making_of_a_record_is_no_consent_where_consent_is_told(lists: Any) -> None:
    header = "Email,Profile Created On,Email Marketing Consent Timestamp"
    rows = [f"{m},2026-01-01,{'' if n % 2 else '2026-02-01'}" for n, m in enumerate(PEOPLE)]
    numbers = lists.scan_bytes(table(header, rows)).numbers
    assert numbers["list_consent_known_share"] == 0.5
    assert numbers["list_consent_age_days"] == pytest.approx(120.5)


COLUMNS = {
    "opted_in_at": ["Date Registered", "ADDED_TIME", "Create Date", "Created Date", "Date Subscribed",
                    "Anmeldung am", "Date d'inscription", "Email Marketing Consent Timestamp"],
    "last_engaged_at": ["Last Activity Date", "Last Open", "Last marketing email click date"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("field", "header"), [(field, header) for field, some in COLUMNS.items() for header in some]
)
def test_columns_of_customers_programs(lists: Any, field: str, header: str) -> None:
    numbers = lists.scan_bytes(
        table(f"Email,{header}", [f"{m},2026-01-02" for m in PEOPLE])
    ).numbers
    name = {
        "opted_in_at": "list_consent_known_share",
        "last_engaged_at": "list_engaged_known_share",
    }
    assert numbers[name[field]] == 1


CELLS = [
    ('="ann@b.com"', "ann@b.com"), ("'ann@b.com", "ann@b.com"), ("'ann@b.com'", "ann@b.com"),
    ("ann@b.com;", "ann@b.com"), ("ann@b.com.", "ann@b.com"), ("\u200bann@b.com\u2060", "ann@b.com"),
    ("\ufeffann@b.com", "ann@b.com"), ("an\u00adn@b.com", "ann@b.com"), ("\xa0ann@b.com ", "ann@b.com"),
    ("ann@b.com ::: bob@c.com", "ann@b.com"), ("Ann <ann@b.com>; Bob <bob@c.com>", "ann@b.com"),
    ("ann@b.com, bob@c.com", "ann@b.com"), ("ann@b.com bob@c.com", "ann@b.com"),
    ("o'neil@b.com", "o'neil@b.com"), ("a@b@c.de", None), ("ann b@c.de", None), (".ann@b.com", None),
    ("ann@b.com and bob@c.com", None), ("ann@b..com", None),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "address"), CELLS)
def test_what_stands_around_an_address(lists: Any, cell: str, address: str | None) -> None:
    assert parse_address(cell) == address
    found = lists.scan_bytes(json.dumps({"email": cell}).encode(), "ndjson")
    assert found.valid == (address is not None)
    assert found.numbers["list_non_ascii_share"] in (0, pytest.approx(float("nan"), nan_ok=True))


@pytest.mark.parametrize("between", ["; ", ", "])
def test_all_addresses_on_one_line(lists: Any, between: str) -> None:
    assert lists.scan_bytes(between.join(PEOPLE).encode()).valid == len(PEOPLE)


def test_two_lists_one_after_the_other(lists: Any) -> None:
    half = "\ufeff" + "\n".join(PEOPLE[:20]) + "\n"
    found = lists.scan_bytes((half + "\ufeff" + "\n".join(PEOPLE[20:])).encode())
    assert (found.rows, found.valid) == (40, 40)
    assert found.numbers["list_non_ascii_share"] == 0


@pytest.mark.parametrize("end", [b"\x00" * 1_000, b"\x1a", b"\x00\n\x1a"])
def test_padding_at_the_end_is_no_row(lists: Any, end: bytes) -> None:
    assert lists.scan_bytes(table("email", PEOPLE) + end).rows == len(PEOPLE)


def test_members_inside_of_members(lists: Any) -> None:
    lines = [
        json.dumps({"id": n, "attributes": {"email": mail, "created": "2026-01-01"}})
        for n, mail in enumerate(PEOPLE)
    ]
    assert lists.scan_bytes("\n".join(lines).encode(), "ndjson").valid == len(PEOPLE)


@pytest.mark.parametrize("chunk_rows", [1, 2, 100])
@pytest.mark.parametrize("polars_from", [0, 10**9])
@pytest.mark.parametrize("quoted", [False, True])
def test_bad_rows_by_line(lists: Any, chunk_rows: int, polars_from: int, quoted: bool) -> None:
    note = '"one\ntwo\n\nthree"' if quoted else "x"
    body = f"email,note\n\na@b.de,{note}\nbad,x\n\nb@b.de,{note}\nworse,x\n"
    limits = ScanLimits(chunk_rows=chunk_rows, polars_from=polars_from)
    bad_rows = lists.scan_bytes(body.encode(), "csv", limits).bad_rows
    assert [bad.row for bad in bad_rows] == [2, 4]
    lines = body.split("\n")
    assert [lines[bad.line - 1][:3] for bad in bad_rows] == ["bad", "wor"]


@pytest.mark.parametrize("chunk_rows", [1, 3, 100])
def test_lines_that_are_no_json_are_told(lists: Any, chunk_rows: int) -> None:
    lines = [
        '{"email": "a@b.de"}',
        "{broken",
        "",
        '{"email": "x"}',
        '{"email": "c@b.de"}',
        '"text"',
        "[]",
    ]
    found = lists.scan_bytes("\n".join(lines).encode(), "ndjson", ScanLimits(chunk_rows=chunk_rows))
    assert [(bad.row, bad.line, bad.why) for bad in found.bad_rows] == [
        (2, 2, "cannot be read"), (3, 4, "no at sign"), (5, 6, "cannot be read"), (6, 7, "cannot be read"),
    ]  # fmt: skip


def test_dates_with_the_day_first(lists: Any) -> None:
    days = [f"{n:02d}/05/2026" for n in range(1, 29)]
    body = table("email,subscribed at", [f"p{n}@b.de,{day}" for n, day in enumerate(days)])
    # Imported on the first of June: read with the month first, half of them lie in the future.
    assert lists.scan_bytes(body).numbers["list_consent_spread_days"] == pytest.approx(13.5)
    assert lists.scan_bytes(body).numbers["list_consent_future_share"] == 0
