"""Accounts that share something, drawn on the server: every account is a link that re-centres.

The centre, around it what is shared, around that with whom. The table beside it says the same.
"""

import math
from collections.abc import Callable
from typing import Final

from markupsafe import Markup

from service.console.words import plain
from service.desk.graph import Graph, Neighbour
from service.stores.contract import Tied

_WIDTH, _HEIGHT = 860, 440
_CX, _CY = _WIDTH / 2, _HEIGHT / 2
_HUBS, _NODES = (145.0, 100.0), (262.0, 178.0)
_LONGEST: Final = 20
Point = tuple[float, float]


def graph_chart(graph: Graph, link: Callable[[str], str]) -> Markup:
    """Draw a graph; `link` returns the page around an account."""
    if not graph.neighbours:
        return Markup("")
    order = sorted(graph.neighbours, key=lambda one: (min(one.ties), one.account.account_id))
    angles = [_angle(place, len(order)) for place in range(len(order))]
    nodes = [_at(angle, _NODES) for angle in angles]
    hubs = _hub_points(graph, order, angles)
    lines = [_line((_CX, _CY), point, tie) for tie, point in hubs.items()]
    lines += [
        _line(hubs[tie], point, tie)
        for one, point in zip(order, nodes, strict=True)
        for tie in one.ties
    ]
    drawn = [_hub(graph.ties[tie], tie, point) for tie, point in hubs.items()]
    drawn += [_node(one, point, link) for one, point in zip(order, nodes, strict=True)]
    label = f"{graph.account_id} shares {len(graph.ties)} things with {len(order)} accounts shown"
    return Markup(
        '<svg class="chart graph" viewBox="0 0 {} {}" role="group" aria-label="{}">{}{}{}</svg>'
    ).format(
        _WIDTH, _HEIGHT, label, Markup("").join(lines), _centre(graph.account_id),
        Markup("").join(drawn),
    )  # fmt: skip


def _angle(place: int, count: int) -> float:
    return -math.pi / 2 + 2 * math.pi * (place + 0.5) / count


def _at(angle: float, radii: Point) -> Point:
    return _CX + radii[0] * math.cos(angle), _CY + radii[1] * math.sin(angle)


def _hub_points(graph: Graph, order: list[Neighbour], angles: list[float]) -> dict[int, Point]:
    """Place what is shared between the centre and those who share it, apart from each other."""
    middle: dict[int, float] = {}
    for tie in range(len(graph.ties)):
        mine = [a for one, a in zip(order, angles, strict=True) if tie in one.ties]
        if mine:
            middle[tie] = math.atan2(sum(map(math.sin, mine)), sum(map(math.cos, mine)))
    places = sorted(middle, key=lambda tie: middle[tie])
    return {tie: _at(_spread(middle, places, i), _HUBS) for i, tie in enumerate(places)}


def _spread(middle: dict[int, float], places: list[int], i: int) -> float:
    """Return the angle of a hub: even steps in the order of their middles, from the first on."""
    if len(places) == 1:
        return middle[places[0]]
    start = middle[places[0]]
    return start + 2 * math.pi * i / len(places)


def _line(a: Point, b: Point, tie: int) -> Markup:
    return Markup('<line class="tie t{}" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>').format(
        tie, *a, *b
    )


def _centre(account_id: str) -> Markup:
    return Markup(
        '<circle class="centre" cx="{}" cy="{}" r="13"/>'
        '<text class="name strong" x="{}" y="{}" text-anchor="middle">{}</text>'
    ).format(_CX, _CY, _CX, _CY + 31, _short(account_id))


def _hub(tie: Tied, place: int, point: Point) -> Markup:
    text = f"{plain(tie.kind)} · {tie.accounts}{'+' if tie.accounts >= 200 else ''}"
    width = 7.2 * len(text) + 20
    return Markup(
        '<g class="hub t{}"><rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="24" rx="12"/>'
        '<text x="{:.1f}" y="{:.1f}" text-anchor="middle">{}</text></g>'
    ).format(place, point[0] - width / 2, point[1] - 12, width, point[0], point[1] + 4.5, text)


def _node(one: Neighbour, point: Point, link: Callable[[str], str]) -> Markup:
    name, right = one.account.account_id, point[0] >= _CX
    kind = "flagged" if one.account.flagged else one.account.last_action or "unknown"
    said = f"{name}: {'flagged for abuse' if one.account.flagged else kind}"
    return Markup(
        '<a href="{}" aria-label="{}"><title>{}</title>'
        '<circle class="node {}" cx="{:.1f}" cy="{:.1f}" r="9"/>'
        '<text class="name" x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text></a>'
    ).format(
        link(name), said, said, kind, *point, point[0] + (15 if right else -15), point[1] + 4.5,
        "start" if right else "end", _short(name),
    )  # fmt: skip


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
