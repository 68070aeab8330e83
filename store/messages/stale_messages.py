"""Messages left open with nobody to close them. Each is taken by one settler; none waits for another's lock."""

import json
from datetime import datetime

from sqlalchemy import text
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
    UPDATE messages SET state = 'skipped', skip_reason = 'journey_ended', reason = :reason, said = CAST(:said AS jsonb)
     WHERE id IN (SELECT m.id FROM messages m JOIN journeys j ON j.id = m.journey_id
                   WHERE m.state = 'deferred' AND m.reserved_at < :before
                     AND (j.state = 'ended' OR j.node_id <> m.node_id OR j.visit <> m.visit)
                   ORDER BY m.reserved_at LIMIT :most FOR UPDATE OF m SKIP LOCKED)
""")


async def give_up_unreported(session: AsyncSession, before: datetime, most: int) -> int:
    """`unknown` messages from before then count as not sent, until a late report says otherwise. How many."""
    reason = sentence("nobody_reported")
    return await _changed(session, _UNREPORTED, before, most, reason)


async def release_forsaken(session: AsyncSession, before: datetime, most: int) -> int:
    """`reserved` messages from before then whose journey is not at them any more become `unknown`. How many."""
    reason = sentence("sender_died_gone_on")
    return await _changed(session, _FORSAKEN, before, most, reason)


async def skip_never_sent(session: AsyncSession, before: datetime, most: int) -> int:
    """`deferred` messages from before then whose journey is not at them any more are skipped. How many."""
    return await _changed(session, _NEVER_SENT, before, most, sentence("ended_before_moment"))


async def _changed(session: AsyncSession, statement: object, before: datetime, most: int, reason: Sentence) -> int:
    said = {"reason": str(reason), "said": json.dumps(reason.said())}
    result = await session.execute(statement, {"before": before, "most": most} | said)  # type: ignore[call-overload]
    return int(result.rowcount)
