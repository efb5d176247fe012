"""Policies in the database: drafts, their way into force, and exemptions of single accounts."""
