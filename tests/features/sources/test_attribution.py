"""The account and campaign of an event, by declared rules."""

from datetime import UTC, datetime

import pytest

from features.records import EventType
from features.sources.attribution import Attribution, BadRules, attribute, shipped_rules
from features.sources.drafting import draft
from features.sources.source import ParsedEvents

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
RULES = shipped_rules()
OWNERS = {"shop.example": "acme"}


def whose(*clues: tuple[str, str], rules: Attribution = RULES, source: str = "dsn"):
    made = draft("1", EventType.HARD_BOUNCE, clues=clues)
    return rules.whose(made, source, OWNERS.get)


@pytest.mark.parametrize(
    ("clues", "account", "campaign"),
    [
        ([("metadata.account_id", "a1")], "a1", None),
        ([("metadata.campaign_id", "c1"), ("metadata.account", "a1")], "a1", "c1"),
        ([("tag", "spring"), ("tag", "account:a1"), ("tag", "campaign=c1")], "a1", "c1"),
        ([("header.x-account-id", "a1"), ("header.x-campaign-id", "c1")], "a1", "c1"),
        ([("return_path", "bounce+a1+c1+jane=x.example@b.example")], "a1", "c1"),
        ([("return_path", "bounces+a1@b.example")], "a1", None),
        ([("return_path", "jane@b.example")], None, None),
        ([("feedback_id", "c1:a1:news:sender")], "a1", "c1"),
        ([("feedback_id", "nonsense")], None, None),
        ([("dkim_domain", "SHOP.example")], "acme", None),
        ([("from_domain", "other.example"), ("dkim_domain", "shop.example")], "acme", None),
        ([("metadata.account_id", "two words"), ("from_domain", "shop.example")], "acme", None),
        ([("metadata.account_id", "a1"), ("from_domain", "shop.example")], "a1", None),
        ([("metadata.account_id", "x" * 129)], None, None),
        ([], None, None),
    ],
)
def test_shipped_rules(clues, account: str | None, campaign: str | None) -> None:
    assert whose(*clues) == (account, campaign)


def test_a_rule_may_be_of_some_sources_alone() -> None:
    rules = Attribution.from_yaml("rules: [{clue: tag, gives: account, sources: [sendgrid]}]")
    assert whose(("tag", "a1"), rules=rules, source="sendgrid") == ("a1", None)
    assert whose(("tag", "a1"), rules=rules, source="ses") == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "rules: 7",
        "rules: [{clue: tag}]",
        "rules: [{clue: tag, gives: account, domain: true}]",
        "rules: [{clue: tag, gives: money}]",
        "rules: [{clue: tag, pattern: '('}]",
        "rules: [{clue: tag, pattern: 'a(?P<who>.)'}]",
        "rules: [{clue: tag, pattern: 'a'}]",
        "rules: [{clue: tag, gives: account, surprise: 1}]",
        "rules: [",
    ],
)
def test_rules_that_cannot_be_used_are_refused(text: str) -> None:
    with pytest.raises(BadRules):
        Attribution.from_yaml(text)


def test_what_has_no_account_is_kept_apart() -> None:
    known = draft("1", EventType.OPEN, at=NOW, clues=[("metadata.account_id", "a1")])
    lost = draft("2", EventType.OPEN, recipient="jane@gmail.com")
    parsed = ParsedEvents((), (), (), (known, lost), (0, 3))
    found = attribute(parsed, "ses", RULES, NOW)
    assert [(e.account_id, e.source, e.event_id) for e in found.events] == [("a1", "ses", "1")]
    assert found.indexes == (0,)
    assert [(one.index, one.draft) for one in found.unattributed] == [(3, lost)]


def test_the_caller_may_say_whose_the_rest_is() -> None:
    lost = draft("2", EventType.OPEN, recipient="jane@gmail.com")
    known = draft("1", EventType.OPEN, clues=[("metadata.account_id", "a1")])
    parsed = ParsedEvents((), (), (), (known, lost), (0, 1))
    found = attribute(parsed, "ses", RULES, NOW, account_id="mine")
    assert [event.account_id for event in found.events] == ["a1", "mine"]
    assert found.unattributed == ()
    assert found.events[1].occurred_at == NOW
    assert found.events[1].mailbox_provider == "gmail"
