"""Surveys: inviting customers, and taking their answers in."""
