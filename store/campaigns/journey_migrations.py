"""Moves of journeys from one version of their campaign to another."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import NotFoundError
from domain.i18n import sentence
from domain.vocabulary import MessageState
from models import Journey, JourneyMigration, JourneyStep, Message
from store.campaigns.outbox_notifier import announce_after_commit
from store.database.keyset import after_cursor

_NOT_HAD = (MessageState.SKIPPED, MessageState.FAILED, MessageState.DEFERRED)


@dataclass(frozen=True)
class StepPopulation:
    """Journeys of one version that are at one node now."""

    version_id: UUID
    node_id: str | None
    journeys: int


async def population(session: AsyncSession, campaign_id: UUID, other_than: UUID | None) -> list[StepPopulation]:
    """Where the journeys inside are, those of version `other_than` aside; the fullest nodes first."""
    rows = await session.execute(
        select(col(Journey.version_id), col(Journey.node_id), func.count())
        .where(
            col(Journey.campaign_id) == campaign_id,
            col(Journey.state) != "ended",
            col(Journey.version_id).is_distinct_from(other_than),
        )
        .group_by(col(Journey.version_id), col(Journey.node_id))
        .order_by(func.count().desc(), col(Journey.node_id))
    )
    return [StepPopulation(*row) for row in rows]


async def entered_before(session: AsyncSession, campaign_id: UUID, at: StepPopulation, moment: datetime) -> int:
    """How many of those journeys came to their node before a moment."""
    found = await session.scalar(
        select(func.count())
        .select_from(Journey)
        .join(
            JourneyStep,
            (col(JourneyStep.journey_id) == col(Journey.id)) & (col(JourneyStep.seq) == col(Journey.seq)),
        )
        .where(
            col(Journey.campaign_id) == campaign_id,
            col(Journey.state) != "ended",
            col(Journey.version_id) == at.version_id,
            col(Journey.node_id) == at.node_id,
            col(JourneyStep.entered_at) <= moment,
        )
    )
    return found or 0


async def begin(session: AsyncSession, migration: JourneyMigration) -> None:
    """Write a move down, or open it again: then those who came late are told as well."""
    values = migration.model_dump(include={"id", "campaign_id", "to_version_id", "mapping", "workflow_id"})
    await session.execute(
        insert(JourneyMigration)
        .values(**values, state="running", told=0)
        .on_conflict_do_update(index_elements=["id"], set_={"state": "running", "finished_at": None})
    )


async def read(session: AsyncSession, migration_id: UUID) -> JourneyMigration:
    """A move.

    Raises:
        NotFoundError: there is none.

    """
    found = await session.get(JourneyMigration, migration_id)
    if found is None:
        raise NotFoundError(sentence("no_migration", migration=str(migration_id)))
    return found


async def page(
    session: AsyncSession, campaign_id: UUID, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[JourneyMigration]:
    """A campaign's moves, newest first, from behind `after` = (created_at, id)."""
    order = (col(JourneyMigration.created_at), col(JourneyMigration.id))
    query = select(JourneyMigration).where(col(JourneyMigration.campaign_id) == campaign_id)
    if after:
        query = query.where(after_cursor(order, after, descending=True))
    return (await session.scalars(query.order_by(*(column.desc() for column in order)).limit(limit))).all()


async def pending(session: AsyncSession, migration: JourneyMigration) -> int:
    """Journeys that were told and have not moved yet (their campaign is paused, or a send is under way)."""
    found = await session.scalar(
        select(func.count()).where(
            col(Journey.campaign_id) == migration.campaign_id,
            col(Journey.state) != "ended",
            col(Journey.migration_id) == migration.id,
            col(Journey.version_id) != migration.to_version_id,
        )
    )
    return found or 0


_TELL = """
    WITH page AS (
        SELECT id, created_at FROM journeys
         WHERE campaign_id = :campaign AND (created_at, id) > (:created_at, :id) AND state <> 'ended'
           AND version_id <> :version AND migration_id IS DISTINCT FROM :migration
         ORDER BY created_at, id LIMIT :limit FOR NO KEY UPDATE SKIP LOCKED),
    told AS (
        UPDATE journeys SET migration_id = :migration FROM page WHERE journeys.id = page.id
        RETURNING journeys.id, journeys.workflow_id, journeys.state),
    noted AS (
        INSERT INTO outbox (kind, journey_id, workflow_id, payload, attempts)
        SELECT 'signal_journey', id, workflow_id, CAST(:look AS jsonb), 0 FROM told WHERE state <> 'starting')
    SELECT created_at, id FROM page ORDER BY created_at, id
"""

Place = tuple[datetime, UUID]
"""Where a page ends: created_at and id of its last journey."""


async def enqueue_signals(session: AsyncSession, migration: JourneyMigration, after: Place, limit: int) -> list[Place]:
    """Tell the next journeys behind `after`, at most `limit`, that they are to move; their places.

    Those locked by somebody are passed over: another round from the beginning finds them.
    """
    announce_after_commit(session)
    rows = await session.execute(
        text(_TELL),
        {
            "campaign": migration.campaign_id,
            "created_at": after[0],
            "id": after[1],
            "version": migration.to_version_id,
            "migration": migration.id,
            "limit": limit,
            # another one for each page: a journey drops signals whose id it has seen, also from an earlier such move
            "look": json.dumps({"id": f"migration:{uuid4()}"}),
        },
    )
    told = [(row.created_at, row.id) for row in rows]
    await session.execute(
        update(JourneyMigration)
        .where(col(JourneyMigration.id) == migration.id)
        .values(told=col(JourneyMigration.told) + len(told))
    )
    return told


async def unsignalled(session: AsyncSession, migration: JourneyMigration) -> bool:
    """Whether there are journeys that have not been told."""
    found = await session.scalar(
        select(col(Journey.id))
        .where(
            col(Journey.campaign_id) == migration.campaign_id,
            col(Journey.state) != "ended",
            col(Journey.version_id) != migration.to_version_id,
            col(Journey.migration_id).is_distinct_from(migration.id),
        )
        .limit(1)
    )
    return found is not None


async def finish(session: AsyncSession, migration_id: UUID) -> None:
    """Everybody has been told."""
    await session.execute(
        update(JourneyMigration)
        .where(col(JourneyMigration.id) == migration_id)
        .values(state="done", finished_at=func.now())
    )


async def visited_nodes(session: AsyncSession, journey_id: UUID) -> list[str]:
    """Nodes whose message the journey had, or may have had."""
    found = await session.scalars(
        select(col(Message.node_id))
        .where(
            col(Message.journey_id) == journey_id,
            col(Message.state).not_in(_NOT_HAD),
            col(Message.node_id).is_not(None),
        )
        .distinct()
    )
    return [node_id for node_id in found if node_id is not None]


async def rename_nodes(session: AsyncSession, journey_id: UUID, names: Mapping[str, str]) -> None:
    """Let a journey's messages and steps be those of the nodes that stand for their own: conditions ask for them."""
    if not names:
        return
    kept = {"messages": "sent_node_id = coalesce(sent_node_id, node_id), ", "journey_steps": ""}
    for table, key in kept.items():
        await session.execute(
            text(f"""
                UPDATE {table} SET {key}node_id = n.new
                  FROM unnest(CAST(:old AS text[]), CAST(:new AS text[])) AS n(old, new)
                 WHERE journey_id = :journey AND node_id = n.old
            """),  # noqa: S608 - constants
            {"old": list(names), "new": list(names.values()), "journey": journey_id},
        )
