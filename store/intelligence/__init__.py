"""Scores, models, training runs, and what models learn from."""
