"""SPF (RFC 7208): one record, ten look-ups, two empty answers, and an end that says something."""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from features.dns.finding import Finding, PublishRecord, Severity
from features.dns.questions import Question, RecordType, Setup, Steps
from features.records import AuthResult

MAX_LOOKUPS: Final = 10
MAX_VOID: Final = 2
# A bound on the walk itself: what asks for more is past its limit anyway.
_MAX_ASKED: Final = 40
_TERM: Final = re.compile(
    r"^(?P<sign>[+\-~?]?)(?P<kind>all|include|a|mx|ptr|ip4|ip6|exists)"
    r"(?:[:](?P<value>[^/\s]+))?(?P<length>(?:/\d{1,3}){0,1}(?://\d{1,3})?)$",
    re.IGNORECASE,
)
_MODIFIER: Final = re.compile(r"^(?P<name>[a-z][a-z0-9_.\-]*)=(?P<value>\S*)$", re.IGNORECASE)
_COSTLY: Final = frozenset({"include", "a", "mx", "ptr", "exists"})


@dataclass
class _Walk:
    """What the walk through a record and its includes met; `unknown`: DNS did not answer."""

    lookups: int = 0
    void: int = 0
    asked: int = 0
    unknown: bool = False
    broken: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    path: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Spf:
    """`result` None: DNS did not answer. `lookups` counts the whole tree of includes."""

    result: AuthResult | None
    record: str | None
    lookups: int
    findings: tuple[Finding, ...]


def is_spf(text: str) -> bool:
    """Return whether a TXT record is an SPF record (section 4.5)."""
    return text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")


def check_spf(domain: str, setup: Setup) -> Steps[Spf]:
    """Judge the SPF record of a domain with everything that it includes."""
    answer = yield Question(domain, RecordType.TXT)
    if answer.records is None:
        return Spf(None, None, 0, ())
    records = [text for text in answer.records if is_spf(text)]
    if not records:
        return Spf(AuthResult.NONE, None, 0, (spf_absent(domain, setup),))
    if len(records) > 1:
        return Spf(AuthResult.FAIL, None, 0, (_several(domain, records, setup),))
    walk = _Walk(path=[domain])
    yield from _walk(records[0], walk)
    findings = tuple(_faults(domain, records[0], walk, setup))
    failed = any(finding.severity is Severity.MUST for finding in findings)
    return Spf(AuthResult.FAIL if failed else AuthResult.PASS, records[0], walk.lookups, findings)


def _walk(record: str, walk: _Walk) -> Steps[None]:
    terms = record.split()[1:]
    has_all = any(term.lower().lstrip("+-~?") == "all" for term in terms)
    for term in terms:
        match = _TERM.match(term)
        if match is None:
            yield from _modifier(term, walk, has_all)
            continue
        kind, value = match["kind"].lower(), match["value"]
        if not _well_formed(kind, value, match["length"]):
            walk.broken.append(term)
        if kind in _COSTLY:
            walk.lookups += 1
            if value is not None and "%" not in value:
                yield from _look(kind, value.lower().rstrip("."), walk)


def _modifier(term: str, walk: _Walk, has_all: bool) -> Steps[None]:
    """Follow `redirect`, which counts only where there is no `all` (section 6.1)."""
    match = _MODIFIER.match(term)
    if match is None:
        walk.broken.append(term)
    elif match["name"].lower() == "redirect" and not has_all:
        walk.lookups += 1
        if "%" not in match["value"]:
            yield from _look("include", match["value"].lower().rstrip("."), walk)


def _look(kind: str, name: str, walk: _Walk) -> Steps[None]:
    """Ask what a term asks, and walk nested records; one that contains itself is an error."""
    walk.asked += 1
    if walk.asked > _MAX_ASKED:
        return
    if kind != "include":
        answer = yield Question(name, RecordType.MX if kind == "mx" else RecordType.A)
        walk.unknown |= answer.records is None
        walk.void += answer.records == ()
        return
    if name in walk.path:
        walk.missing.append(name)
        return
    answer = yield Question(name, RecordType.TXT)
    if answer.records is None:
        walk.unknown = True
        return
    nested = [text for text in answer.records if is_spf(text)]
    if len(nested) != 1:
        walk.missing.append(name)
        walk.void += not answer.records
        return
    walk.seen.add(name)
    walk.path.append(name)
    yield from _walk(nested[0], walk)
    walk.path.pop()


def _well_formed(kind: str, value: str | None, length: str) -> bool:
    if kind in ("include", "exists"):
        return value is not None
    if kind in ("ip4", "ip6"):
        family = ipaddress.IPv4Network if kind == "ip4" else ipaddress.IPv6Network
        try:
            family(f"{value}{length}", strict=False)
        except ValueError:
            return False
        return value is not None
    return kind != "all" or value is None


def _faults(domain: str, record: str, walk: _Walk, setup: Setup) -> list[Finding]:
    mend = (PublishRecord(domain, "TXT", _mended(record, walk, setup), record),)
    found = list(_tree_faults(walk, mend)) + list(_ending_faults(record, mend))
    include = setup.spf_include
    if include and not walk.unknown and include.lower() not in walk.seen:
        found.append(
            Finding(
                "SPF_WITHOUT_US", Severity.SHOULD,
                "The SPF record does not name {include}, the servers that send your mail here.",
                "Add the include to the record.", {"include": include}, mend,
            )
        )  # fmt: skip
    return found


def _tree_faults(walk: _Walk, mend: tuple[PublishRecord, ...]) -> Iterator[Finding]:
    if walk.broken:
        yield Finding(
            "SPF_SYNTAX", Severity.MUST,
            "The SPF record has a term that receivers cannot read: {terms}.",
            "Correct or remove that term; the record without it is given here.",
            {"terms": ", ".join(walk.broken[:5])[:200]}, mend,
        )  # fmt: skip
    if walk.missing:
        yield Finding(
            "SPF_DEAD_INCLUDE", Severity.MUST,
            "The SPF record includes {names}, which has no valid SPF record; the whole check fails.",
            "Remove the include, or ask its owner for the right name.",
            {"names": ", ".join(dict.fromkeys(walk.missing[:5]))}, mend,
        )  # fmt: skip
    if walk.lookups > MAX_LOOKUPS:
        yield Finding(
            "SPF_LOOKUPS", Severity.MUST,
            "The SPF record needs {count} DNS look-ups; receivers stop at 10 and the check fails.",
            "Remove includes of services that no longer send for you, or move one to a subdomain.",
            {"count": str(walk.lookups)},
        )  # fmt: skip
    elif walk.void > MAX_VOID:
        yield Finding(
            "SPF_VOID", Severity.MUST,
            "{count} names in the SPF record have no answer; receivers allow two and then fail the check.",
            "Remove the names that do not exist.", {"count": str(walk.void)},
        )  # fmt: skip


def _ending_faults(record: str, mend: tuple[PublishRecord, ...]) -> Iterator[Finding]:
    terms = [term.lower() for term in record.split()[1:]]
    if any(_kind(term) == "ptr" for term in terms):
        yield Finding(
            "SPF_PTR", Severity.SHOULD,
            "The SPF record uses ptr, which receivers need not follow (RFC 7208, 5.5).",
            "Take ptr out of the SPF record.", records=mend,
        )  # fmt: skip
    if "+all" in terms or "all" in terms:
        yield Finding(
            "SPF_OPEN", Severity.MUST,
            "The SPF record ends in +all: it lets anyone on the internet send as this domain.",
            "Let the record end in ~all.", records=mend,
        )  # fmt: skip
    elif not any(term in ("-all", "~all") or term.startswith("redirect=") for term in terms):
        yield Finding(
            "SPF_NO_END", Severity.SHOULD,
            "The SPF record does not say what to do with mail from elsewhere.",
            "Let the record end in ~all.", records=mend,
        )  # fmt: skip


def _mended(record: str, walk: _Walk, setup: Setup) -> str:
    """Return the record with all that can be mended mended, so that one change does it."""
    dead = {f"{word}{name}" for name in walk.missing for word in ("include:", "redirect=")}
    has_all = any(_kind(term) == "all" for term in record.split()[1:])
    # Beside `all` a redirect counts for nothing (section 6.1), so it goes.
    unwanted = ("ptr", "all", "redirect") if has_all else ("ptr", "all")
    kept = [
        term
        for term in record.split()[1:]
        if term not in walk.broken
        and term.lower().lstrip("+-~?").rstrip(".") not in dead
        and _kind(term) not in unwanted
    ]
    include = setup.spf_include
    if include and include.lower() not in walk.seen:
        kept.insert(0, f"include:{include}")
    redirected = any(term.lower().startswith("redirect=") for term in kept)
    end = "-all" if "-all" in record.lower().split() else "~all"
    return " ".join(["v=spf1", *kept, *(() if redirected else (end,))])


def _kind(term: str) -> str:
    return re.split(r"[:/=]", term.lower().lstrip("+-~?"), maxsplit=1)[0]


def _include(setup: Setup) -> str:
    return f"include:{setup.spf_include}" if setup.spf_include else "mx"


def spf_absent(domain: str, setup: Setup) -> Finding:
    """Return the finding that there is no record, with the one to publish."""
    return Finding(
        "SPF_ABSENT", Severity.MUST,
        "{domain} has no SPF record: receivers cannot tell which servers may send for it.",
        "Publish this SPF record.",
        {"domain": domain},
        (PublishRecord(domain, "TXT", f"v=spf1 {_include(setup)} ~all"),),
    )  # fmt: skip


def _several(domain: str, records: list[str], setup: Setup) -> Finding:
    """Two records are an error that voids both; one that says what both said is offered."""
    terms = dict.fromkeys(
        term for record in records for term in record.split()[1:]
        if term.lower().lstrip("+-~?") != "all"
    )  # fmt: skip
    if setup.spf_include:
        terms.setdefault(_include(setup))
    value = " ".join(["v=spf1", *terms, "~all"])
    return Finding(
        "SPF_SEVERAL", Severity.MUST,
        "{domain} has {count} SPF records; receivers treat that as an error and ignore all of them.",
        "Replace them by this single record.",
        {"domain": domain, "count": str(len(records))},
        (PublishRecord(domain, "TXT", value, " | ".join(records)),),
    )  # fmt: skip
