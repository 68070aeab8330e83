"""Signals for many journeys, written by SQL: one outbox row asks for them, and pages of it become a row a journey.

The row that asks is written in the transaction of the state change, so that no process has to survive the commit. The
relay that takes it writes one page of signals and a row for the rest, in one transaction: a crash repeats the page.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.vocabulary import JourneyState
from store.campaigns import outbox
from store.campaigns.outbox import WAKE_JOURNEYS, OutboxMessage

PAGE = 1_000
"""Signals written in one transaction. The next page waits behind them, so that events are told in between."""
_BEGINNING = datetime.min.replace(tzinfo=UTC)


async def request(session: AsyncSession, campaign_id: UUID, reason: str, states: Sequence[JourneyState]) -> None:
    """Signal every journey of a campaign that is in one of these states."""
    signal_id = f"{reason}:{uuid4()}"
    await outbox.add(session, [_note(campaign_id, signal_id, [state.value for state in states])])


async def request_all(session: AsyncSession, reason: str, *, catch_up: bool = False) -> int:
    """Signal every journey that has not ended, campaign by campaign; how many campaigns have such.

    Args:
        session: the transaction; the caller commits.
        reason: why, for the signal's id.
        catch_up: earlier signals may be lost: who waits for an event looks whether it has come.

    """
    states = [JourneyState.ACTIVE.value, JourneyState.PAUSED.value]
    found = await session.scalars(
        text("""
            SELECT id FROM campaigns AS c
             WHERE EXISTS (SELECT FROM journeys WHERE campaign_id = c.id AND state = ANY(CAST(:states AS text[])))
             ORDER BY id
        """),
        {"states": states},
    )
    notes = [_note(campaign_id, f"{reason}:{uuid4()}", states, catch_up=catch_up) for campaign_id in found]
    await outbox.add(session, notes)
    return len(notes)


async def expand(session: AsyncSession, note: OutboxMessage, *, limit: int = PAGE) -> int:
    """Write the signals of one page, and a row for the rest if there may be any; how many signals."""
    payload: Mapping[str, Any] = note.payload
    rows = (
        await session.execute(
            text("""
                WITH page AS (
                    SELECT id, workflow_id, created_at FROM journeys
                     WHERE campaign_id = :campaign AND (created_at, id) > (:created_at, :id)
                       AND state = ANY(CAST(:states AS text[]))
                     ORDER BY created_at, id LIMIT :limit),
                noted AS (
                    INSERT INTO outbox (kind, journey_id, workflow_id, payload, attempts)
                    SELECT 'signal_journey', id, workflow_id, CAST(:signal AS jsonb), 0
                      FROM page ORDER BY created_at, id)
                SELECT created_at, id FROM page ORDER BY created_at, id
            """),
            {
                "campaign": note.journey_id,
                "created_at": datetime.fromisoformat(payload["after"][0]),
                "id": UUID(payload["after"][1]),
                "states": payload["states"],
                "limit": limit,
                "signal": json.dumps({"id": payload["signal"], "catch_up": payload.get("catch_up", False)}),
            },
        )
    ).all()
    if len(rows) == limit:
        after = [rows[-1].created_at.isoformat(), str(rows[-1].id)]
        await outbox.add(
            session, [OutboxMessage(note.kind, note.journey_id, note.workflow_id, {**payload, "after": after})]
        )
    return len(rows)


def _note(campaign_id: UUID, signal_id: str, states: Sequence[str], *, catch_up: bool = False) -> OutboxMessage:
    after = [_BEGINNING.isoformat(), str(UUID(int=0))]
    payload = {"signal": signal_id, "states": list(states), "after": after, "catch_up": catch_up}
    return OutboxMessage(WAKE_JOURNEYS, campaign_id, f"{WAKE_JOURNEYS}/{campaign_id}", payload)
