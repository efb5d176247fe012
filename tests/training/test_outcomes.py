"""Mail figures against a small world worked out by hand."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from features.records import Event, EventType, Stream
from training.baselines import SES_PAUSE, SES_REVIEW, Thresholds
from training.decision_log import CampaignLine, DecisionLog, Grant, read_log
from training.oddities import Oddities
from training.outcomes import detections, mail_figures, outcomes_of
from training.truth import CampaignTruth, Truth
from training.world import CampaignDue, CampaignEntry, EventReceived

START = datetime(2026, 3, 1, tzinfo=UTC)


def _entry(name: str, account: str, hours: float, mails: int) -> CampaignEntry:
    return CampaignEntry(START + timedelta(hours=hours), name, account, mails, None)


def _truth(**abusive: bool | None) -> Truth:
    return Truth(campaigns={k: CampaignTruth(v, "k", 0.0, 0.0) for k, v in abusive.items()})


CAMPAIGNS = [
    _entry("g1", "good", 0, 100),
    _entry("g2", "good", 1, 300),
    _entry("b1", "bad", 2, 1000),
    _entry("b2", "bad", 8, 500),
    _entry("b3", "bad", 9, 500),
    _entry("n1", "bad", 1, 50),
    _entry("x1", "sly", 3, 2000),
]
TRUTH = _truth(g1=False, g2=False, b1=True, b2=True, b3=True, n1=None, x1=True)


def _log(**lines: CampaignLine) -> DecisionLog:
    return DecisionLog(dict(lines))


def test_actions_without_grants_send_all_or_nothing() -> None:
    log = _log(
        g1=CampaignLine("g1", "review", 0.5),
        g2=CampaignLine("g2", "throttle", 0.2),
        b1=CampaignLine("b1", "allow", 0.1),
        b2=CampaignLine("b2", "terminate", 0.9),
        b3=CampaignLine("b3", "terminate", 0.9),
    )
    figures = mail_figures(outcomes_of(CAMPAIGNS, log, TRUTH))
    assert figures["mail_leaked"] == pytest.approx((1000 + 2000) / 4000)
    assert figures["good_mail_delayed"] == pytest.approx(100 / 400)
    assert figures["false_stops"] == pytest.approx(1 / 2)
    assert figures["abusive_campaigns_stopped"] == pytest.approx(2 / 4)
    assert figures["detected"] == pytest.approx(1 / 2)
    # bad is stopped 6 hours after its first abusive campaign, sly never.
    assert figures["mean_hours_of_detected"] == pytest.approx(6.0)
    assert figures["mean_leaked_before_detection"] == pytest.approx((1000 + 2000) / 2)


def test_grants_count_what_was_handed_over_and_how_late() -> None:
    late = CAMPAIGNS[1].at + timedelta(minutes=31)
    log = _log(
        g2=CampaignLine("g2", "throttle", 0.2, (Grant(CAMPAIGNS[1].at, 100), Grant(late, 50))),
        b1=CampaignLine(
            "b1", "allow", 0.2, (Grant(CAMPAIGNS[2].at, 70),), CAMPAIGNS[2].at + timedelta(hours=1)
        ),
    )
    figures = mail_figures(outcomes_of(CAMPAIGNS, log, TRUTH))
    assert figures["good_mail_delayed"] == pytest.approx((50 + 150) / 400)
    assert figures["mail_leaked"] == pytest.approx((70 + 500 + 500 + 2000) / 4000)
    assert figures["false_stops"] == 0
    bad = {d.account_id: d for d in detections(outcomes_of(CAMPAIGNS, log, TRUTH))}["bad"]
    assert (bad.hours, bad.leaked) == (1.0, 70)


def test_a_stop_before_the_first_abuse_is_zero_hours() -> None:
    log = _log(n1=CampaignLine("n1", "review", 0.9))
    bad = {d.account_id: d for d in detections(outcomes_of(CAMPAIGNS, log, TRUTH))}["bad"]
    assert (bad.hours, bad.leaked) == (0.0, 0)


def test_warm_up_mail_is_neither_leak_nor_false_stop() -> None:
    log = _log(n1=CampaignLine("n1", "review", 0.9))
    with_stop = mail_figures(outcomes_of(CAMPAIGNS, log, TRUTH))
    without = mail_figures(outcomes_of(CAMPAIGNS, DecisionLog(), TRUTH))
    for key in ("mail_leaked", "good_mail_delayed", "false_stops", "good_campaigns"):
        assert with_stop[key] == without[key]
    assert without["mail_leaked"] == 1.0


def test_a_log_reads_back_as_it_was_written(tmp_path: Path) -> None:
    log = _log(a=CampaignLine("a", "review", 0.25, (Grant(START, 5),), START))
    log.campaigns["b"] = CampaignLine("b", "allow", 0.01)
    log.accounts["acct"] = 0.5
    path = tmp_path / "deep" / "decisions.ndjson"
    log.write(path)
    lines = path.read_text().splitlines()
    assert lines[1] == '{"campaign_id":"b","action":"allow","risk":0.01}'
    assert lines[2] == '{"account_id":"acct","risk":0.5}'
    assert read_log(path, Oddities()) == log


def test_ses_limits_pause_an_account_from_its_next_campaign_on() -> None:
    rival = Thresholds(SES_PAUSE)
    rival.see(_due("c1", 0))
    for i in range(1000):
        rival.see(_event(f"s{i}", EventType.SENT, "c1", 1))
    for i in range(100):
        rival.see(_event(f"b{i}", EventType.HARD_BOUNCE, "c1", 1))
    rival.see(_due("c2", 2))
    for i in range(5000):
        rival.see(_event(f"t{i}", EventType.SENT, "c2", 3))
    rival.see(_due("c3", 4))
    actions = [line.action for line in rival.log.campaigns.values()]
    assert actions == ["allow", "review", "review"]


def test_ses_limits_wait_for_a_representative_volume() -> None:
    rival = Thresholds(SES_REVIEW)
    for i in range(199):
        rival.see(_event(f"b{i}", EventType.HARD_BOUNCE, "c1", 1))
    rival.see(_due("c2", 2))
    assert rival.log.campaigns["c2"].action == "allow"


def _due(name: str, hours: int) -> CampaignDue:
    at = START + timedelta(hours=hours)
    return CampaignDue(at, name, "acct", (), 10, Stream.BROADCAST, None)


def _event(name: str, kind: EventType, campaign: str, hours: int) -> EventReceived:
    at = START + timedelta(hours=hours)
    event = Event(event_id=name, type=kind, account_id="acct", occurred_at=at, campaign_id=campaign)
    return EventReceived(at, event)
