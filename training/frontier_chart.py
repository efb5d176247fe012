"""The frontier of cost against review as a picture."""

from pathlib import Path

from training.optimise import Proposal, frontier


def draw_frontier(found: Proposal, path: Path) -> None:
    """Draw what was tried, the frontier, what is in force and what is proposed; PNG or SVG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 4.6), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    one = found.budget.one
    best = frontier(found.tried)
    axes.scatter(
        [t.minutes / one for t in found.tried], [t.cost for t in found.tried],
        s=12, color="0.75", label="tried",
    )  # fmt: skip
    axes.step(
        [t.minutes / one for t in best], [t.cost for t in best], where="post", label="least cost"
    )
    most = 1.1 * max(t.minutes for t in found.tried) / one or 1.0
    if found.budget.reviewers <= most:
        axes.axvline(
            found.budget.reviewers, color="0.4", linestyle=":", label="reviewers there are"
        )
    axes.scatter(
        [found.now.minutes / one], [found.now.cost], marker="s", label="in force", zorder=3
    )
    if found.best is not None:
        axes.scatter(
            [found.best.minutes / one], [found.best.cost],
            marker="*", s=140, label="proposed", zorder=4,
        )  # fmt: skip
    axes.set(
        xlabel=f"reviewers needed ({found.budget.hours:g} h a day each)", ylabel="cost a day",
        title="What a policy costs by what reviewers look at",
    )  # fmt: skip
    axes.set_xlim(0, most)
    axes.legend()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)
