"""Where the journeys of a launch stand: counted in the database, the same way for the display and for the report."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg

from domain.events import ORDER_COMPLETED
from stack.sample_data.history import SOURCE as IMPORTED

TAKEN = ("accepted", "delivered", "bounced")
"""Ledger states that say: the provider took it."""
IN_HAND = ("reserved", "deferred")
"""Ledger states that a sender still works on."""
OPEN = (*IN_HAND, "unknown")
"""Ledger states that are not the last word."""


@dataclass(frozen=True)
class MessageCounts:
    """Messages of one channel, each counted once."""

    taken: int = 0
    delivered: int = 0
    opened: int = 0
    clicked: int = 0
    skipped: int = 0
    failed: int = 0
    unknown: int = 0
    """Nobody knows whether the provider took it, until its webhook tells."""
    in_hand: int = 0


@dataclass(frozen=True)
class Snapshot:
    """One moment of a launch."""

    run_state: str = "starting"
    audience: int = 0
    refused: int = 0
    journeys: int = 0
    ended: int = 0
    inside: dict[str, int] = field(default_factory=dict)
    """Node id -> journeys that stand there."""
    passed: dict[str, int] = field(default_factory=dict)
    """Node id -> visits that are over."""
    exits: dict[str, int] = field(default_factory=dict)
    channels: dict[str, MessageCounts] = field(default_factory=dict)
    purchases: int = 0
    outbox: int = 0

    @property
    def all_ended(self) -> bool:
        """Enrolment is over, and nobody is inside."""
        return self.run_state == "finished" and self.ended == self.journeys

    def total(self, name: str) -> int:
        """Sum of one of `MessageCounts` over the channels."""
        return sum(getattr(counts, name) for counts in self.channels.values())


_RUN = "SELECT state, coalesce(audience, 0), refused FROM campaign_runs WHERE id = %(run)s"
_JOURNEYS = """
    SELECT state = 'ended', coalesce(node_id, ''), coalesce(exit_reason, ''), count(*)
      FROM journeys WHERE run_id = %(run)s GROUP BY 1, 2, 3
"""
_PASSED = """
    SELECT s.node_id, count(*) FROM journey_steps s JOIN journeys j ON j.id = s.journey_id
     WHERE j.run_id = %(run)s AND s.left_at IS NOT NULL GROUP BY 1
"""
_MESSAGES = """
    SELECT channel, count(*) FILTER (WHERE state = ANY(%(taken)s)),
           count(delivered_at), count(opened_at), count(clicked_at),
           count(*) FILTER (WHERE state = 'skipped'), count(*) FILTER (WHERE state = 'failed'),
           count(*) FILTER (WHERE state = 'unknown'), count(*) FILTER (WHERE state = ANY(%(in_hand)s))
      FROM messages WHERE run_id = %(run)s GROUP BY 1 ORDER BY 1
"""
_PURCHASES = "SELECT count(*) FROM events WHERE name = %(order)s AND source <> %(imported)s"
_OUTBOX = "SELECT count(*) FROM outbox"


async def look(connection: psycopg.AsyncConnection[Any], run: UUID) -> Snapshot:
    """Count everything about that run now."""
    values = {
        "run": run,
        "taken": list(TAKEN),
        "in_hand": list(IN_HAND),
        "order": ORDER_COMPLETED,
        "imported": IMPORTED,
    }

    async def rows(statement: str) -> list[tuple[Any, ...]]:
        return await (await connection.execute(statement, values)).fetchall()

    found = await rows(_RUN)
    run_state, audience, refused = found[0] if found else ("starting", 0, 0)
    journeys = await rows(_JOURNEYS)
    inside: dict[str, int] = {}
    exits: dict[str, int] = {}
    for over, node, reason, count in journeys:
        counted, key = (exits, reason) if over else (inside, node)
        counted[key] = counted.get(key, 0) + count
    ended = sum(exits.values())
    return Snapshot(
        run_state=run_state,
        audience=audience,
        refused=refused,
        journeys=ended + sum(inside.values()),
        ended=ended,
        inside=inside,
        passed=dict(await rows(_PASSED)),
        exits=exits,
        channels={channel: MessageCounts(*counts) for channel, *counts in await rows(_MESSAGES)},
        purchases=(await rows(_PURCHASES))[0][0],
        outbox=(await rows(_OUTBOX))[0][0],
    )


@dataclass(frozen=True)
class LedgerIds:
    """Ids of the messages that left, or may have left, through a provider."""

    taken: frozenset[str]
    unknown: frozenset[str]


async def read_ledger(connection: psycopg.AsyncConnection[Any]) -> LedgerIds:
    """The whole ledger, all campaigns."""
    statement = "SELECT id::text, state FROM messages WHERE provider IS NOT NULL AND state = ANY(%s)"
    rows = await (await connection.execute(statement, [[*TAKEN, "unknown"]])).fetchall()
    return LedgerIds(
        taken=frozenset(message for message, state in rows if state != "unknown"),
        unknown=frozenset(message for message, state in rows if state == "unknown"),
    )


async def taken_ids(connection: psycopg.AsyncConnection[Any]) -> set[str]:
    """Ids of all messages that the ledger says a provider took."""
    return set((await read_ledger(connection)).taken)
