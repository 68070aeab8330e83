"""Sequence only: what is decided is decided in activities."""
