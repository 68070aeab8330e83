"""Saved segments and their members."""
