"""Finds the account and campaign of an event by declared rules; what has none is kept apart."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import yaml

from features.plain_yaml import read_yaml
from features.records import ID_PATTERN, Event, Record
from features.sources.draft import Draft
from features.sources.source import ParsedEvents, Rejected

SHIPPED: Final = Path(__file__).parent / "attribution.yaml"
_ID: Final = re.compile(ID_PATTERN)
_GROUPS: Final = frozenset({"account", "campaign"})

OwnerOf = Callable[[str], str | None]
"""Returns the account of a sending domain, None where it is not known."""


class BadRules(ValueError):
    """The rules cannot be used; the text says why."""


class Rule(Record, frozen=True, kw_only=True):
    """One place to look at, and what is found there; see `attribution.yaml`."""

    clue: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    gives: str | None = None
    pattern: Annotated[str, msgspec.Meta(max_length=500)] | None = None
    domain: bool = False
    sources: tuple[str, ...] = ()


class _File(Record, frozen=True, kw_only=True):
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Unattributed:
    """An event that no rule gives an account: its index in the payload, and what is known."""

    index: int
    draft: Draft


@dataclass(frozen=True)
class Attributed:
    """Events with their indexes, what was rejected, and what has no account."""

    events: tuple[Event, ...]
    indexes: tuple[int, ...]
    rejected: tuple[Rejected, ...]
    unattributed: tuple[Unattributed, ...]


class Attribution:
    """The rules, ready to use."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = tuple((rule, _compiled(rule)) for rule in rules)

    @classmethod
    def from_yaml(cls, text: str) -> "Attribution":
        """Read the rules of a YAML text. Raises `BadRules`."""
        try:
            found = msgspec.convert(read_yaml(text), _File)
        except (yaml.YAMLError, msgspec.ValidationError) as error:
            raise BadRules(f"attribution rules: {error}") from error
        return cls(found.rules)

    def whose(self, draft: Draft, source: str, owner_of: OwnerOf) -> tuple[str | None, str | None]:
        """Return the account and campaign of a draft, None for each that is not known."""
        account, campaign = draft.account_id, draft.campaign_id
        for rule, pattern in self._rules:
            if account is not None and (campaign is not None or rule.domain):
                break
            if rule.sources and source not in rule.sources:
                continue
            for text in draft.clues.get(rule.clue, ()):
                for what, found in _ids(rule, pattern, text, owner_of):
                    if what == "account":
                        account = account or found
                    else:
                        campaign = campaign or found
        return account, campaign


def attribute(
    parsed: ParsedEvents,
    source: str,
    rules: Attribution,
    received_at: datetime,
    owner_of: OwnerOf = lambda _: None,
    account_id: str | None = None,
) -> Attributed:
    """Return the events of a payload; drafts without an account stay apart.

    `account_id` is that of everything in the payload that the rules give none, as the caller says.
    """
    events, indexes = list(parsed.events), list(parsed.indexes)
    lost: list[Unattributed] = []
    for draft, index in zip(parsed.drafts, parsed.draft_indexes, strict=True):
        account, campaign = rules.whose(draft, source, owner_of)
        account = account or account_id
        if account is None:
            lost.append(Unattributed(index, draft))
        else:
            events.append(draft.event(source, account, campaign, received_at))
            indexes.append(index)
    return Attributed(tuple(events), tuple(indexes), parsed.rejected, tuple(lost))


def shipped_rules() -> Attribution:
    """Return the rules that ship with the code."""
    return Attribution.from_yaml(SHIPPED.read_text(encoding="utf-8"))


def _compiled(rule: Rule) -> re.Pattern[str] | None:
    if sum((rule.gives is not None, rule.pattern is not None, rule.domain)) != 1:
        raise BadRules(f"rule on {rule.clue!r}: one of gives, pattern and domain is needed")
    if rule.gives is not None and rule.gives not in _GROUPS:
        raise BadRules(f"rule on {rule.clue!r}: gives account or campaign, not {rule.gives!r}")
    if rule.pattern is None:
        return None
    try:
        pattern = re.compile(rule.pattern)
    except re.error as error:
        raise BadRules(f"rule on {rule.clue!r}: {error}") from error
    if not pattern.groupindex or not set(pattern.groupindex) <= _GROUPS:
        raise BadRules(f"rule on {rule.clue!r}: name the groups account and campaign")
    return pattern


def _ids(
    rule: Rule, pattern: re.Pattern[str] | None, text: str, owner_of: OwnerOf
) -> Iterator[tuple[str, str]]:
    """Yield (`account` or `campaign`, id) for what a text holds of valid ids."""
    found: dict[str, Any] = {}
    if rule.domain:
        found = {"account": owner_of(text.lower())}
    elif pattern is None:
        found = {rule.gives or "account": text}
    elif (match := pattern.search(text)) is not None:
        found = match.groupdict()
    for what, value in found.items():
        if isinstance(value, str) and _ID.match(value):
            yield what, value
