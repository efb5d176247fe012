"""A store in which everything that somebody else can set holds hostile words.

Two passes: use cases first, so that there is history, evidence, lists, releases and audit entries;
then one record of every kind straight into the store, past all checks.
"""

import io
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np

from features.catalogue import load_catalogue
from features.facts import TieKind
from features.records import (
    Account,
    Declared,
    Event,
    EventType,
    ImportSource,
    ListImport,
    Segment,
    SendingDomain,
    Stream,
    Subject,
)
from features.sources.report import Report, ReportKind
from models.decision import Decision, ReasonGiven, Seen, Shadowed, SubjectRef
from models.inflight import Plan
from models.policy import default_policy_text
from models.policy.exemptions import Exemption, ExemptionKind
from models.registry import Shelf, starter_files
from models.reports import Reports
from models.trials import Bin, GateResult, Trial
from service.assess import ImportOrder
from service.desk.cases import Ruling
from service.desk.records import (
    Case,
    CaseView,
    Deed,
    KeyHolder,
    Look,
    LookState,
    Person,
    Role,
    Session,
    Undone,
    ViewChange,
    Word,
)
from service.outbox.changes import Change
from service.outbox.endpoints import Delivery, Endpoint
from service.policies.records import PolicyVersion, Stage
from service.promotion import ModelActs
from service.review import Verdict
from service.stores.contract import (
    ApiKey,
    Appeal,
    Handling,
    Incident,
    Label,
    LostEvent,
    ModelShadow,
    Note,
    PersonChange,
    SourceCount,
    StampedEvent,
    WarmUp,
    WarmUpChange,
)
from tests.console.conftest import Served
from tests.console.corpus import hostile, ids, words

KEY: Final = b"k" * 32
ANN: Final = KeyHolder(name="ann", rank=Role.LEAD)
BOB: Final = KeyHolder(name="bob", rank=Role.REVIEWER)
IP: Final = "192.0.2.77"


@dataclass
class Watched:
    """A store that remembers which of its methods were called."""

    store: Any
    called: set[str] = field(default_factory=set)

    def __getattr__(self, name: str) -> Any:
        self.called.add(name)
        return getattr(self.store, name)


@dataclass
class Full:
    """What was filled: the ids that routes are filled with, and the store's methods that were called."""

    served: Served
    cases: list[str]
    appeals: list[str]
    policies: list[str]
    called: set[str]


def fill(served: Served, folder: Path) -> Full:
    """Fill the store of a served console."""
    cases = [_sender(served, account_id) for account_id in ids()]
    _people_act(served, cases)
    appeals = [served.appeal(cases[0], words("Appeal.cause")), served.appeal(cases[1], words("x"))]
    served.house.warden.appeals.judge(
        appeals[1], ANN, _outcome("upheld", "careless"), served.house.clock.now
    )
    drafts = _policies(served)
    _models(served, folder)
    watched = Watched(served.house.store)
    _facts(watched, served.house.clock.now)
    _desk(watched, served.house.clock.now)
    _rest(watched, served.house.clock.now)
    return Full(served, [*cases, "d-raw"], [*appeals, "ap-raw"], [*drafts, "p-raw"], watched.called)


def mail() -> bytes:
    """A campaign's message with the vectors in its headers, as its HTML and as its text."""
    safe = words("mail", 4_000).replace("\n", " ")
    head = f"From: {safe[:300]} <a@b.example>\nReply-To: {safe[300:500]} <c@d.example>\nSubject: {safe}\n"
    page = f"<p title='{safe}'>{safe}</p><a href='javascript:owned=1'>{safe}</a>{safe}"
    return f"{head}MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n{page}".encode()


def _outcome(outcome: str, verdict: str) -> Any:
    from service.desk.appeals import Outcome

    return Outcome(outcome, verdict, words("Appeal.note"))


def _sender(served: Served, account_id: str) -> str:
    """An account with a domain, a list, mail, a running campaign and one that is held; its open case."""
    warden, at = served.house.warden, served.house.clock.now
    warden.put_account(_account(account_id, at), at)
    warden.put_domain(hostile(SendingDomain, account_id=account_id), at)
    rows = "\n".join(["email", *(f"p{n}@{account_id[:1]}x{n % 3}.example" for n in range(60))])
    order = ImportOrder(account_id, "data:list", ImportSource.FILE, "csv", at)
    warden.assess_list(order, io.BytesIO(rows.encode()), at)
    for day in range(5, -1, -1):
        then = at - timedelta(days=day)
        warden.ingest(list(_events(account_id, day, then, "javascript:running")), then)
    for name, recipients, want in (("javascript:running", 400, 90), ("vbscript:held", 555, 0)):
        decision = warden.score_campaign(
            name if account_id == ids()[0] else f"{name}.{account_id}", account_id, recipients,
            Stream.BROADCAST, ["data:list"], mail(), None, at,
        )  # fmt: skip
        if want and account_id == ids()[0]:
            warden.release(name, want, at)
    return decision.decision_id


def _account(account_id: str, at: datetime) -> Account:
    return hostile(
        Account,
        account_id=account_id,
        created_at=at - timedelta(days=9),
        declared=hostile(Declared),
    )


def _events(account_id: str, day: int, at: datetime, campaign_id: str) -> Iterable[Event]:
    kinds = [EventType.SENT] * (60 + 9 * day) + [EventType.DELIVERED] * 50
    kinds += [EventType.HARD_BOUNCE] * 9 + [EventType.DEFERRED] * 3 + [EventType.COMPLAINT] * 2
    for n, kind in enumerate(kinds):
        quiet: dict[str, Any] = {} if kind in (EventType.HARD_BOUNCE, EventType.COMPLAINT) else {"diagnostic": None}  # fmt: skip
        yield hostile(
            Event, event_id=f"{account_id}-{day}-{n}", account_id=account_id, occurred_at=at,
            type=kind, sending_ip=(IP, words("Event.sending_ip", 64), "2001:db8::7")[n % 3],
            mailbox_provider=words(f"provider {n % 4}", 128), recipient=f"r{n}@mail.example",
            campaign_id=campaign_id if not day and account_id == ids()[0] else None,
            source="canonical", smtp_code=550, enhanced_status="5.1.1", **quiet,
        )  # fmt: skip


def _people_act(served: Served, cases: list[str]) -> None:
    warden, at = served.house.warden, served.house.clock.now
    warden.cases.claim(cases[0], BOB, at)
    warden.cases.decide(cases[1], BOB, Ruling("careless", None, words("Label.category"), words("Label.note")), at)  # fmt: skip
    warden.cases.decide(cases[2], BOB, Ruling("abusive", "terminate", "other", words("note")), at)
    warden.give_verdict(cases[3], Verdict("abusive", words("c"), None, words("n")), at, words("key"))  # fmt: skip
    report = f"From: {words('f', 80)} <r@mail.example>\nSubject: {words('Report.subject')}\n\n"
    warden.take_report(
        (report + "It is phishing. " + words("Report.excerpt")).encode(), "message/rfc822", at
    )


def _policies(served: Served) -> list[str]:
    lab, at = served.desk.lab, served.house.clock.now
    assert lab is not None
    good = lab.create(default_policy_text() + f"# {words('Policy.text')}\n", words("Policy.note"), "ann", at)  # fmt: skip
    bad = lab.create(f"rules:\n  - name: '{words('rule')}'\n{words('bad')}", words("x"), "ann", at)
    lab.backtest(good.policy_id, at - timedelta(days=7), "ann", at)
    return [good.policy_id, bad.policy_id]


def _models(served: Served, folder: Path) -> None:
    """A shelf with a champion and a challenger whose papers are hostile."""
    at = served.house.clock.now
    shelf, reports = Shelf(folder), Reports(folder / "reports")
    files = starter_files()
    champion = shelf.add(files)
    shelf.promote(champion, at)
    manifest = json.loads(files["manifest.json"])
    manifest["note"]["created_at"] = words("note", 40)
    leans = manifest["note"]["report"]["subjects"]["campaign"]["strongest"]
    leans[0] = (words("feature"), 0.9)
    challenger = shelf.add(files | {"manifest.json": json.dumps(manifest).encode()})
    gate = GateResult(gate="later_time", title=words("title"), passed=False, says=words("says"))
    bins = (Bin(stated=0.1, happened=0.2, low=0.1, high=0.3, rows=50),)
    figures = {"campaign": {"champion.roc_auc": 0.9, "candidate.roc_auc": 0.95}}
    reports.keep_trial(
        Trial(
            candidate=challenger,
            champion=champion,
            at=at,
            gates=(gate,),
            figures=figures,
            labels={words("label"): 3},
            new_labels={words("label"): 1},
            reliability={words("subject"): {"candidate": bins}},
        )
    )
    shelf.challenge(challenger, at)
    served.house.store.add_model_shadows([
        hostile(ModelShadow, decision_id=f"ms-{n}", challenger=challenger[:12], subject="campaign", as_of=at, account_id=ids()[n % 4], live_risk=0.1, draft_risk=0.9)
        for n in range(3)
    ])  # fmt: skip
    acts = ModelActs(served.house.store, shelf, reports, load_catalogue(), KEY)
    served.app.state.console.desk = replace(served.app.state.console.desk, models=acts)


def _facts(store: Any, at: datetime) -> None:
    raw = _account("raw", at)
    store.put_account(raw, {}, at)
    store.put_domain(hostile(SendingDomain, account_id="raw"), at)
    store.add_ties("raw", {TieKind.WEBSITE: 7}, at)
    store.add_import(
        hostile(
            ListImport, import_id="im-raw", account_id="raw", list_id="l-raw",
            source=ImportSource.FORM, imported_at=at, rows=90, valid=80, invalid=6, duplicates=4,
            numbers={"list_role_share": 0.2, "list_disposable_share": 0.4},
            segments=tuple(hostile(Segment, rows=9 * n, expected_hard_bounce_rate=0.1) for n in (1, 2)),
        ),
        np.arange(3, dtype=np.int64),
    )  # fmt: skip
    events = [StampedEvent(event=hostile(Event, event_id=f"raw-{n}", account_id="raw", occurred_at=at, type=EventType.HARD_BOUNCE, recipient=None)) for n in range(9)]  # fmt: skip
    heard = hostile(SourceCount, source="ses", refused=2, unattributed=1)
    store.ingest(events, at, heard)
    store.count_source(hostile(SourceCount, source="postmark", unreadable=1), at)
    store.keep_unattributed([hostile(LostEvent, type=EventType.COMPLAINT, occurred_at=at)], at)
    store.keep_reports([hostile(Report, kind=kind, count=3, passed=False) for kind in ReportKind], at)  # fmt: skip
    store.put_known_list(words("KnownList.name"), np.arange(5, dtype=np.int64), at)


def _desk(store: Any, at: datetime) -> None:
    decision = hostile(
        Decision, decision_id="d-raw", account_id="raw", as_of=at, action="review", limits=None,
        subject=hostile(SubjectRef, type=Subject.CAMPAIGN, id="c-raw"), risk=0.7, malicious=0.5,
        careless=0.2, forecast=None, valid_until=at, seen=hostile(Seen, standing="allow", stream="broadcast"),
        reasons=tuple(hostile(ReasonGiven, weight=0.5, value=1.0, typical=2.0) for _ in range(2)),
        shadow=hostile(Shadowed, action="allow"),
    )  # fmt: skip
    plan = hostile(Plan, decision_id="d-raw", account_id="raw", recipients=500, action="review", lane="broadcast", expected={})  # fmt: skip
    store.save_decision(decision, recipients=500, plan=plan, sealed=b"no message")
    store.add_label(hostile(Label, label_id="l-raw", decision_id="d-raw", account_id="raw", known_at=at, verdict="careless", action=None, source="verdict", undoes=None))  # fmt: skip
    store.add_appeal(hostile(Appeal, appeal_id="ap-raw", decision_id="d-raw", account_id="raw", appealed_at=at, outcome=None, decided_by=None, label_id=None, against=None))  # fmt: skip
    case = store.case("d-raw")
    deed = hostile(Deed, at=at, target="d-raw")
    changed = hostile(
        Case, case_id="d-raw", account_id="raw", decision_id="d-raw", subject="campaign",
        subject_id=case.subject_id, action="review", risk=0.7, opened_at=at, due_at=at, mails=500,
        harm_per_minute=10**6, state="open", version=case.version + 1, claimed_by=None, outcome=None,
        decided_by=None, label_id=None, undone=(hostile(Undone, at=at),),
        look=hostile(
            Look, chance=0.05, turns_at=at, version=1, state=LookState.DISAGREED,
            first=hostile(Word, at=at), second=hostile(Word, at=at), settled=hostile(Word, at=at),
        ),
    )  # fmt: skip
    person = hostile(Person, role="viewer", created_at=at)
    session = hostile(Session, person="vera", started_at=at, expires_at=at)
    draft = hostile(PolicyVersion, policy_id="p-raw", stage=Stage.SHADOW, created_at=at, changed_at=at, backtest=b"", frontier=b"")  # fmt: skip
    exempt = hostile(
        Exemption, exemption_id="e-raw", account_id="raw", kind=ExemptionKind.SNOOZE, starts_at=at,
        expires_at=at + timedelta(days=9), at_most="throttle", at_least=None, ended_by=None,
    )  # fmt: skip
    view = hostile(CaseView, view_id="v-raw", owner="ann", shared=True, filters={"plan": words("view")}, created_at=at)  # fmt: skip
    store.record(
        KEY, deed, changed, PersonChange(before=None, after=person), session, draft, exempt,
        hostile(ViewChange, before=None, after=view),
    )  # fmt: skip


def _told() -> dict[str, dict[str, Any]]:
    """Return what incidents of each kind tell."""
    return {
        "alert": {"k": 40, "n": 500, "limit": 0.05, "causes": [{"account_id": ids()[0], "share": 0.8}]},
        "listing": {
            "list": words("list"), "subject": words("subject"), "text": words("text"),
            "codes": {words("code"): words("meaning")},
            "procedure": words("procedure"), "removal_request": words("removal"),
            "causes": [{"account_id": ids()[1], "probability": 0.7, "in_force": words("in_force")}],
        },
        "report": {
            "category": words("category"), "reports": 3, "subject": words("sub"), "excerpt": words("ex"),
            "forms": [words("form")], "campaign_id": ids()[2], "from_domain": words("domain"),
        },
        "drift": {"guilty": [words("guilty")], "subject": words("drift")},
    }  # fmt: skip


def _rest(store: Any, at: datetime) -> None:
    handling = hostile(Handling, notes=(hostile(Note, at=at),), removal_requested_at=at)
    for kind, facts in _told().items():
        for name, closed in ((kind, None), (f"past-{kind}", at)):
            store.put_incident(
                hostile(
                    Incident, incident_id=f"i-{name}", kind=kind, key=f"{kind}:{words(name)}",
                    severity=1, opened_at=at, updated_at=at, closed_at=closed, account_id=ids()[0],
                    facts=facts, handling=handling,
                )
            )  # fmt: skip
    warm_up = WarmUpChange(before=None, after=hostile(WarmUp, target_per_day=50_000, started_at=at))
    store.record(KEY, hostile(Deed, at=at), warm_up)
    store.add_changes([hostile(Change, type="alert.opened", account_id="raw", at=at, data={words("k"): words("v")})])  # fmt: skip
    store.put_endpoint(hostile(Endpoint, webhook_id="w-raw", secret=b"x", created_at=at))
    late = hostile(Delivery, webhook_id="w-raw", change_id=store.newest_change(), account_id="raw", attempts=3, next_at=at, state="dead")  # fmt: skip
    store.advance("w-raw", store.newest_change(), [late])
    store.settle(late, late)
    store.keep_feature_set("fp-raw", words("definitions"))
    store.add_key(hostile(ApiKey, key_hash="h-raw", scopes=("admin",), created_at=at))
    store.add_model_shadows([hostile(ModelShadow, decision_id="d-raw", as_of=at, account_id="raw", subject="campaign", live_risk=0.1, draft_risk=0.9)])  # fmt: skip
