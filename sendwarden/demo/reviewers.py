"""Two simulated reviewers at the demo's desk: most of the history is decided, today is left to you.

They know the simulation's truth and are wrong now and then, as people are. Everything they do goes
through the acts of the desk.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from features.records import Subject
from sendwarden.compose import new_id
from service.console.page import Desk
from service.desk.appeals import Outcome
from service.desk.cases import Cases, Ruling
from service.desk.records import (
    Actor,
    Case,
    CaseQuery,
    KeyHolder,
    LookQuery,
    LookState,
    Role,
)
from service.errors import ServiceError
from service.review import Plea
from service.stores.contract import DecisionQuery
from service.warden import Warden
from training.truth import AccountTruth, Truth

_SEED: Final = 11
_ANN: Final = KeyHolder(name="ann", rank=Role.LEAD)
_BOB: Final = KeyHolder(name="bob", rank=Role.LEAD)
# The last to fall due wait for whoever opens the console.
_LEFT_OPEN: Final = 10
_WRONG: Final = 0.08
_AGAIN: Final = 2 / 3
_CATEGORIES: Final = {
    "trial_phisher": "phishing", "snowshoe_ring": "snowshoe", "hijacked": "account takeover",
    "list_buyer": "purchased list", "local_list_buyer": "purchased list",
    "business_vendor": "scraped list", "cold_outreach": "cold outreach",
    "re_engager": "stale list", "form_bombed": "list bombing",
}  # fmt: skip
_PLEAS: Final = (
    Plea(
        "We moved from another provider and imported our whole customer list in one go, old addresses included.",
        "We removed everybody who has not bought or opened in two years, 61 % of the list.",
        "Imports now come from the shop alone, and new sign-ups have to confirm their address.",
    ),
    Plea(
        "Our new intern sent the autumn offer to a list that a trade fair organiser gave us.",
        "The list is deleted. We wrote to the people who answered and apologised.",
        "Only two of us can import lists now.",
    ),
)


def work(warden: Warden, desk: Desk, truth: Truth, now: datetime) -> None:
    """Decide what is old, appeal against some of it, leave scenes of every kind, look for alerts."""
    cases = sorted(
        ((_newest(warden, case), case) for case in warden.store.cases(CaseQuery(limit=1_000))),
        key=lambda pair: (pair[0], pair[1].case_id),
    )
    late = sorted(case.due_at for _, case in cases)[: max(len(cases) - _LEFT_OPEN, 0)]
    old = [(at, case) for at, case in cases if late and case.due_at <= late[-1]]
    drawing = replace(desk, cases=_drawing(desk))
    decided = _decide_all(drawing, truth, old, now)
    _look_again(drawing, truth, now)
    _appeals(warden, truth, decided, now)
    _scenes(desk, now)
    for hours in range(48, -1, -6):
        warden.deliverability.look(now - timedelta(hours=hours))
    _report(warden, now)


def _newest(warden: Warden, case: Case) -> datetime:
    query = DecisionQuery(account_id=case.account_id, limit=1)
    return max((one.as_of for one in warden.store.decisions(query).decisions), default=case.opened_at)  # fmt: skip


def _decide_all(
    desk: Desk, truth: Truth, old: Sequence[tuple[datetime, Case]], now: datetime
) -> list[Case]:
    """Let both decide the old cases, each some time after its newest decision."""
    draw, decided = random.Random(_SEED), list[Case]()
    for at, case in old:
        known = truth.accounts.get(case.account_id)
        when = min(at + timedelta(minutes=draw.uniform(8, 200)), now - timedelta(minutes=60))
        first, second = (_ANN, _BOB) if draw.random() < 0.5 else (_BOB, _ANN)
        if known is not None:
            ruling = _ruling(known, wrong=draw.random() < _WRONG)
            took = timedelta(minutes=draw.lognormvariate(1.3, 0.6))
            decided += _decide(desk, case, first, second, ruling, when, took)
    return decided


def _drawing(desk: Desk) -> Cases:
    """Return the desk's acts with two cases of three looked at again: there are too few for 5 %."""
    draw = random.Random(_SEED)
    return Cases(
        desk.warden.store, desk.keys.audit, new_id, lambda _: _AGAIN if draw.random() < _AGAIN else None
    )  # fmt: skip


def _look_again(desk: Desk, truth: Truth, now: datetime) -> None:
    """Let the other one judge what is drawn to be looked at again; what they differ on waits."""
    draw, at = random.Random(_SEED), now - timedelta(minutes=20)
    desk.warden.store.turn_looks(at)
    for case in desk.warden.store.second_looks(LookQuery(states=(LookState.OPEN,))):
        known = truth.accounts.get(case.account_id)
        if known is None or case.look is None:
            continue
        other = _BOB if case.look.first.by == _ANN.name else _ANN
        try:
            desk.cases.claim(case.case_id, other, at)
            word = _ruling(known, wrong=draw.random() < _WRONG)
            desk.cases.decide(case.case_id, other, word, at + timedelta(minutes=5))
        except ServiceError:
            continue


def _decide(
    desk: Desk,
    case: Case,
    first: Actor,
    second: Actor,
    ruling: Ruling,
    at: datetime,
    took: timedelta,
) -> list[Case]:
    try:
        desk.cases.claim(case.case_id, first, at)
        after = desk.cases.decide(case.case_id, first, ruling, at + took)
        if after.state == "open":
            after = desk.cases.decide(
                case.case_id, second, ruling, at + took + timedelta(minutes=15)
            )
    except ServiceError:
        return []
    return [after]


def _ruling(known: AccountTruth, *, wrong: bool) -> Ruling:
    category = _CATEGORIES.get(known.kind)
    label = known.label
    if wrong:
        label = "careless" if label == "legitimate" else "legitimate"
    if label == "malicious":
        return Ruling("abusive", "terminate", category or "other", "Same hands as before.")
    if label == "careless":
        note = "Asked where the list comes from; slow lane until we hear back."
        return Ruling("careless", "throttle", category, note)
    return Ruling("legitimate", "allow", None, "Real business, mail is wanted.")


def _appeals(warden: Warden, truth: Truth, decided: Sequence[Case], now: datetime) -> None:
    """Let careless senders appeal; one appeal is judged, one waits."""
    hit = [case for case in decided if (case.outcome or "").startswith("careless")]
    hit = hit or [case for case in decided if not (case.outcome or "").startswith("legitimate")]
    for place, case in enumerate(hit[-3:]):
        at = now - timedelta(hours=26 - 9 * place)
        appeal = warden.appeal(case.decision_id, _PLEAS[place % len(_PLEAS)], at)
        known = truth.accounts.get(case.account_id)
        if place == 0 and known is not None:
            good = known.label == "legitimate"
            word = Outcome("overturned") if good else Outcome("upheld", "careless", "The list is still the same.")  # fmt: skip
            judge = _BOB if case.decided_by == "ann" else _ANN
            warden.appeals.judge(appeal.appeal_id, judge, word, at + timedelta(hours=3))


def _scenes(desk: Desk, now: datetime) -> None:
    """Leave one case of every kind behind the one that the guide begins with."""
    cases = desk.warden.store.cases(CaseQuery(limit=40))[1:]
    end = Ruling("abusive", "terminate", "phishing", "Look at the links.")
    acts: tuple[Callable[[str], Case], ...] = (
        lambda case_id: desk.cases.claim(case_id, _BOB, now),
        lambda case_id: desk.cases.decide(case_id, _BOB, end, now),
        lambda case_id: desk.cases.assign(case_id, _ANN, "ann", now),
        lambda case_id: desk.cases.snooze(case_id, _ANN, "4h", now),
    )
    for case, act in zip(cases, acts, strict=False):
        act(case.case_id)


def _report(warden: Warden, now: datetime) -> None:
    """Let a reader complain about a campaign that was held too late, or nearly."""
    domains = {
        domain.domain
        for case in warden.store.cases(CaseQuery(limit=40))
        for domain in warden.store.domains(case.account_id)
        if case.subject == Subject.CAMPAIGN.value
    }
    for domain in sorted(domains)[:1]:
        body = (
            f"From: reader@mail.example\nSubject: Phishing from one of your customers\n\n"
            f"I got a mail that asks for my password. It links to https://{domain}/login.\n"
        )
        warden.take_report(body.encode(), "message/rfc822", now)
