"""Campaigns and lists, by their newest decisions."""

from service.stores import subject_rows
from service.stores.contract import SubjectQuery, SubjectsPage
from service.stores.sql.transactions import Transactions


class SqlSubjects(Transactions):
    def find_subjects(self, query: SubjectQuery) -> SubjectsPage:
        return self.read(lambda c: subject_rows.find(c, query))
