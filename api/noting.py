"""Writing down, for the audit log, what a request does beside changing rows: those the database's triggers see."""

from typing import Any

from api.dependencies import ApiServices
from store.access import audit


async def note(services: ApiServices, action: str, kind: str, subject: str, what: dict[str, Any] | None = None) -> None:
    """Write down what Temporal or a provider was told by this request."""
    async with services.database.transaction() as session:
        await audit.note(session, action, kind, subject, what)
