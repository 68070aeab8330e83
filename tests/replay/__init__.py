"""Recorded histories, replayed: a change of the workflows' command sequence without `patched()` fails here."""
