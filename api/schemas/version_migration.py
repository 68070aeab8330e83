"""Bodies and answers of edits to running campaigns."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.schemas.base import Body, NodeName, View
from domain.version_migration import MigrationEffect

Mapping = Annotated[
    dict[NodeName, NodeName | None],
    Field(
        max_length=500,
        description="Node to the node of the new version that stands for it, or null: whoever is there exits. "
        "Nodes that are not named keep their id; one whose id the new version does not have is gone.",
        examples=[{"old_reminder": "reminder", "survey": None}],
    ),
]
VersionNumber = Annotated[int, Field(ge=1, le=1_000_000)]


class PlanBody(Body):
    """A move to be looked at before it is confirmed."""

    to: Literal["draft"] | VersionNumber | None = Field(
        default=None, description="A version's number, or `draft`; by default the version in force."
    )
    mapping: Mapping = Field(default_factory=dict)


class MigrateBody(Body):
    """A move of those inside."""

    to: VersionNumber | None = Field(default=None, description="A version's number; by default the one in force.")
    mapping: Mapping = Field(default_factory=dict)


class MigrationPreviewView(View):
    """What becomes of the journeys that stand at one node of one version."""

    version: int
    node_id: str | None = Field(description="Null: not begun yet.")
    label: str
    journeys: int
    becomes: MigrationEffect
    to_node: str | None
    at_once: int | None = Field(
        description="Of these, how many have waited longer than the new wait already and go on at once; "
        "null where that differs by customer."
    )
    why: str


class PlanView(View):
    """What a move would do; nothing was changed."""

    journeys: int = Field(description="All that would move.")
    nodes: list[MigrationPreviewView]


class MigrationView(View):
    """A move and how far it is."""

    id: UUID
    to_version: int
    mapping: dict[str, str | None]
    state: Literal["running", "done"] = Field(description="`done`: every journey inside has been told.")
    told: int
    outstanding: int = Field(
        description="Told and not moved yet: their campaign is paused, or a send of theirs is under way."
    )
    created_at: datetime
    finished_at: datetime | None
    temporal_url: str
