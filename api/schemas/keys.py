"""API keys."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from api.schemas.base import Body, Name, View
from domain.vocabulary import Role


class KeyCreate(Body):
    """A new key."""

    name: Name
    role: Role = Role.VIEWER
    tracking: bool = Field(default=False, description="A write key: it may send events, and nothing else.")
    authority: Literal["browser", "server"] = Field(
        default="browser",
        description="Of a write key: `browser` where anybody can read it (pages, apps), `server` where only the "
        "shop's servers have it. A browser key joins no named customers and changes no known customer's addresses.",
    )


class KeyView(View):
    """A key; the key itself is shown once, when it is made."""

    id: UUID
    name: str
    role: Role
    tracking: bool
    authority: Literal["browser", "server"] | None = Field(description="Of a write key.")
    created_at: datetime
    revoked_at: datetime | None


class NewKeyView(KeyView):
    """A key just made. Keep `key`: it can't be shown again."""

    key: str
