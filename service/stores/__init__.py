"""Durable state behind one contract: SQLite by default, PostgreSQL when grown up."""
