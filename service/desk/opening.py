"""Which decisions a person should look at, and how soon. Pure."""

from datetime import timedelta
from typing import Final

import msgspec

from models.decision import Action, Decision
from service.desk.records import Case

MINUTES: Final = {"account": 4.0, "list": 3.0, "campaign": 5.0}
DUE_AFTER: Final = {
    "terminate": timedelta(hours=24),
    "review": timedelta(hours=4),
}
# What is not a campaign has no size of its own: a day of a small sender's mail.
USUAL_MAILS: Final = 500
# A malicious mail does a recipient more harm than a careless one (phishing against annoyance).
MALICIOUS_HARM: Final = 5.0
CARELESS_HARM: Final = 1.0
_HELD: Final = (Action.REVIEW.label, Action.TERMINATE.label)


def case_of(decision: Decision, recipients: int | None) -> Case | None:
    """Return the case that a decision opens: it holds mail, or it was drawn to be looked at."""
    held = decision.action in _HELD
    chance = decision.seen.audit_chance if decision.seen else None
    if not held and chance is None:
        return None
    mails = recipients if recipients is not None else USUAL_MAILS
    return Case(
        case_id=decision.decision_id,
        account_id=decision.account_id,
        decision_id=decision.decision_id,
        subject=decision.subject.type.value,
        subject_id=decision.subject.id,
        action=decision.action,
        risk=decision.risk,
        opened_at=decision.as_of,
        # What was drawn is due as what is held: the due time must not give the draw away.
        due_at=decision.as_of + DUE_AFTER[decision.action if held else Action.REVIEW.label],
        harm_per_minute=harm_per_minute(decision, mails),
        mails=mails,
        audit_share=not held,
        propensity=None if held else chance,
        reasons=tuple(reason.code for reason in decision.reasons),
    )


def harm_per_minute(decision: Decision, mails: int) -> float:
    """Return the expected harm at stake over a reviewer's minutes, in careless mails a minute.

    Either error counts: abusive mail released (risk) and good mail held (1 - risk).
    """
    abuse = MALICIOUS_HARM * decision.malicious + CARELESS_HARM * decision.careless
    good_held = (1.0 - decision.risk) if decision.action in _HELD else 0.0
    return mails * (abuse + good_held) / MINUTES[decision.subject.type.value]


def joined(case: Case, newer: Case) -> Case:
    """Return an open case with one more decision of its account in it."""
    stronger = newer if _severity(newer) >= _severity(case) else case
    same = stronger.decision_id == case.decision_id
    return msgspec.structs.replace(
        case,
        decision_id=stronger.decision_id,
        subject=stronger.subject,
        subject_id=stronger.subject_id,
        action=stronger.action,
        risk=stronger.risk,
        mails=stronger.mails,
        due_at=min(case.due_at, newer.due_at),
        harm_per_minute=max(case.harm_per_minute, newer.harm_per_minute),
        decisions=case.decisions + 1,
        audit_share=case.audit_share and newer.audit_share,
        propensity=stronger.propensity,
        reasons=stronger.reasons,
        version=case.version + 1,
        snoozed_until=None,
        # Whoever proposed to cut the account off had not seen this; neither had their second.
        proposed_by=case.proposed_by if same else None,
        proposed_label=case.proposed_label if same else None,
        # What is new is judged by whoever sees it first: a second look ends here.
        look=None,
    )


def _severity(case: Case) -> Action:
    return Action[case.action.upper()]
