"""The customer's card: computed effects, records to publish, two languages, no traps."""

import re
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest

from features.dns import Setup
from features.hashing import AddressHasher
from features.lists import scan
from features.records import (
    Account,
    AuthResult,
    DmarcPolicy,
    ImportSource,
    ListImport,
    Segment,
    SendingDomain,
)
from models.languages import load_language

MARCH = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)


@pytest.fixture
def house(open_house: Any, tmp_path: Any) -> Any:
    setup = Setup(
        spf_include="_spf.esp.example", selectors=("s1",), dkim_target="{selector}.esp.example"
    )
    with open_house(tmp_path, setup=setup) as opened:
        opened.warden.put_account(Account(account_id="a", created_at=MARCH), opened.clock())
        yield opened


def add_import(house: Any, list_id: str, *parts: tuple[str, int, float]) -> None:
    rows = sum(part[1] for part in parts)
    record = ListImport(
        import_id=list_id, account_id="a", list_id=list_id, source=ImportSource.FILE,
        imported_at=MARCH, rows=rows, valid=rows, invalid=0, duplicates=0, numbers={},
        segments=tuple(
            Segment(by="consent_age", value=value, rows=n, expected_hard_bounce_rate=rate)
            for value, n, rate in parts
        ),
    )  # fmt: skip
    csv = BytesIO(b"email\na@b.example\n")
    sketch = scan(csv, "csv", AddressHasher(b"k" * 32), MARCH).sketch
    house.store.add_import(record, sketch)


def test_the_effect_of_leaving_an_import_out_is_computed(house: Any) -> None:
    add_import(house, "spring-fair", ("over 2 years", 640, 0.5), ("1 to 2 years", 600, 0.5))
    add_import(house, "shop", ("up to 90 days", 8_760, 0.013))
    (told,) = house.warden.advice("a", house.clock()).cures
    assert told.text == (
        "The 1,240 contacts imported on 2026-03-03 into spring-fair cause 84 % of the expected "
        "bounces; without them 7.3 % becomes 1.3 %."
    )


def test_the_records_that_are_known_to_be_missing_are_named(house: Any) -> None:
    lacking = SendingDomain(
        domain="shop.example", account_id="a", spf=AuthResult.NONE, dkim=AuthResult.NONE,
        dmarc=DmarcPolicy.ABSENT,
    )  # fmt: skip
    house.warden.put_domain(lacking, house.clock())
    published = house.warden.advice("a", house.clock()).publish
    assert [(r.name, r.type, r.value) for p in published for r in p.records] == [
        ("shop.example", "TXT", "v=spf1 include:_spf.esp.example ~all"),
        ("s1._domainkey.shop.example", "CNAME", "s1.esp.example"),
        ("_dmarc.shop.example", "TXT", "v=DMARC1; p=none"),
    ]


def test_the_card_is_chinese_through_and_through(house: Any) -> None:
    add_import(house, "all", ("up to 90 days", 9_000, 0.005), ("over 2 years", 1_000, 0.4))
    lacking = SendingDomain(domain="shop.example", account_id="a", dmarc=DmarcPolicy.ABSENT)
    house.warden.put_domain(lacking, house.clock())
    card = house.warden.advice("a", house.clock(), load_language("zh-Hant"))
    texts = [card.headline, *(c.text for c in card.cures), *(p.message for p in card.publish)]
    for change in card.changes:
        texts += [change.message, change.why, change.advice]
    assert len(texts) > 5
    for text in texts:
        assert re.search(r"[\u4e00-\u9fff]", text), text
        assert not re.search(r"[a-z]{3,} [a-z]{3,}", text), text
    assert card.cures[0].text.startswith("all 中同意時間為「超過 2 年」的 1,000 位聯絡人造成 90 %")


def test_trap_figures_stay_inside(house: Any) -> None:
    card = house.warden.advice("a", house.clock())
    for change in card.changes:
        if "TRAP" in change.code:
            assert change.effect is None
            assert not re.search(r"\d", change.message)
