"""The abuse desk: people, their sessions, cases, and the chained log of what people do."""
