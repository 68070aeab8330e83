"""The audit log, as it is shown."""

from datetime import datetime
from typing import Any

from pydantic import Field

from api.paging import PageQuery
from api.schemas.base import View


class AuditQuery(PageQuery):
    """Which entries."""

    actor: str | None = Field(default=None, max_length=120, description="The name of an API key, or `system`.")
    kind: str | None = Field(default=None, max_length=60, examples=["campaign"])
    subject: str | None = Field(default=None, max_length=255, examples=["win-back"])


class AuditView(View):
    """One change."""

    id: int
    at: datetime
    actor: str = Field(description="The name of the API key; `system` for what no request did.")
    action: str = Field(description="`created`, `changed`, `deleted`, `launched`, ...")
    kind: str = Field(description="`campaign`, `version`, `segment`, `api_key`, `customer`, ...")
    subject: str = Field(description="The thing's own name: a slug, a key, an id.")
    before: dict[str, Any] | None = Field(description="The changed fields as they were.")
    after: dict[str, Any] | None = Field(
        description="As they are now. Of customers and what they said only the names of the fields, in `changed`."
    )
