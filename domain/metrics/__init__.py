"""Metrics, each defined once: the app, the API, the views for BI and docs/metrics.md take every figure from here."""
