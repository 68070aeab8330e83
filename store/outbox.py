"""What Temporal must still be told, in the order it was decided."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

CHANNEL = "outbox"
"""The name that `NOTIFY` wakes relays by."""


@dataclass(frozen=True)
class Note:
    """Something to tell Temporal about one journey. Ids only; personal data never goes there."""

    kind: Literal["start_journey", "signal_journey"]
    journey_id: UUID
    workflow_id: str
    payload: Mapping[str, Any]


@dataclass(frozen=True)
class Due:
    """A note that a relay holds locked."""

    id: int
    note: Note
    attempts: int


@dataclass(frozen=True)
class Backlog:
    """What waits to be told."""

    waiting: int
    lag_seconds: float
    """Age of the oldest note."""


async def add(session: AsyncSession, notes: Sequence[Note], *, now: datetime) -> None:
    """Write notes and wake the relays when the transaction commits."""
    if not notes:
        return
    await session.execute(
        text(f"""
            WITH written AS (
                INSERT INTO outbox (kind, journey_id, workflow_id, payload, attempts, available_at, created_at)
                SELECT kind, journey_id, workflow_id, CAST(payload AS jsonb), 0, :now, :now
                  FROM unnest(CAST(:kinds AS text[]), CAST(:journeys AS uuid[]), CAST(:workflows AS text[]),
                              CAST(:payloads AS text[])) WITH ORDINALITY
                       AS n(kind, journey_id, workflow_id, payload, position) ORDER BY position)
            SELECT pg_notify('{CHANNEL}', '')
        """),  # noqa: S608 - a constant
        {
            "kinds": [note.kind for note in notes],
            "journeys": [note.journey_id for note in notes],
            "workflows": [note.workflow_id for note in notes],
            "payloads": [json.dumps(dict(note.payload)) for note in notes],
            "now": now,
        },
    )


async def lock_due(session: AsyncSession, *, now: datetime, limit: int) -> list[Due]:
    """The oldest notes that are due and that no other relay holds, locked until the transaction ends."""
    rows = await session.execute(
        text("""
            SELECT id, kind, journey_id, workflow_id, payload, attempts FROM outbox
             WHERE available_at <= :now ORDER BY available_at, id LIMIT :limit FOR UPDATE SKIP LOCKED
        """),
        {"now": now, "limit": limit},
    )
    return [Due(row.id, Note(row.kind, row.journey_id, row.workflow_id, row.payload), row.attempts) for row in rows]


async def delete(session: AsyncSession, ids: Sequence[int]) -> None:
    """Notes that Temporal has."""
    if ids:
        await session.execute(text("DELETE FROM outbox WHERE id = ANY(CAST(:ids AS bigint[]))"), {"ids": list(ids)})


async def put_off(session: AsyncSession, later: Mapping[int, tuple[str, datetime]]) -> None:
    """Notes that could not be told: id -> (why, when to try again)."""
    if later:
        await session.execute(
            text("""
                UPDATE outbox SET attempts = attempts + 1, error = n.error, available_at = n.available_at
                  FROM unnest(CAST(:ids AS bigint[]), CAST(:errors AS text[]), CAST(:times AS timestamptz[]))
                       AS n(id, error, available_at)
                 WHERE outbox.id = n.id
            """),
            {
                "ids": list(later),
                "errors": [error for error, _ in later.values()],
                "times": [at for _, at in later.values()],
            },
        )


async def backlog(session: AsyncSession, *, now: datetime) -> Backlog:
    """How much waits, and how old the oldest of it is."""
    row = (await session.execute(text("SELECT count(*) AS waiting, min(created_at) AS oldest FROM outbox"))).one()
    lag = max(0.0, (now - row.oldest).total_seconds()) if row.oldest else 0.0
    return Backlog(waiting=row.waiting, lag_seconds=lag)
