"""A decision as a card for people to read."""

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from models.decision import Decision, Interval

COLOURS = {"allow": "green", "throttle": "yellow", "review": "dark_orange", "terminate": "red"}
MEANINGS = {
    "allow": "send it",
    "throttle": "send it slowly",
    "review": "hold it until a person has looked",
    "terminate": "refuse it and stop the account",
}
_BAR_WIDTH = 40


def decision_card(decision: Decision, title: str) -> RenderableType:
    """Return a panel with the action, the risk, the forecast, the reasons and the advice."""
    colour = COLOURS[decision.action]
    parts: list[RenderableType] = [_headline(decision), _risk_bar(decision)]
    if decision.forecast is not None:
        parts.append(
            Text(
                f"expected hard bounces {_percent(decision.forecast.hard_bounce_rate)}, "
                f"complaints {_percent(decision.forecast.complaint_rate)} (90 % interval)"
            )
        )
    if decision.reasons:
        parts.append(_reasons(decision))
    if decision.rules:
        parts.append(Text(f"policy {decision.policy_version}: {', '.join(decision.rules)}", "dim"))
    if decision.degraded:
        parts.append(
            Text("degraded: something was unavailable, the policy's fallback applied", "dim")
        )
    return Panel(Group(*parts), title=title, title_align="left", border_style=colour)


def _headline(decision: Decision) -> Text:
    text = Text(decision.action.upper(), f"bold {COLOURS[decision.action]}")
    text.append(f"  {MEANINGS[decision.action]}", "default")
    if decision.limits is not None:
        limits = decision.limits
        text.append(
            f"  at most {limits.per_hour:,} an hour, {limits.per_day:,} a day, first {limits.first_stage:,}",
            "default",
        )
    return text


def _risk_bar(decision: Decision) -> Text:
    malicious = round(decision.malicious * _BAR_WIDTH)
    careless = round(decision.risk * _BAR_WIDTH) - malicious
    bar = Text("risk ")
    bar.append("█" * malicious, "red")
    bar.append("█" * careless, "yellow")
    bar.append("░" * (_BAR_WIDTH - malicious - careless), "dim")
    bar.append(f" {decision.risk:.1%}")
    bar.append(f"  malicious {decision.malicious:.1%}", "red")
    bar.append(f"  careless {decision.careless:.1%}", "yellow")
    return bar


def _reasons(decision: Decision) -> Table:
    table = Table(box=None, padding=(0, 1), show_header=True, header_style="dim")
    table.add_column("why", ratio=5)
    table.add_column("weight", justify="right")
    table.add_column("what helps", ratio=5)
    for reason in decision.reasons[:6]:
        table.add_row(
            f"{reason.message} [dim]{reason.code}[/dim]", f"{reason.weight:.0%}", reason.advice
        )
    return table


def _percent(interval: Interval) -> str:
    return f"{interval.mean:.2%} ({interval.low:.2%} to {interval.high:.2%})"
