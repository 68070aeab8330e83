"""What must have come about of requests whose API was killed at their commit."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from store.customers.identities import erased_hash

ORDER, FORGOTTEN, TRACKED = "doomed-order", "doomed-forgotten", "doomed-tracked"
GONE, STAYS = "doomed-before", "doomed-after"
STOPPED, CLOCK = "chaos-stopped", "chaos-clock"
INSIDE, ROWS = 20, 50
"""Customers in the campaign that is stopped; rows of the file that is uploaded."""


@dataclass(frozen=True)
class CommitEffect:
    """A statement that is true when it has come about; else the words."""

    words: str
    statement: str
    values: tuple[Any, ...] = ()


EFFECTS = (
    CommitEffect(
        "an import was not taken",
        "SELECT count(*) = 1 FROM imports WHERE state = 'finished' AND taken = %s AND name = 'doomed.csv'",
        (ROWS,),
    ),
    CommitEffect(
        "an event is not there once", "SELECT count(*) = 1 FROM events WHERE properties->>'order_id' = %s", (ORDER,)
    ),
    CommitEffect(
        "two customers are not one",
        """SELECT count(*) = 1 FROM customer_identities i JOIN customers c ON c.id = i.customer_id
            WHERE i.kind = 'previous' AND i.value = %s AND c.external_id = %s""",
        (GONE, STAYS),
    ),
    CommitEffect(
        "a customer was not forgotten",
        "SELECT count(*) = 1 FROM erased_names WHERE hash = %s",
        (erased_hash(FORGOTTEN),),
    ),
    CommitEffect("a move is not done", "SELECT bool_and(state = 'done') FROM journey_migrations"),
    CommitEffect(
        "a stopped campaign has open journeys",
        """SELECT count(*) FILTER (WHERE j.state = 'ended' AND j.exit_reason = 'stopped') = %s
             FROM journeys j JOIN campaigns c ON c.id = j.campaign_id WHERE c.slug = %s""",
        (INSIDE, STOPPED),
    ),
)


async def missing(
    connection: psycopg.AsyncConnection[Any], paused: tuple[datetime, datetime] | None, run: object
) -> list[str]:
    """What was committed and has not come about, in words; everything is over when this is asked.

    Args:
        connection: to the database.
        paused: from when to when the launch's campaign was surely paused.
        run: the launch.

    """

    async def one(statement: str, values: tuple[Any, ...]) -> Any:
        row = await (await connection.execute(statement, values)).fetchone()
        return row[0] if row else None

    found = [effect.words for effect in EFFECTS if not await one(effect.statement, effect.values)]
    if paused is not None:
        sent = await one(
            "SELECT count(*) FROM messages WHERE run_id = %s AND reserved_at BETWEEN %s AND %s", (run, *paused)
        )
        found += [f"{sent} messages were reserved while their campaign was paused"] if sent else []
    return found
