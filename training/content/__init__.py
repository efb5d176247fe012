"""Fits and evaluates the text model on corpora of real mail."""
