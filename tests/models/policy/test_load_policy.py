"""A policy loads, or every fault is named with its place."""

import re
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.catalogue import Catalogue, load_catalogue
from models.policy import Policy, PolicyErrors, default_policy_text, load_policy

TEXT = default_policy_text()
LINES = TEXT.split("\n")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def line_of(fragment: str) -> int:
    """The line, from 1, that holds a fragment of the default policy."""
    return next(n for n, line in enumerate(LINES, 1) if fragment in line)


def faults(text: str, catalogue: Catalogue) -> PolicyErrors:
    with pytest.raises(PolicyErrors) as caught:
        load_policy(text, catalogue)
    return caught.value


def test_the_shipped_policy_loads(catalogue: Catalogue) -> None:
    policy = load_policy(TEXT, catalogue)
    assert policy.version.startswith("default-1-")
    assert load_policy(TEXT + "\n# a remark\n", catalogue).version != policy.version


@pytest.mark.parametrize(
    ("old", "new", "column", "cause", "hint"),
    [
        ("format: 1", "format: 7", 9, "reads policy format 1", ""),
        ("bands:", "bandz:", 1, "unknown key 'bandz'", "did you mean 'bands'"),
        ("throttle: 0.12", "throtle: 0.12", 12, "unknown key 'throtle'", "'throttle'"),
        ("throttle: 0.12", "throttle: high", 22, "a number from 0 to 1", ""),
        ("throttle: 0.12", "throttle: 1.2", 22, "a number from 0 to 1", ""),
        ("throttle: 0.12", "throttle: .nan", 22, "a number from 0 to 1", ""),
        ("throttle: 0.12", "throttle: 0.9", None, "comes before throttle", "higher threshold"),
        (
            "trap_lower_30d > 0.0003",
            "malicius >= 0.97",
            11,
            "unknown name 'malicius'",
            "'malicious'",
        ),
        ("trap_lower_30d > 0.0003", "risk > 0.5 && malicius >= 1", 25, "'malicius'", "'malicious'"),
        ("trap_lower_30d > 0.0003", "recipients > 10 && risk > 'a'", 35, "number and text", ""),
        ("trap_lower_30d > 0.0003", "recipients > 10 && oops", 30, "unknown name 'oops'", ""),
        ("trap_lower_30d > 0.0003", "malicious >=", 23, "ends too early", ""),
        ("trap_lower_30d > 0.0003", "malicious", 11, "must be true or false", "compare"),
        ("trap_lower_30d > 0.0003", "malicious > size('a')", 23, "function 'size'", ""),
        ("trap_lower_30d > 0.0003", "'[1, 2].all(x, x > risk)'", 19, "function 'all'", ""),
        ("trap_lower_30d > 0.0003", "(" * 100 + "paid" + ")" * 100, 11, "recursion limit", ""),
        ("trap_lower_30d > 0.0003", "paid || " * 400 + "paid", 11, "2000 at most", ""),
        ("trap_lower_30d > 0.0003", '"malicious >= ohh"', 25, "unknown name 'ohh'", ""),
        ("trap_lower_30d > 0.0003", "trap_rate_30d > 0.01", 11, "few mails", "trap_lower_24h"),
        ("action: review", "action: fire", 13, "one of allow", ""),
        ("reason: SPAM_TRAPS", "reason: SPAM_TRAP", 13, "no reason has the code", "TRAPS'"),
        ("name: traps_hit", "name: Certain!", 11, "small letters", ""),
        ("name: traps_hit", "name: forecast_complaints", None, "second rule", ""),
        ("lanes: [account, broadcast]", "lanes: [acount]", 13, "one of account", "'account'"),
        ("throttle: 15m", "throttle: 15", None, "a time such as", ""),
        ("throttle: 15m", "throttle: 9999d", None, "a time such as", ""),
        ("per_hour: 100,", "per_hour: 1.5,", None, "whole number", ""),
        ("per_hour: 100,", "per_hour: 99999,", None, "above per_day", ""),
        ("- {per_hour: 10000,", "- {paid: true, per_hour: 10000,", None, "no conditions", ""),
        ("lifts_below: never", "lifts_below: soon", None, "keys wanted", ""),
        ("list_facts: allow", "list_fact: allow", 3, "unknown key 'list_fact'", "'list_facts'"),
        ("costs:", "costs:\n  x: 1", None, "unknown key 'x'", ""),
    ],
)
def test_a_fault_is_named_with_its_place(
    catalogue: Catalogue, old: str, new: str, column: int | None, cause: str, hint: str
) -> None:
    assert old in TEXT
    found = faults(TEXT.replace(old, new, 1), catalogue)
    error = next(error for error in found.errors if re.search(cause, error.cause))
    assert hint in error.suggestion
    if column is not None:
        assert (error.line, error.column) == (line_of(old), column)


def test_all_faults_are_found_at_once(catalogue: Catalogue) -> None:
    text = TEXT.replace("throttle: 0.12", "throtle: 0.12").replace("15m", "15")
    text = text.replace("trap_lower_30d > 0.0003", "malicius > 1 && foo > 2")
    found = faults(text, catalogue)
    assert len(found.errors) == 4
    assert [error.line for error in found.errors] == sorted(error.line for error in found.errors)
    assert "line 20, column 12: unknown key 'throtle' (did you mean 'throttle'?)" in str(found)


def test_a_rule_on_a_name_of_other_subjects_says_which(catalogue: Catalogue) -> None:
    text = TEXT.replace("trap_lower_30d > 0.0003", "content_words > 3")
    error = faults(text, catalogue).errors[0]
    assert "not known for a account, only for: campaign" in error.cause
    assert "lanes" in error.suggestion


def test_a_rule_over_several_lines_is_placed_by_line(catalogue: Catalogue) -> None:
    text = TEXT.replace("trap_lower_30d > 0.0003", "|\n      malicious >= 1 &&\n      oops > 2")
    assert faults(text, catalogue).errors[0].line == line_of("trap_lower_30d > 0.0003") + 2


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("", "empty"),
        ("# nothing\n", "empty"),
        ("just words", "keys wanted"),
        ("- a\n- b", "keys wanted"),
        ("a: 1\na: 2", "given twice"),
        ("? [a]\n: 1", "plain word"),
        ("a: &x 1\nb: *x", "anchors"),
        ("a: !!python/object/apply:os.system [ls]", "tag"),
        ("a: 1\n---\nb: 2", "second document"),
        ("a: [1, 2", "not YAML"),
        ("a: 'x", "not YAML"),
        ("\ttab: 1", "not YAML"),
        ("a: \x00", "not YAML"),
        ("a: \ud800", "Unicode"),
        ("%YAML 9.9\n---\na: 1", "not YAML|keys|missing|unknown"),
        ("[" * 50_000, "nested"),
        ("a:\n" + "".join(f"{'  ' * i}a:\n" for i in range(1, 40)), "nested"),
        ("{a: " * 20_000, "nested"),
        ("- 1\n" * 40_000, "values"),
        ("x" * 300_000, "characters"),
        (
            "a: &a [x,x,x,x,x,x,x,x,x]\n"
            + "".join(
                f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)},*{chr(97 + i)}]\n"
                for i in range(20)
            ),
            "anchors",
        ),
    ],
)
def test_hostile_documents_are_refused_quickly(catalogue: Catalogue, text: str, cause: str) -> None:
    started = time.perf_counter()
    found = faults(text, catalogue)
    assert time.perf_counter() - started < 2
    assert any(re.search(cause, error.cause) for error in found.errors), found.errors


def test_the_pure_python_loader_agrees(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    import yaml

    from models.policy import document

    monkeypatch.setattr(document, "LOADER", yaml.SafeLoader)
    assert load_policy(TEXT, catalogue).rules
    for text, cause in (("[" * 50_000, "nested"), ("a: \x00", "not YAML"), ("a: 'x", "not YAML")):
        assert cause in faults(text, catalogue).errors[0].cause


EDITS = st.lists(
    st.tuples(
        st.integers(0, len(LINES) - 1),
        st.sampled_from(["drop", "double", "indent", "cut", "replace"]),
        st.one_of(
            st.text(max_size=30),
            st.sampled_from(["1", "x: 1", "[", "- ", "allow", "when: risk > 1", "null", "{}"]),
        ),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=120, deadline=None)
@given(st.one_of(EDITS, st.text(max_size=200)))
def test_any_text_is_a_policy_or_its_faults(
    make_catalogue: Callable[..., Catalogue], change: list[tuple[int, str, str]] | str
) -> None:
    text = change if isinstance(change, str) else _edited(change)
    try:
        policy = load_policy(text, make_catalogue())
    except PolicyErrors as found:
        errors = found.errors
    else:
        assert isinstance(policy, Policy)
        return
    assert errors
    breaks = len(re.findall("\r\n|[\n\r\x85\u2028\u2029]", text))
    assert all(error.line <= breaks + 2 for error in errors)


def _edited(edits: list[tuple[int, str, str]]) -> str:
    lines = list(LINES)
    for at, how, text in edits:
        line = lines[at]
        lines[at] = {
            "drop": "",
            "double": f"{line}\n{line}",
            "indent": f"  {line}",
            "cut": line[: len(text)],
            "replace": line[: line.find(":") + 1] + " " + text,
        }[how]
    return "\n".join(lines)


def test_goods_that_a_platform_forbids_are_phrases(catalogue: Catalogue) -> None:
    goods = "prohibited_goods: [party pills, 'Kratom!']\n"
    assert load_policy(default_policy_text() + goods, catalogue).goods == ("party pills", "Kratom!")
    assert load_policy(default_policy_text(), catalogue).goods == ()
    with pytest.raises(PolicyErrors, match="a phrase needs at least one word"):
        load_policy(default_policy_text() + "prohibited_goods: ['!!']\n", catalogue)
