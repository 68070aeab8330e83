"""What Temporal must still be told, in the order it was decided."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from config.tracing import traceparent
from domain.admitted_journey import AdmittedJourney
from store.campaigns.outbox_notifier import announce_after_commit

MOST_WAITING = 100_000
"""A backlog is counted so far, and no further."""
# notes are written in the order of their ids
_BACKLOG = text("""
    SELECT (SELECT count(*) FROM (SELECT 1 FROM outbox LIMIT :most) AS waiting),
           coalesce(extract(epoch FROM clock_timestamp()
                                       - (SELECT created_at FROM outbox ORDER BY id LIMIT 1)), 0)::float
""")


Kind = Literal[
    "start_journey",
    "signal_journey",
    "wake_journeys",
    "retry_journeys",
    "start_migration",
    "sync_schedule",
    "start_run",
    "start_import",
    "start_experiment",
    "end_reservation",
    "promotion_event",
    "redeem_order",
]
WAKE_JOURNEYS: Literal["wake_journeys"] = "wake_journeys"
"""To be turned into a signal for each journey of a campaign: see `store.wakeups`."""
RETRY_JOURNEYS: Literal["retry_journeys"] = "retry_journeys"
"""To be turned into a start for each failed journey of a campaign: see `store.campaigns.failures`."""
START_IMPORT: Literal["start_import"] = "start_import"
SYNC_SCHEDULE: Literal["sync_schedule"] = "sync_schedule"
"""Temporal's schedule of a campaign is to become what its row says: see `campaigns.schedule_sync`."""


@dataclass(frozen=True)
class OutboxMessage:
    """Something to tell Temporal, most often about one journey. Ids only; personal data never goes there."""

    kind: Kind
    journey_id: UUID
    """Of `wake_journeys`, `retry_journeys`, `sync_schedule` the campaign's id, of `start_migration`, `start_run`
    and `start_import` that one's."""
    workflow_id: str
    payload: Mapping[str, Any]


def starting(journey: AdmittedJourney) -> OutboxMessage:
    """What starts the journey's workflow."""
    return OutboxMessage("start_journey", journey.id, journey.workflow_id, journey.told())


@dataclass(frozen=True)
class PendingMessages:
    """A note that a relay holds locked."""

    id: int
    note: OutboxMessage
    attempts: int
    waited_seconds: float
    """Since it was written."""
    traceparent: str | None = None
    """The trace that wrote it."""


@dataclass(frozen=True)
class Backlog:
    """What waits to be told."""

    waiting: int
    """`MOST_WAITING` at the most."""
    lag_seconds: float
    """Age of the oldest note."""


async def add(session: AsyncSession, notes: Sequence[OutboxMessage]) -> None:
    """Write notes and wake the relays when the transaction commits. All times here are the database's."""
    if not notes:
        return
    announce_after_commit(session)
    await session.execute(
        text("""
            INSERT INTO outbox (kind, journey_id, workflow_id, payload, attempts, traceparent)
            SELECT kind, journey_id, workflow_id, CAST(payload AS jsonb), 0, CAST(:traceparent AS text)
              FROM unnest(CAST(:kinds AS text[]), CAST(:journeys AS uuid[]), CAST(:workflows AS text[]),
                          CAST(:payloads AS text[])) WITH ORDINALITY
                   AS n(kind, journey_id, workflow_id, payload, position) ORDER BY position
        """),
        {
            "kinds": [note.kind for note in notes],
            "journeys": [note.journey_id for note in notes],
            "workflows": [note.workflow_id for note in notes],
            "payloads": [json.dumps(dict(note.payload)) for note in notes],
            "traceparent": traceparent(),
        },
    )


async def lock_due(session: AsyncSession, *, limit: int) -> list[PendingMessages]:
    """The oldest notes that are due and that no other relay holds, locked until the transaction ends."""
    rows = await session.execute(
        text("""
            SELECT id, kind, journey_id, workflow_id, payload, attempts, traceparent,
                   extract(epoch FROM clock_timestamp() - created_at)::float AS waited
              FROM outbox WHERE available_at <= now() ORDER BY available_at, id LIMIT :limit FOR UPDATE SKIP LOCKED
        """),
        {"limit": limit},
    )
    return [
        PendingMessages(
            row.id,
            OutboxMessage(row.kind, row.journey_id, row.workflow_id, row.payload),
            row.attempts,
            row.waited,
            row.traceparent,
        )
        for row in rows
    ]


async def delete(session: AsyncSession, ids: Sequence[int]) -> None:
    """Notes that Temporal has."""
    if ids:
        await session.execute(text("DELETE FROM outbox WHERE id = ANY(CAST(:ids AS bigint[]))"), {"ids": list(ids)})


async def put_off(session: AsyncSession, later: Mapping[int, tuple[str, float]]) -> None:
    """Notes that could not be told: id -> (why, seconds until the next try)."""
    if later:
        await session.execute(
            text("""
                UPDATE outbox SET attempts = attempts + 1, error = n.error,
                       available_at = clock_timestamp() + make_interval(secs => n.seconds)
                  FROM unnest(CAST(:ids AS bigint[]), CAST(:errors AS text[]), CAST(:seconds AS float[]))
                       AS n(id, error, seconds)
                 WHERE outbox.id = n.id
            """),
            {
                "ids": list(later),
                "errors": [error for error, _ in later.values()],
                "seconds": [seconds for _, seconds in later.values()],
            },
        )


async def backlog(session: AsyncSession) -> Backlog:
    """How much waits, and how old the oldest of it is."""
    row = await session.execute(_BACKLOG, {"most": MOST_WAITING})
    return Backlog(*row.one())
