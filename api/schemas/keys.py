"""API keys."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.schemas.base import Body, Name, View
from domain.vocabulary import Role


class KeyCreate(Body):
    """A new key."""

    name: Name
    role: Role = Role.VIEWER
    tracking: bool = Field(default=False, description="A write key for /v1/*, and for nothing else.")


class KeyView(View):
    """A key; the key itself is shown once, when it is made."""

    id: UUID
    name: str
    role: Role
    tracking: bool
    created_at: datetime
    revoked_at: datetime | None


class NewKeyView(KeyView):
    """A key just made. Keep `key`: it can't be shown again."""

    key: str
