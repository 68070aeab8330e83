"""Who acts, for the audit log."""

from contextvars import ContextVar

acting: ContextVar[str | None] = ContextVar("acting", default=None)
"""The name of the key whose request makes the changes; each transaction tells it to the database's triggers."""
