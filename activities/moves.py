"""Moves to another version of the campaign: what one says, and its making."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.flow import Node
from domain.version_migration import already_sent, renames, target_node
from store.campaigns import journey_migrations

if TYPE_CHECKING:
    from activities.journey_run import JourneyRun

_KEPT = 100


@dataclass(frozen=True)
class Move:
    """Where to, and which node stands for which."""

    to_version_id: UUID
    mapping: Mapping[str, str | None]


class Moves:
    """The cache of those used last: what a move says never changes."""

    def __init__(self) -> None:
        self._loaded: OrderedDict[UUID, Move] = OrderedDict()

    async def get(self, session: AsyncSession, migration_id: UUID) -> Move:
        """The move of that id. Raises NotFoundError when there is none."""
        if migration_id not in self._loaded:
            row = await journey_migrations.read(session, migration_id)
            self._loaded[migration_id] = Move(row.to_version_id, row.mapping)
            if len(self._loaded) > _KEPT:
                self._loaded.popitem(last=False)
        self._loaded.move_to_end(migration_id)
        return self._loaded[migration_id]


async def make_move(walk: "JourneyRun", move: Move) -> Node | None:
    """Put the journey on the other version; returns the node there that stands for its own.

    Its past goes along: what it was sent and where it was is from now on said of the nodes that stand for those. The
    goal's window is that of the new version, from the journey's start.
    """
    journey, old = walk.journey, walk.version
    here = walk.node
    new = await walk.services.versions.get(walk.session, move.to_version_id)
    had = await journey_migrations.visited_nodes(walk.session, journey.id)
    skips = already_sent(old.graph, here.id, new.graph, had, move.mapping)
    journey.skip_nodes = sorted(
        {*skips, *(node_id for node_id in journey.skip_nodes if new.graph.find(node_id) is not None)}
    )
    await journey_migrations.rename_nodes(walk.session, journey.id, renames(old.graph, new.graph, move.mapping))
    walk.version, journey.version_id = new, new.id
    goal, started = new.settings.goal, journey.started_at
    journey.goal_deadline = None
    if goal is not None and started is not None:
        seconds = goal.window.total_seconds * walk.services.settings.time_scale
        journey.goal_deadline = started + timedelta(seconds=seconds)
    return target_node(here.id, new.graph, move.mapping)
