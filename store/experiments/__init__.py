"""Experiments: rows, assignments, sums."""
