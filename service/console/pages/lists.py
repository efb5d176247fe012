"""Lists: found by filters and put in order; and one with its make-up, segments and overlaps."""

from features.records import Subject
from service.console.case_charts import overlaps_chart, segments_chart, shares_chart
from service.console.page import Page, Shown, Visit
from service.console.subject_table import table
from service.subjects_found import lists, one_list


def show(visit: Visit) -> Shown:
    return Shown("lists.html", table(visit, Subject.LIST, "list_id", lists))


def show_one(visit: Visit) -> Shown:
    found = one_list(
        visit.desk.warden, visit.path["account_id"], visit.path["list_id"], visit.person.name
    )
    record = found.listed.record
    return Shown("list.html", {
        "found": found, "row": found.listed.row, "record": record,
        "make_up": shares_chart(record.numbers) if record else "",
        "segments": segments_chart(record.segments) if record else "",
        "overlaps": overlaps_chart(found.overlaps),
    })  # fmt: skip


PAGE = Page("lists", "/lists", "Lists", get=show, place=34)
ONE = Page("list", "/lists/{account_id}/{list_id}", "List", get=show_one)
