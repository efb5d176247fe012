"""Sending IPs and mailbox providers: how everyone's mail fares there, the least healthy first."""

import re
from typing import Final

from features.windows import DAY_7, DAY_30, HOUR_24
from service.console.page import Group, Page, Shown, Visit
from service.deliverability.subjects import SubjectView, UnknownIp, WindowView

SHOWN: Final = 100
_IP: Final = re.compile(r"[0-9A-Fa-f:.]{2,64}")
_WINDOWS: Final = {window.name: window for window in (HOUR_24, DAY_7, DAY_30)}
_CAUSES: Final = 6


def show(visit: Visit) -> Shown:
    mail, at = visit.desk.warden.deliverability, visit.at
    window = visit.query.get("window", "7d")
    window = window if window in _WINDOWS else "7d"
    wanted = visit.query.get("ip", "").strip()
    if _IP.fullmatch(wanted):
        try:
            one = mail.ip(wanted, at)
            return Shown("ip.html", {
                "one": one, "window": one.windows.get(window), "chosen": window,
                "windows": tuple(_WINDOWS), "providers": _rows(list(_providers(one))),
                "causes": _causes(visit, wanted),
            })  # fmt: skip
        except UnknownIp:
            pass
    asked = _WINDOWS[window]
    page = mail.ips(at, SHOWN, asked)
    providers = mail.providers(at, window=asked)
    return Shown("ips.html", {
        "ips": _rows([(v.subject, v.windows.get(window)) for v in page.views]),
        "providers": _rows([(v.subject, v.windows.get(window)) for v in providers]),
        "more": max(page.total - SHOWN, 0), "chosen": window, "windows": tuple(_WINDOWS),
        "wanted": wanted,
    })  # fmt: skip


def _providers(one: SubjectView) -> list[tuple[str, WindowView | None]]:
    return list(one.providers.items())


def _rows(found: list[tuple[str, WindowView | None]]) -> list[tuple[str, WindowView]]:
    return [(name, window) for name, window in found if window is not None]


def _causes(visit: Visit, ip: str) -> dict[str, list[tuple[str, float, int, int]]]:
    """Return the accounts behind each bad rate of 24 hours."""
    causes = visit.desk.warden.deliverability.causes_on_ip(ip, visit.at, HOUR_24)
    return {
        metric: [(c.account_id, c.share, c.k, c.n) for c in found[:_CAUSES]]
        for metric, found in causes.by_metric.items()
    }


PAGE = Page("ips", "/ips", "IPs and providers", get=show, place=10, group=Group.PLATFORM)
