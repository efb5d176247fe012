"""Reads the rules of a policy and checks each against the subjects it speaks of."""

import re
from collections.abc import Mapping

from features.records import Subject
from models.policy.action import action_kinds
from models.policy.document import Node, Scalar
from models.policy.expressions import BadExpression, Expression, Fault, Vocabulary
from models.policy.faults import PolicyError
from models.policy.policy import Lane, Rule
from models.policy.reading import Reader, nearest
from models.reasons.registry import load_reasons

MAX_RULES = 200
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_UNKNOWN = re.compile(r"unknown name '([^']*)'")
_LANES = tuple(lane.value for lane in Lane)


def subject_of(lane: Lane) -> Subject:
    """Return the subject whose features a lane's rules see."""
    return Subject.CAMPAIGN if lane in (Lane.BROADCAST, Lane.TRANSACTIONAL) else Subject(lane.value)


def read_rules(reader: Reader, node: Node, words: Mapping[Subject, Vocabulary]) -> tuple[Rule, ...]:
    """Return the rules; faults go to `reader`."""
    rules: list[Rule] = []
    names: set[str] = set()
    for entry in reader.entries(node, MAX_RULES):
        rule = _rule(reader, entry, words)
        if rule is None:
            continue
        if rule.name in names:
            reader.fail(entry, f"a second rule named {rule.name}")
        names.add(rule.name)
        rules.append(rule)
    return tuple(rules)


def _rule(reader: Reader, node: Node, words: Mapping[Subject, Vocabulary]) -> Rule | None:
    found = reader.mapping(node, ("name", "when", "action", "lanes"), ("reason", "shadow", "note"))
    if not all(key in found for key in ("name", "when", "action", "lanes")):
        return None
    name = reader.text(found["name"], 60)
    if not _NAME.fullmatch(name):
        reader.fail(found["name"], "a rule's name has small letters, digits and _")
    kind = action_kinds()[reader.choice(found["action"], action_kinds())]
    lanes = frozenset(Lane(lane) for lane in reader.choices(found["lanes"], _LANES))
    when = found["when"]
    return Rule(
        name=name,
        when=when.text if isinstance(when, Scalar) else "",
        kind=kind,
        lanes=lanes,
        expressions=_expressions(reader, when, lanes, words),
        reason=_reason(reader, found["reason"]) if "reason" in found else None,
        shadow=reader.flag(found["shadow"]) if "shadow" in found else False,
    )


def _reason(reader: Reader, node: Node) -> str:
    code = reader.text(node, 80)
    known = load_reasons().by_code
    if code and code not in known:
        reader.fail(node, f"no reason has the code {code}", nearest(code, known))
    return code


def _expressions(
    reader: Reader, node: Node, lanes: frozenset[Lane], words: Mapping[Subject, Vocabulary]
) -> dict[Subject, Expression]:
    compiled: dict[Subject, Expression] = {}
    source = reader.text(node, 2_000)
    if not source or not isinstance(node, Scalar):
        return compiled
    errors: dict[tuple[int, int], PolicyError] = {}
    for subject in sorted({subject_of(lane) for lane in lanes}):
        try:
            compiled[subject] = words[subject].compile(source)
            _check_evidence(reader, node, compiled[subject].names, words[subject])
        except BadExpression as bad:
            for fault in bad.faults:
                error = _placed(fault, node, subject, words)
                known = errors.setdefault((fault.line, fault.column), error)
                if error.suggestion and not known.suggestion:
                    errors[fault.line, fault.column] = error
    reader.errors.extend(errors.values())
    return compiled


def _check_evidence(reader: Reader, node: Node, names: frozenset[str], words: Vocabulary) -> None:
    """A rate acts only on evidence: a rule that reads one must read its lower bound as well."""
    for name in sorted(names):
        stem, rate, _ = name.partition("_rate_")
        bounds = sorted(word for word in words.names if word.startswith(f"{stem}_lower_"))
        if rate and bounds and not names.intersection(bounds):
            known = {(e.line, e.column) for e in reader.errors}
            if (node.line, node.column) not in known:
                reader.fail(
                    node,
                    f"'{name}' may be a few mails' chance",
                    f"use what is certain of it: {', '.join(bounds)}",
                )


def _placed(
    fault: Fault, node: Scalar, subject: Subject, words: Mapping[Subject, Vocabulary]
) -> PolicyError:
    line, column = _position(fault, node)
    unknown = _UNKNOWN.match(fault.cause)
    others = [s.value for s in Subject if unknown and unknown[1] in words[s].names]
    if unknown and others:
        cause = f"'{unknown[1]}' is not known for a {subject.value}, only for: {', '.join(others)}"
        return PolicyError(line, column, cause, "take the other lanes out of this rule")
    return PolicyError(line, column, fault.cause, fault.suggestion)


def _position(fault: Fault, node: Scalar) -> tuple[int, int]:
    """Map a place in the expression to the file; a folded text only to where it starts."""
    if node.style == "|":
        return node.line + fault.line, 0
    if node.style == ">" or fault.line > 1:
        return node.line, node.column
    quote = 1 if node.style else 0
    return node.line, node.column + quote + fault.column - 1
