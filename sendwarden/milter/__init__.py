"""Sendwarden in a mail server: a milter that asks the API about every message before it is taken."""
