"""What labels a decision: people before mail, what matured before what may come, nothing from what was cut off."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.labels import (
    TRAITS,
    LabelSource,
    Mail,
    State,
    Statement,
    resolve,
    statements_of_mail,
)

SENT = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def said(
    source: LabelSource,
    verdict: str = "abusive",
    days: float = 0,
    decision_id: str | None = None,
    known_days: float | None = None,
) -> Statement:
    at = SENT + days * DAY
    known = at + TRAITS[source].matures if known_days is None else SENT + known_days * DAY
    return Statement(source, verdict, at, known, TRAITS[source].weight, "", decision_id)


def mail(**counts: int) -> Mail:
    zero = dict.fromkeys(
        ("handed", "delivered", "reporting", "hard_bounces", "complaints", "trap_hits"), 0
    )
    return Mail(**(zero | counts))


BAD_MAIL = mail(handed=1_000, delivered=700, reporting=500, hard_bounces=300)
QUIET_MAIL = mail(handed=9_000, delivered=9_000, reporting=5_000, hard_bounces=20, complaints=1)
V, A, R, L, Q = (
    LabelSource.VERDICT, LabelSource.APPEAL, LabelSource.REPORT, LabelSource.LISTING,
    LabelSource.QUIET,
)  # fmt: skip


@pytest.mark.parametrize(
    ("statements", "won"),
    [
        ([], None),
        ([said(V, decision_id="d")], V),
        # the word on this decision before a newer one on another
        ([said(V, "careless", decision_id="d"), said(V, "legitimate", 3, "other")], V),
        # an appeal on the same decision outranks the verdict it is against
        ([said(V, decision_id="d"), said(A, "legitimate", 2, "d")], A),
        # people before mail, whatever the mail says
        ([said(V, "legitimate", decision_id="d"), *statements_of_mail(BAD_MAIL, "d", SENT)], V),
        # two reports that agree before what the mail does not show
        ([said(R, days=1), *statements_of_mail(QUIET_MAIL, "d", SENT)], R),
        ([said(L, days=2)], L),
        # too far away in time
        ([said(V, days=31, decision_id="other")], None),
        ([said(L, days=15)], None),
        # not known yet
        ([said(V, decision_id="d", known_days=61)], None),
    ],
)
def test_which_statement_wins(statements: list[Statement], won: LabelSource | None) -> None:
    found = resolve(statements, "d", SENT, SENT + 60 * DAY)
    assert (found.won.source if found.won else None) == won
    assert [one.statement for one in found.heard] == statements
    assert sum(one.state is State.WON for one in found.heard) == (won is not None)


@pytest.mark.parametrize(
    ("counts", "days", "verdict"),
    [
        (BAD_MAIL, 0.5, None),  # bounces are believed after a day
        (BAD_MAIL, 1, "careless"),
        (mail(handed=13, delivered=12, hard_bounces=1), 30, None),
        (mail(handed=5_000, delivered=5_000, reporting=5_000, complaints=60), 6, None),
        (mail(handed=5_000, delivered=5_000, reporting=5_000, complaints=60), 7, "careless"),
        (mail(handed=5_000, delivered=5_000, reporting=5_000, trap_hits=40), 7, "careless"),
        (QUIET_MAIL, 20, None),  # inside the window of maturity it is no negative
        (QUIET_MAIL, 21, "legitimate"),
        (mail(handed=900, delivered=900, reporting=900), 60, None),  # too little to prove anything
        (mail(handed=9_000, delivered=9_000), 60, None),  # nobody there reports complaints
        (mail(handed=9_000, delivered=9_000, reporting=9_000, trap_hits=1), 60, None),
    ],
)
def test_mail_speaks_when_it_has_matured(counts: Mail, days: float, verdict: str | None) -> None:
    found = resolve(statements_of_mail(counts, "d", SENT), "d", SENT, SENT + days * DAY)
    assert (found.won.verdict if found.won else None) == verdict


def test_an_account_cut_off_early_is_no_negative() -> None:
    quiet = statements_of_mail(QUIET_MAIL, "d", SENT)
    found = resolve(quiet, "d", SENT, SENT + 60 * DAY, censored="its mail was held")
    assert found.won is None
    assert "held" in found.why
    bad = statements_of_mail(BAD_MAIL, "d", SENT)
    assert resolve(bad, "d", SENT, SENT + 60 * DAY, censored="its mail was held").won is not None


def test_what_disagrees_is_shown() -> None:
    words = [said(V, "abusive", decision_id="d"), said(A, "legitimate", 1, "d"), said(L)]
    found = resolve(words, "d", SENT, SENT + 9 * DAY)
    assert [one.state for one in found.heard] == [State.OVERRULED, State.WON, State.OVERRULED]
    assert found.disputed


@given(
    st.lists(
        st.builds(
            said,
            st.sampled_from(list(LabelSource)),
            st.sampled_from(["abusive", "careless", "legitimate"]),
            st.integers(-40, 40),
            st.sampled_from(["d", "other", None]),
        ),
        max_size=6,
    ),
    st.randoms(),
)
def test_the_order_in_which_they_come_does_not_matter(
    words: list[Statement], random: object
) -> None:
    shuffled = list(words)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, two = (resolve(some, "d", SENT, SENT + 90 * DAY) for some in (words, shuffled))
    assert (one.won and (one.won.source, one.won.at)) == (two.won and (two.won.source, two.won.at))
