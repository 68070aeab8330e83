"""Messages left open with nobody to close them. Each is taken by one settler; none waits for another's lock."""

import json
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import DateTime, Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.i18n import Sentence, sentence

# Danger: a message is locked without its customer. That is safe because nothing else is locked after it.
_UNREPORTED = text("""
    UPDATE messages SET state = 'failed', reason = :reason, said = CAST(:said AS jsonb)
     WHERE id IN (SELECT id FROM messages WHERE state = 'unknown' AND reserved_at < :before
                   ORDER BY reserved_at LIMIT :most FOR UPDATE SKIP LOCKED)
""")
_FORSAKEN = text("""
    UPDATE messages SET state = 'unknown', reason = :reason, said = CAST(:said AS jsonb)
     WHERE id IN (SELECT m.id FROM messages m LEFT JOIN journeys j ON j.id = m.journey_id
                   WHERE m.state = 'reserved' AND m.reserved_at < :before
                     AND (j.id IS NULL OR j.state IN ('ended', 'failed') OR j.node_id <> m.node_id
                          OR j.visit <> m.visit)
                   ORDER BY m.reserved_at LIMIT :most FOR UPDATE OF m SKIP LOCKED)
""")
_NEVER_SENT = text("""
    WITH looked AS MATERIALIZED (
        SELECT id, journey_id, node_id, visit, reserved_at FROM messages
         WHERE state = 'deferred' AND reserved_at < :before AND (reserved_at, id) > (:at, :after)
         ORDER BY reserved_at, id LIMIT :window),
    over AS (
        SELECT m.id FROM looked m JOIN journeys j ON j.id = m.journey_id
         WHERE j.state = 'ended' OR j.node_id <> m.node_id OR j.visit <> m.visit),
    skipped AS (
        UPDATE messages SET state = 'skipped', skip_reason = 'journey_ended', reason = :reason,
                            said = CAST(:said AS jsonb)
         WHERE id IN (SELECT m.id FROM messages m JOIN over USING (id)
                       WHERE m.state = 'deferred' FOR UPDATE OF m SKIP LOCKED)
     RETURNING 1)
    SELECT (SELECT count(*) FROM skipped), count(*), (array_agg(reserved_at ORDER BY reserved_at DESC, id DESC))[1],
           (array_agg(id ORDER BY reserved_at DESC, id DESC))[1]
      FROM looked
""").bindparams(bindparam("at", type_=DateTime(timezone=True)), bindparam("after", type_=Uuid()))
WINDOW = 5_000
"""Put-off messages that are looked at in a round: a million of them, until the morning, cost a round no more."""
START = (datetime(1970, 1, 1, tzinfo=UTC), UUID(int=0))
Place = tuple[datetime, UUID]


async def give_up_unreported(session: AsyncSession, before: datetime, most: int) -> int:
    """`unknown` messages from before then count as not sent, until a late report says otherwise. How many."""
    reason = sentence("nobody_reported")
    return await _changed(session, _UNREPORTED, before, most, reason)


async def release_forsaken(session: AsyncSession, before: datetime, most: int) -> int:
    """`reserved` messages from before then whose journey is not at them any more become `unknown`. How many."""
    reason = sentence("sender_died_gone_on")
    return await _changed(session, _FORSAKEN, before, most, reason)


async def skip_never_sent(
    session: AsyncSession, before: datetime, place: Place, window: int = WINDOW
) -> tuple[int, Place]:
    """`deferred` messages from before then whose journey is not at them any more are skipped.

    Args:
        session: the transaction.
        before: when they were written at the latest.
        place: behind which to look: `START`, or where the last round ended.
        window: so many are looked at.

    Returns:
        How many were skipped, and where the next round begins: at `START` again behind the last one.

    """
    reason = sentence("ended_before_moment")
    values = {"before": before, "at": place[0], "after": place[1], "window": window}
    values |= {"reason": str(reason), "said": json.dumps(reason.said())}
    skipped, looked, at, last = (await session.execute(_NEVER_SENT, values)).one()
    return skipped, START if looked < window else (at, last)


async def _changed(session: AsyncSession, statement: object, before: datetime, most: int, reason: Sentence) -> int:
    said = {"reason": str(reason), "said": json.dumps(reason.said())}
    result = await session.execute(statement, {"before": before, "most": most} | said)  # type: ignore[call-overload]
    return int(result.rowcount)
