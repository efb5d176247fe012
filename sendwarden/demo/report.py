"""What the demo prints: decisions, mail leaked and held, three explained decisions."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from rich.console import Console
from rich.table import Table

from features.records import Subject
from models.decision import Decision
from sendwarden.card import COLOURS, decision_card
from sendwarden.demo.stages import Contest, Live
from training.decision_log import DecisionLog
from training.outcomes import mail_figures, outcomes_of
from training.train import Trained
from training.truth import Truth
from training.walk import Judged
from training.world import World


def print_training(console: Console, trained: Trained) -> None:
    """Print the figures of the fitted models on later time and unseen actors."""
    table = _table("models on later days and unseen senders (simulated)", "model", "ROC AUC", "PR AUC", "recall at 1 % FP")  # fmt: skip
    for lesson in trained.lessons:
        figures = trained.report["subjects"].get(lesson.subject.value, {}).get("figures", {})
        keys = ("roc_auc", "pr_auc", "recall_at_0.01")
        cells = [f"{figures[k]:.3f}" if figures.get(k) is not None else "-" for k in keys]
        table.add_row(lesson.subject.value, *cells)
    console.print(table)


def print_contest(console: Console, contest: Contest) -> None:
    """Print which bundle serves, and why."""
    own = contest.trained_pr_auc > contest.starter_pr_auc
    console.print(
        f"campaigns, PR AUC on those days: trained here {contest.trained_pr_auc:.3f}, "
        f"shipped with the code {contest.starter_pr_auc:.3f}"
    )
    console.print(
        f"both registered in MLflow; champion is the one {'trained here' if own else 'shipped'}, "
        f"the other {'stays on the shelf' if own else 'is the challenger'}"
    )


def print_decisions(console: Console, live: Live, truth: Truth) -> None:
    """Print how many campaigns got which action, apart for good and abusive ones."""
    counts: Counter[tuple[str, bool | None]] = Counter()
    for line in live.log.campaigns.values():
        known = truth.campaigns.get(line.campaign_id)
        counts[line.action, known.abusive if known else None] += 1
    table = _table(
        "campaigns of the live days by decision", "decision", "good", "abusive", "warm-up"
    )
    for action, colour in COLOURS.items():
        cells = [f"{counts[action, kind]:,}" for kind in (False, True, None)]
        table.add_row(f"[{colour}]{action}[/]", *cells)
    console.print(table)


def print_outcome(
    console: Console, live: Live, world: World, truth: Truth, since: datetime, until: datetime
) -> None:
    """Print what became of the mail beside no control and SES-like thresholds."""
    campaigns = [entry for entry in world.campaigns if since <= entry.at <= until]
    table = _table("what became of the mail", "control", "abusive mail let out", "good mail held", "good stopped")  # fmt: skip
    logs = {
        "none": DecisionLog(),
        "SES-like limits": live.rival.log,
        "Sendwarden": live.log,
    }
    for name, log in logs.items():
        figures = mail_figures(outcomes_of(campaigns, log, truth))
        leaked = figures["mail_leaked"]
        table.add_row(
            name,
            f"{leaked * figures['abusive_mails']:,.0f} of {figures['abusive_mails']:,.0f} ({leaked:.1%})",
            f"{figures['good_mail_delayed']:.2%}",
            f"{figures['false_stops'] * figures['good_campaigns']:.0f} of {figures['good_campaigns']:.0f}",
        )
    console.print(table)


def explained(judged: Sequence[Judged], most: int = 3) -> list[Judged]:
    """Return decisions worth reading: one an action, the most certain first."""
    chosen: dict[str, Judged] = {}
    for one in judged:
        action = one.decision.action
        if one.subject is not Subject.CAMPAIGN or not one.decision.reasons:
            continue
        if action not in chosen or one.decision.risk > chosen[action].decision.risk:
            chosen[action] = one
    order = ("terminate", "review", "throttle", "allow")
    found = [chosen[action] for action in order if action in chosen]
    rest = sorted(judged, key=lambda one: -one.decision.risk)
    for one in rest:
        if len(found) >= most:
            break
        if one.subject is Subject.CAMPAIGN and one not in found and one.decision.reasons:
            found.append(one)
    return found[:most]


def print_explained(console: Console, judged: Sequence[Judged], truth: Truth) -> None:
    """Print three decisions with reasons, and what the simulation knows of them."""
    for one in explained(judged):
        known = truth.campaigns.get(one.id)
        kind = known.kind.replace("_", " ") if known else "unknown"
        console.print(decision_card(one.decision, f"campaign {one.id} (in truth: {kind})"))


def print_example(console: Console, name: str, decision: Decision) -> None:
    console.print(decision_card(decision, name))


def _table(title: str, *headings: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for i, heading in enumerate(headings):
        table.add_column(heading, justify="left" if i == 0 else "right")
    return table
