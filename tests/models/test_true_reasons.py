"""No reason says what is not so: of accounts, lists and campaigns by the model that ships."""

import math
import re
from collections import Counter
from datetime import UTC, datetime

import numpy as np
import pytest

from features.catalogue import Array, Catalogue, load_catalogue
from features.records import Subject
from features.tiles import COUNTERS
from features.windows import WINDOWS
from models.attribution import pushes
from models.bundle import Bundle
from models.decide import Context, Question, decide
from models.decision import ReasonGiven, SubjectRef
from models.explain import MAX_REASONS, explain_contributions
from models.policy import default_policy_text, load_policy
from models.reasons.claim import ALWAYS
from models.reasons.general import GENERAL
from models.reasons.registry import load_reasons
from models.registry import starter_files
from models.waterfall import waterfall
from tests.models.reasons_denied import DENIED

CATALOGUE = load_catalogue()
REASONS = load_reasons()
GENERAL_CODES = {reason.code for reason in GENERAL}
N_ROWS = 250
_WINDOWED = re.compile(rf"({'|'.join(map(str, (*COUNTERS, 'attempts', 'accepted')))})(_\d+[hd])?")
_AT_MOST_ONE = re.compile(
    r"(share|rate|paid|known|free_mail|aligned|_pass|order|entropy|reuse|from_own_domain)$"
)


@pytest.fixture(scope="module")
def shipped() -> Bundle:
    return Bundle.from_files(starter_files(), CATALOGUE)


def drawn_inputs(catalogue: Catalogue, subject: Subject, seed: int) -> dict[str, Array]:
    """Draw what senders can be like: much of it absent, unknown, or all of it."""
    rng = np.random.default_rng(seed)
    names = {name for column in catalogue.columns(subject) for name in column.feature.inputs}
    inputs = {name: _drawn(name, rng) for name in sorted(names) if not _WINDOWED.fullmatch(name)}
    alone = rng.random(N_ROWS) < 1 / 3
    for name, values in inputs.items():
        if name.startswith(("tie_", "close_", "peer_")):
            values[alone & (values > 0)] = 0.0
    return _lists(inputs, rng) | _mail(inputs, rng)


def _drawn(name: str, rng: np.random.Generator) -> Array:
    kinds = rng.random(N_ROWS)
    plausible = np.floor(np.exp(rng.uniform(0, 9, N_ROWS)))
    if _AT_MOST_ONE.search(name):
        plausible = rng.choice([0.0, 1.0, 0.02, 0.4, 0.97], N_ROWS)
    return np.where(kinds < 0.25, np.nan, np.where(kinds < 0.5, 0.0, plausible))


def _lists(inputs: dict[str, Array], rng: np.random.Generator) -> dict[str, Array]:
    """Some have no list, and some lists have no times of opt-in; others have all that is asked for."""
    unlisted, untimed = rng.random(N_ROWS) < 0.3, rng.random(N_ROWS) < 0.3
    told = {name: values.copy() for name, values in inputs.items() if name.startswith("list_")}
    told["list_rows"] = np.nan_to_num(told["list_rows"], nan=5.0)
    for name, values in told.items():
        if name.startswith("list_consent"):
            values[untimed] = np.nan
    known = np.nan_to_num(told["list_consent_known_share"], nan=0.0)
    told |= {"list_consent_known_share": known, "list_has_consent_times": (known > 0) * 1.0}
    return inputs | {name: np.where(unlisted, np.nan, values) for name, values in told.items()}


def _mail(inputs: dict[str, Array], rng: np.random.Generator) -> dict[str, Array]:
    """Draw counters, `(n_rows, n_windows)`: a third has sent nothing, half of the others nothing bad."""
    growing = np.cumsum(np.floor(np.exp(rng.uniform(-2, 7, (N_ROWS, len(WINDOWS))))), axis=1)
    attempts = growing * (rng.random((N_ROWS, 1)) > 1 / 3)
    bad = (rng.random((N_ROWS, 1)) > 1 / 2) * 0.1
    counters = {name: np.floor(attempts * bad * rng.random((N_ROWS, 1))) for name in COUNTERS}
    idle = attempts[:, -1] == 0
    by_provider = {
        name: np.where(idle, np.nan, values)
        for name, values in inputs.items()
        if "provider" in name or name == "hours_since_first_send"
    }
    return by_provider | counters | {"attempts": attempts, "accepted": attempts}


def named(bundle: Bundle, subject: Subject, values: Array) -> dict[str, float]:
    return dict(zip(bundle.catalogue.names(subject), values.tolist(), strict=True))


def untrue(
    bundle: Bundle, subject: Subject, row: Array, given: tuple[ReasonGiven, ...]
) -> set[str]:
    """Return the codes of reasons that the row denies."""
    facts, usual = named(bundle, subject, row), named(bundle, subject, bundle.typical[subject])
    return {r.code for r in given if r.code in DENIED and DENIED[r.code](facts, usual)}


@pytest.mark.parametrize("subject", Subject)
@pytest.mark.parametrize("seed", range(2))
def test_no_reason_claims_what_the_values_deny(
    shipped: Bundle, subject: Subject, seed: int
) -> None:
    rows = CATALOGUE.compute(subject, drawn_inputs(CATALOGUE, subject, seed))
    told: Counter[str] = Counter()
    for row in rows:
        given = shipped.explain(subject, row)
        assert untrue(shipped, subject, row, given) == set()
        assert given, "something pushes up, and it is told"
        assert sum(reason.weight for reason in given) <= 1 + 1e-9
        assert len(given) == MAX_REASONS or math.isclose(sum(r.weight for r in given), 1)
        told.update(reason.code for reason in given)
    assert len(told) > 15, "the rows are of many kinds"


@pytest.mark.parametrize("subject", Subject)
def test_each_feature_alone_is_told_truly(shipped: Bundle, subject: Subject) -> None:
    """Every feature in turn pushes alone: at nothing, at the usual value, and unknown."""
    columns, typical = CATALOGUE.columns(subject), shipped.typical[subject]
    for base in (typical, np.zeros_like(typical), np.full_like(typical, np.nan)):
        for index in range(len(columns)):
            for value in (0.0, typical[index], np.nan):
                row, pushed = base.copy(), np.zeros(len(columns))
                row[index], pushed[index] = value, 1.0
                given = explain_contributions(
                    columns, pushed, row, typical, shipped.voices[subject]
                )
                assert [reason.weight for reason in given] == [1.0]
                assert untrue(shipped, subject, row, given) == set(), (columns[index].name, value)


@pytest.mark.parametrize("subject", Subject)
def test_of_the_unknown_only_what_is_true_is_told(shipped: Bundle, subject: Subject) -> None:
    columns = CATALOGUE.columns(subject)
    unknown = np.full(len(columns), np.nan)
    given = explain_contributions(
        columns, np.ones(len(columns)), unknown, shipped.typical[subject], shipped.voices[subject]
    )
    assert {reason.code for reason in given} == {"FACTS_UNKNOWN", "HISTORY_SHORT"}


@pytest.mark.parametrize("subject", Subject)
def test_a_push_told_elsewhere_is_not_lost(shipped: Bundle, subject: Subject) -> None:
    columns, voices = CATALOGUE.columns(subject), shipped.voices[subject]
    rows = CATALOGUE.compute(subject, drawn_inputs(CATALOGUE, subject, 3))[:40]
    rng = np.random.default_rng(3)
    for row in rows:
        contributions = rng.normal(size=len(columns))
        found = pushes(columns, contributions, row, shipped.typical[subject], voices)
        groups: Counter[str] = Counter()
        for voice, pushed in zip(voices, contributions, strict=True):
            groups[voice[0].reason.code] += float(pushed)
        up = sum(added for added in groups.values() if added > 0)
        assert math.isclose(sum(push.added for push in found if push.added > 0), up)
        assert math.isclose(sum(p.added for p in found), contributions.sum(), abs_tol=1e-9)


def test_the_chart_of_a_case_blames_what_the_reasons_do(shipped: Bundle) -> None:
    policy = load_policy(default_policy_text(), CATALOGUE)
    names = CATALOGUE.names(Subject.CAMPAIGN)
    rows = CATALOGUE.compute(Subject.CAMPAIGN, drawn_inputs(CATALOGUE, Subject.CAMPAIGN, 5))
    for number, row in enumerate(rows[:40]):
        subject = SubjectRef(type=Subject.CAMPAIGN, id=str(number))
        asked = Question(
            "d", subject, "a", datetime(2026, 11, 23, tzinfo=UTC), names, row, Context()
        )
        decision = decide(asked, shipped, policy)
        steps = waterfall(decision, shipped)
        assert math.isclose(steps[-1].after, decision.risk, abs_tol=1e-9)
        facts = named(shipped, Subject.CAMPAIGN, row)
        usual = named(shipped, Subject.CAMPAIGN, shipped.typical[Subject.CAMPAIGN])
        upward = {step.code for step in steps if step.after > step.before}
        assert not {code for code in upward & DENIED.keys() if DENIED[code](facts, usual)}


def test_every_shipped_reason_states_what_it_claims() -> None:
    for reason in REASONS.reasons:
        claims = [reason.claims.get(pattern, reason.claim) for pattern in reason.features]
        assert ALWAYS not in claims, reason.code
        assert set(reason.claims) <= set(reason.features), reason.code
        assert not reason.features or reason.code in DENIED, reason.code
    names = {column.name for subject in Subject for column in CATALOGUE.columns(subject)}
    assert {name for reason in REASONS.reasons for name in reason.steps_in} <= names


@pytest.mark.parametrize("subject", Subject)
def test_hidden_values_stay_hidden_under_a_general_reason(
    shipped: Bundle, subject: Subject
) -> None:
    columns, typical = CATALOGUE.columns(subject), shipped.typical[subject]
    for index, voice in enumerate(shipped.voices[subject]):
        pushed = np.zeros(len(columns))
        pushed[index] = 1.0
        given = explain_contributions(columns, pushed, typical, typical, shipped.voices[subject])
        if voice[0].reason.hidden_value:
            assert given[0].value is None
            assert given[0].typical is None
            assert columns[index].feature.meaning not in given[0].message


def _told(shipped: Bundle, values: dict[str, float], name: str) -> ReasonGiven:
    """Return what is told of one campaign feature that pushes, in a row that is else as usual."""
    columns, typical = CATALOGUE.columns(Subject.CAMPAIGN), shipped.typical[Subject.CAMPAIGN]
    names = CATALOGUE.names(Subject.CAMPAIGN)
    row, pushed = typical.copy(), np.zeros(len(columns))
    for key, value in values.items():
        row[names.index(key)] = value
    pushed[names.index(name)] = 1.0
    given = explain_contributions(columns, pushed, row, typical, shipped.voices[Subject.CAMPAIGN])
    return given[0]


@pytest.mark.parametrize(
    ("values", "name", "code"),
    [
        ({"device_peers": 0.0}, "device_peers", "FACTS_TOGETHER"),
        ({"device_peers": math.nan}, "device_peers", "FACTS_UNKNOWN"),
        ({"device_peers": 0.9975}, "device_peers", "LINKED_ACCOUNTS"),
        (
            {"list_consent_older_1y_share": math.nan, "list_consent_known_share": 0.0},
            "list_consent_older_1y_share",
            "LIST_CONSENT_UNKNOWN",
        ),
        (
            {"list_consent_older_1y_share": math.nan, "list_consent_known_share": math.nan},
            "list_consent_older_1y_share",
            "FACTS_UNKNOWN",
        ),
        ({"list_consent_older_1y_share": 0.1}, "list_consent_older_1y_share", "FACTS_TOGETHER"),
        ({"list_consent_older_1y_share": 0.9}, "list_consent_older_1y_share", "LIST_CONSENT_OLD"),
        # Nobody is sure to have been mailed: the hundred that is added makes the number.
        (
            {"mails_for_age": 6.6, "mails_30d": 0.0, "account_age_days": 0.1},
            "mails_for_age",
            "ACCOUNT_NEW",
        ),
        (
            {"mails_for_age": 0.7, "mails_30d": 1.9, "account_age_days": 400.0},
            "mails_for_age",
            "FACTS_TOGETHER",
        ),
        ({"mails_for_age": 8.0, "mails_30d": 4.0}, "mails_for_age", "VOLUME"),
        ({"spike_24h": 0.0}, "spike_24h", "FACTS_TOGETHER"),
        ({"spike_24h": 2.0}, "spike_24h", "VOLUME_JUMP"),
        ({"transactional": 0.0}, "transactional", "FACTS_TOGETHER"),
        ({"hard_bounce_rate_7d": 0.0039}, "hard_bounce_rate_7d", "FACTS_TOGETHER"),
        ({"hard_bounce_rate_7d": 0.02}, "hard_bounce_rate_7d", "HARD_BOUNCES"),
        (
            {"list_known_harm": 0.2, "list_trap_share": 0.01, "list_hard_bounced_share": 0.0},
            "list_known_harm",
            "LIST_SPAM_TRAPS",
        ),
        (
            {"list_known_harm": 0.2, "list_hard_bounced_share": 0.2},
            "list_known_harm",
            "LIST_BOUNCED_BEFORE",
        ),
    ],
)
def test_named_cases(shipped: Bundle, values: dict[str, float], name: str, code: str) -> None:
    assert _told(shipped, values, name).code == code


def test_a_smoothed_volume_says_what_it_is(shipped: Bundle) -> None:
    given = _told(shipped, {"mails_for_age": 8.0, "mails_30d": 4.0}, "mails_for_age")
    assert "Mails of the last 30 days, and 100 more, for each day" in given.message
