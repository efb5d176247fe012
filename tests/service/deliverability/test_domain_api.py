"""The domain check over HTTP, with a real name server behind it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from features.dns import Setup
from service.resolver import DnsResolver


@pytest.fixture(scope="module")
def api(
    open_house: Any, serve: Any, nsd: Callable[[], DnsResolver], tmp_path_factory: Any
) -> Iterator[Any]:
    setup = Setup(spf_include="_spf.esp.example", report_address="dmarc@esp.example")
    folder = tmp_path_factory.mktemp("domains")
    with open_house(folder, ask_dns=nsd(), setup=setup) as house, serve(house) as served:
        yield served


def test_a_report_lists_what_to_publish_worst_first(api: Any) -> None:
    answer = api("GET", "/v1/sending-domains/twice.broken.example/check?selector=s1", "review")
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["spf"], body["dkim"], body["dmarc"]) == ("fail", "none", "absent")
    severities = [todo["severity"] for todo in body["todo"]]
    assert severities == sorted(severities, key=["must", "should", "note"].index)
    spf = next(todo for todo in body["todo"] if todo["code"] == "SPF_SEVERAL")
    assert spf["message"].startswith("twice.broken.example has 2 SPF records")
    assert spf["records"][0]["value"] == "v=spf1 include:_spf.esp.example ip4:192.0.2.7 ~all"
    dmarc = next(todo for todo in body["todo"] if todo["code"] == "DMARC_ABSENT")
    assert dmarc["records"] == [
        {
            "name": "_dmarc.twice.broken.example",
            "type": "TXT",
            "value": "v=DMARC1; p=none; rua=mailto:dmarc@esp.example",
            "replaces": None,
        }
    ]


@pytest.mark.parametrize(
    ("query", "header", "chinese"),
    [
        ("?lang=zh-Hant", "en", True),
        ("", "zh-TW,zh;q=0.9,en;q=0.5", True),
        ("", "de, en;q=0.8", False),
    ],
)
def test_the_reader_chooses_the_language(api: Any, query: str, header: str, chinese: bool) -> None:
    path = f"/v1/sending-domains/twice.broken.example/check{query}"
    body = api("GET", path, headers={"Accept-Language": header}).json()
    assert ("有 2 筆 SPF 記錄" in body["todo"][0]["message"]) is chinese


@pytest.mark.parametrize(
    "query", ["?selector=%00", "?lang=xx", "?nonsense=1", "?selector=" + "a" * 99]
)
def test_bad_queries_are_refused(api: Any, query: str) -> None:
    assert api("GET", f"/v1/sending-domains/good.example/check{query}").status_code == 422
