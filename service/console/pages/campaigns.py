"""Campaigns: found by filters and put in order; and one with its decisions, mail and evidence."""

from features.records import Subject
from service.console.case_charts import evidence_chart, path_chart
from service.console.page import Page, Shown, Visit
from service.console.subject_table import table
from service.desk.records import CaseQuery
from service.subjects_found import CampaignFound, campaign, campaigns


def show(visit: Visit) -> Shown:
    return Shown("campaigns.html", table(visit, Subject.CAMPAIGN, "campaign_id", campaigns))


def show_one(visit: Visit) -> Shown:
    warden = visit.desk.warden
    account_id, campaign_id = visit.path["account_id"], visit.path["campaign_id"]
    found = campaign(warden, account_id, campaign_id, visit.person.name)
    cases = visit.desk.cases.seen(CaseQuery(state=None, account_id=account_id), visit.person.name)
    return Shown("campaign.html", {
        "found": found, "row": found.campaign.row, "mail": found.campaign.mail,
        "rates": found.campaign.rates, "evidence": _drawn(found), "cases": cases,
    })  # fmt: skip


def _drawn(found: CampaignFound) -> list[dict[str, object]]:
    one = found.evidence
    if one is None:
        return []
    return [{"weighed": one, "chart": evidence_chart(one), "path": path_chart(one)}]


PAGE = Page("campaigns", "/campaigns", "Campaigns", get=show, place=32)
ONE = Page("campaign", "/campaigns/{account_id}/{campaign_id}", "Campaign", get=show_one)
