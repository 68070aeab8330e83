"""Profiles, identities, merges, privacy, timeline."""
