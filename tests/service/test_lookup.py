"""DNS lookups against a name server of our own on a real socket."""

import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from features.records import Account, AuthResult, DmarcPolicy, SendingDomain
from service.lookup import DnsCheck, Found

ZONE = {
    "good.example.": ['"v=spf1 include:_spf.esp.example -all"', '"unrelated"'],
    "_dmarc.good.example.": ['"v=DMARC1; p=reject; rua=mailto:x@good.example"'],
    "selector1._domainkey.good.example.": ['"v=DKIM1; k=rsa; " "p=MIIB"'],
    "twice.example.": ['"v=spf1 -all"', '"v=spf1 +all"'],
    "default._domainkey.twice.example.": ['"v=DKIM1; p="'],
    "_dmarc.twice.example.": ['"v=DMARC1; p=nonsense"'],
    "_dmarc.parent.example.": ['"v=DMARC1; p=quarantine; sp=none"'],
}


class Handler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        data, sock = self.request
        question = dns.message.from_wire(data)
        name = question.question[0].name.to_text().lower()
        if name.startswith("silent.") or ".silent." in name:
            return
        answer = dns.message.make_response(question)
        if name in ZONE:
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *ZONE[name]))
        else:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        sock.sendto(answer.to_wire(), self.client_address)


@pytest.fixture(scope="module")
def check() -> Iterator[DnsCheck]:
    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield DnsCheck(seconds=0.5, nameservers=("127.0.0.1",), port=server.server_address[1])
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("domain", "found"),
    [
        (
            "good.example",
            Found(spf=AuthResult.PASS, dkim=AuthResult.PASS, dmarc=DmarcPolicy.REJECT),
        ),
        ("twice.example", Found(spf=AuthResult.FAIL, dkim=AuthResult.FAIL, dmarc=DmarcPolicy.NONE)),
        ("nothing.example", Found(spf=AuthResult.NONE, dkim=None, dmarc=DmarcPolicy.ABSENT)),
        ("news.parent.example", Found(spf=AuthResult.NONE, dkim=None, dmarc=DmarcPolicy.NONE)),
        ("silent.example", Found()),
        ("..", Found()),
        ("a" * 100 + ".example", Found()),
    ],
)
def test_what_a_domain_publishes_is_found(check: DnsCheck, domain: str, found: Found) -> None:
    assert check(domain) == found


def test_a_checked_domain_is_stored_as_found(
    open_house: Any, tmp_path: Path, check: DnsCheck
) -> None:
    with open_house(tmp_path, check_domain=check) as house:
        _put_checked(house)


def _put_checked(house: Any) -> None:
    house.warden.put_account(Account(account_id="a-1", created_at=house.clock()), house.clock())
    asked = SendingDomain(domain="good.example", account_id="a-1", spf=AuthResult.FAIL)
    stored = house.warden.checked_domain(asked, house.clock())
    assert stored.spf is AuthResult.PASS
    assert house.store.domains("a-1") == (stored,)
