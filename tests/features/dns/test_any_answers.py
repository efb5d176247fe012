"""Whatever DNS answers, the check ends, asks a bounded number of questions, and offers sane records."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from features.dns import Answer, Question, Setup, answered, check_domain
from features.dns.spf import is_spf
from models.languages import load_language

AT = datetime(2026, 11, 23, tzinfo=UTC)
SETUP = Setup(
    "_spf.esp.example", ("s1", "s2"), "{selector}.esp.example", "d@esp.example", "b.example"
)
NAMES = st.sampled_from(
    ["a.example", "b.example", "_spf.esp.example", "shop.example", "%{i}.x", ""]
)
TERMS = st.one_of(
    st.builds("{}{}:{}".format, st.sampled_from(["", "+", "-", "~", "?"]),
              st.sampled_from(["include", "a", "mx", "ptr", "exists", "ip4", "ip6"]), NAMES),
    st.builds("redirect={}".format, NAMES),
    st.sampled_from(["all", "+all", "-all", "~all", "ip4:1.2.3.4/99", "exp=x", "{x}", "{", "include:"]),
    st.text(max_size=20),
)  # fmt: skip
SPF = st.lists(TERMS, max_size=30).map(lambda terms: " ".join(["v=spf1", *terms]))
TAGGED = st.lists(
    st.sampled_from(["v=DMARC1", "p=none", "p=reject", "p=", "sp=x", "rua=mailto:a@b.test", "k=rsa",
                     "p=MIIB", "t=y", "=", ";;", "adkim=s", "ruf=mailto:@", "{0}"]), max_size=8,
).map("; ".join)  # fmt: skip
ANSWERS = st.one_of(
    st.just(Answer()),
    st.just(Answer(exists=False)),
    st.just(Answer(records=None)),
    st.lists(SPF | TAGGED | st.text(max_size=40), max_size=4).map(lambda r: Answer(tuple(r))),
)


@settings(deadline=None, max_examples=300)
@given(
    answers=st.lists(ANSWERS, min_size=1, max_size=20), selectors=st.lists(st.just("s"), max_size=1)
)
def test_a_check_ends_whatever_is_answered(answers: list[Answer], selectors: list[str]) -> None:
    asked: list[Question] = []

    def ask(question: Question) -> Answer:
        asked.append(question)
        return answers[sum(question.name.encode()) % len(answers)]

    steps = check_domain("shop.example", "shop.example", SETUP, AT, tuple(selectors))
    report = answered(steps, ask)
    assert len(asked) < 80
    for finding in report.findings:
        for language in (load_language("en"), load_language("zh-Hant")):
            assert language(finding.message).format(**finding.values)
            assert language(finding.todo).format(**finding.values)
        for record in finding.records:
            if finding.code.startswith("SPF"):
                assert is_spf(record.value)


@settings(deadline=None, max_examples=200)
@given(record=SPF)
def test_a_mended_record_has_no_fault_that_can_be_mended(record: str) -> None:
    """Publishing what is offered leaves nothing to publish: one change is enough."""
    setup = Setup(spf_include="_spf.esp.example")

    def answers(published: str) -> dict[str, Answer]:
        return {
            "shop.example": Answer((published,)),
            "_spf.esp.example": Answer(("v=spf1 -all",)),
            "a.example": Answer(("v=spf1 -all",)),
        }

    def offered(published: str) -> set[str]:
        known = answers(published)
        steps = check_domain("shop.example", "shop.example", setup, AT)
        report = answered(steps, lambda question: known.get(question.name, Answer()))
        return {r.value for f in report.spf.findings for r in f.records}

    for mended in offered(record):
        assert offered(mended) == set(), (record, mended)
