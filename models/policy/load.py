"""From the text of a policy to a `Policy`, or to everything that is wrong with it."""

import hashlib
import math
from collections.abc import Mapping
from importlib.resources import files
from itertools import pairwise

from features.catalogue import Catalogue
from features.records import Subject
from models.decision import Action, Limits
from models.policy.action import ActionKind, action_kinds
from models.policy.audits import Audit, read_audit
from models.policy.document import Node, Scalar, read_document
from models.policy.earnings import read_earning
from models.policy.expressions import Vocabulary
from models.policy.faults import PolicyErrors
from models.policy.goods import read_goods
from models.policy.policy import (
    FLAGS,
    NUMBERS,
    SCORES,
    TEXTS,
    Band,
    Lane,
    LimitRow,
    Missing,
    Policy,
    Standing,
)
from models.policy.reading import Reader
from models.policy.releases import read_rules_of_release
from models.policy.rules import read_rules

FORMAT = 1
MAX_ROWS = 100
COSTS = ("mail_leaked", "good_mail_delayed", "false_stop", "review")
_SECTIONS = (
    "format",
    "name",
    "version",
    "bands",
    "limits",
    "release",
    "standing",
    "fallbacks",
    "valid_for",
    "costs",
)
_LANES = tuple(lane.value for lane in Lane)
_MOST_MAILS = 1_000_000_000


def load_policy(text: str, catalogue: Catalogue) -> Policy:
    """Return the policy. Raises `PolicyErrors` with every fault, its place and a suggestion."""
    root = read_document(text)
    reader = Reader()
    optional = ("description", "rules", "earned", "audit", "prohibited_goods")
    parts = reader.mapping(root, _SECTIONS, optional)
    if reader.errors and not parts:
        raise PolicyErrors(reader.errors)
    policy = _policy(reader, parts, text, catalogue)
    if reader.errors or policy is None:
        raise PolicyErrors(reader.errors)
    return policy


def default_policy_text() -> str:
    """Return the shipped policy."""
    return files("models.policy").joinpath("default.yaml").read_text(encoding="utf-8")


def vocabularies(catalogue: Catalogue) -> dict[Subject, Vocabulary]:
    """Return the names that rules may use, by subject."""
    return {
        subject: Vocabulary(
            [n for n in (*NUMBERS, *catalogue.names(subject)) if n not in (*TEXTS, *FLAGS)],
            TEXTS,
            FLAGS,
        )
        for subject in Subject
    }


def _policy(
    reader: Reader, parts: Mapping[str, Node], text: str, catalogue: Catalogue
) -> Policy | None:
    words = vocabularies(catalogue)
    rules = read_rules(reader, parts["rules"], words) if "rules" in parts else ()
    if not all(section in parts for section in _SECTIONS):
        return None
    if reader.whole(parts["format"], 0, 1_000) != FORMAT:
        reader.fail(parts["format"], f"this code reads policy format {FORMAT}")
    name = reader.text(parts["name"], 60)
    fallbacks, risk_unknown = _fallbacks(reader, parts["fallbacks"])
    return Policy(
        name=name,
        version=f"{name}-{reader.text(parts['version'], 40)}-{_digest(text)}",
        description=reader.text(parts["description"], 2_000) if "description" in parts else "",
        text=text,
        bands=_bands(reader, parts["bands"]),
        rules=rules,
        vocabularies=words,
        limits=_limits(reader, parts["limits"]),
        release=read_rules_of_release(reader, parts["release"]),
        earned=read_earning(reader, parts["earned"]) if "earned" in parts else None,
        audit=read_audit(reader, parts["audit"]) if "audit" in parts else Audit(),
        standing=_standing(reader, parts["standing"]),
        fallbacks=fallbacks,
        risk_unknown=risk_unknown,
        valid_for={
            action: reader.duration(node)
            for action, node in _by_action(reader, parts["valid_for"]).items()
        },
        costs={
            key: reader.number(node, 0, 1e9)
            for key, node in reader.mapping(parts["costs"], COSTS).items()
        },
        goods=read_goods(reader, parts["prohibited_goods"]) if "prohibited_goods" in parts else (),
        feature_sets={subject: catalogue.fingerprint(subject) for subject in Subject},
        mildest=next(iter(action_kinds().values())),
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _by_action(reader: Reader, node: Node) -> dict[Action, Node]:
    found = reader.mapping(node, [action.label for action in Action])
    return {Action[key.upper()]: value for key, value in found.items()}


def _bands(reader: Reader, node: Node) -> dict[Lane, tuple[Band, ...]]:
    lanes = reader.mapping(node, _LANES)
    return {Lane(lane): _lane_bands(reader, scores) for lane, scores in lanes.items()}


def _lane_bands(reader: Reader, node: Node) -> tuple[Band, ...]:
    bands: list[Band] = []
    for score, thresholds in reader.mapping(node, (), SCORES).items():
        bands.extend(_ladder(reader, score, thresholds))
    return tuple(bands)


def _ladder(reader: Reader, score: str, node: Node) -> list[Band]:
    """Read the thresholds of one score: a more severe action never comes earlier."""
    kinds = action_kinds()
    found = reader.mapping(node, (), list(kinds)[1:])
    bands = [Band(score, reader.number(value, 0, 1), kinds[name]) for name, value in found.items()]
    bands.sort(key=lambda band: band.kind.severity)
    for milder, harder in pairwise(bands):
        if harder.at_least < milder.at_least:
            reader.fail(
                found[harder.kind.name],
                f"{harder.kind.name} from {harder.at_least:g} comes before "
                f"{milder.kind.name} from {milder.at_least:g}",
                "the more severe action needs the higher threshold",
            )
    return bands


def _limits(reader: Reader, node: Node) -> tuple[LimitRow, ...]:
    entries = reader.entries(node, MAX_ROWS)
    rows = tuple(_limit_row(reader, entry) for entry in entries)
    if not rows or rows[-1] != LimitRow(rows[-1].limits):
        reader.fail(entries[-1] if entries else node, "the last row of limits needs no conditions")
    return rows


def _limit_row(reader: Reader, node: Node) -> LimitRow:
    amounts = ("per_hour", "per_day", "first_stage")
    conditions = ("younger_than_days", "risk_at_least", "paid")
    found = reader.mapping(node, amounts, conditions)
    read = {key: reader.whole(found[key], 1, _MOST_MAILS) for key in amounts if key in found}
    limits = Limits(**(dict.fromkeys(amounts, 1) | read))
    if limits.per_hour > limits.per_day or limits.first_stage > limits.per_day:
        reader.fail(node, "per_hour and first_stage cannot be above per_day")
    return LimitRow(
        limits,
        reader.number(found[conditions[0]], 0, 1e5) if conditions[0] in found else math.inf,
        reader.number(found[conditions[1]], 0, 1) if conditions[1] in found else 0.0,
        reader.flag(found["paid"]) if "paid" in found else None,
    )


def _standing(reader: Reader, node: Node) -> dict[str, Standing]:
    labels = [action.label for action in Action][1:]
    return {
        label: _one_standing(reader, value, action_kinds()[label])
        for label, value in reader.mapping(node, (), labels).items()
    }


def _one_standing(reader: Reader, node: Node, kind: ActionKind) -> Standing:
    found = reader.mapping(node, ("holds", "lifts_below"))
    lanes = reader.choices(found["holds"], _LANES) if "holds" in found else ()
    lifts = found.get("lifts_below")
    if lifts is None or (isinstance(lifts, Scalar) and lifts.text == "never"):
        return Standing(kind, frozenset(map(Lane, lanes)), None)
    limits = reader.mapping(lifts, (), SCORES)
    if not limits:
        reader.fail(lifts, "name at least one score, or write never")
    read = {score: reader.number(value, 0, 1) for score, value in limits.items()}
    return Standing(kind, frozenset(map(Lane, lanes)), read)


def _fallbacks(reader: Reader, node: Node) -> tuple[dict[Missing, dict[Lane, ActionKind]], float]:
    names = [missing.value for missing in Missing]
    found = reader.mapping(node, ("risk", *names))
    risk = reader.number(found["risk"], 0, 1) if "risk" in found else 0.0
    lanes = {Missing(key): _by_lane(reader, found[key]) for key in names if key in found}
    return lanes, risk


def _by_lane(reader: Reader, node: Node) -> dict[Lane, ActionKind]:
    """Read one action for all lanes, or one for each."""
    kinds = action_kinds()
    if isinstance(node, Scalar):
        return dict.fromkeys(Lane, kinds[reader.choice(node, kinds)])
    found = reader.mapping(node, _LANES)
    return {Lane(lane): kinds[reader.choice(value, kinds)] for lane, value in found.items()}
