"""What a campaign's monitor asks, at a million messages: its counters against counting the messages themselves.

`python -m benchmarks.monitor --messages 100000` asks about fewer.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.installation import Report
from config.settings import Settings
from config.shutdown import exit_process
from ingestion.counter_rollup import bucket_width
from stack import postgres
from store.database.engine import Database
from store.metrics import campaign_counters, monitoring
from store.migrate import migrate

_ROUNDS = 15
_CHUNK = 100_000
_UNFOLDED = 5_000
"""Messages whose counts are still in `campaign_counter_deltas` while we ask, as on a busy system."""
_LIMIT_MS = 200
_MESSAGES = text("""
    INSERT INTO messages (id, journey_id, campaign_id, run_id, node_id, visit, customer_id, channel, category, state,
                          attempts, reserved_at, sent_at, delivered_at, opened_at, clicked_at)
    SELECT gen_random_uuid(), gen_random_uuid(), :campaign, md5('run:' || n * 13 / :all)::uuid, 'node_' || n % 12, 1,
           gen_random_uuid(), (ARRAY['email', 'push', 'sms'])[1 + n % 3], 'marketing',
           (ARRAY['delivered', 'accepted', 'bounced', 'skipped'])[1 + n % 4], 1, at, at,
           CASE WHEN n % 4 = 0 THEN at + interval '1 minute' END, CASE WHEN n % 8 = 0 THEN at + interval '1 hour' END,
           CASE WHEN n % 16 = 0 THEN at + interval '2 hours' END
      FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n
     CROSS JOIN LATERAL (SELECT date_trunc('hour', now() - interval '90 days' * (n::float8 / :all)) AS at) AS moment
""")
_BY_ROWS = text("""
    SELECT node_id, channel, state, count(*), count(delivered_at), count(opened_at), count(clicked_at)
      FROM messages WHERE campaign_id = :campaign GROUP BY node_id, channel, state
""")

Say = Callable[[str], Any]


async def measure(count: int, folder: Path, say: Say) -> Report:
    """Write `count` messages of one campaign, then ask what its monitor asks."""
    server = postgres.start(folder)
    try:
        url = postgres.create_database(server.get_uri(), f"monitor_{uuid4().hex[:8]}")
        migrate(url)
        database = Database(Settings(_env_file=None, database_url=url))
        try:
            return await _ask(database, count, say)
        finally:
            await database.close()
    finally:
        server.cleanup_mode = "delete"
        server.cleanup()


async def _ask(database: Database, count: int, say: Say) -> Report:
    campaign_id = uuid4()
    await _fill(database, campaign_id, count, say)
    asked: dict[str, Callable[[AsyncSession], Awaitable[Any]]] = {
        "the map": lambda session: monitoring.figures(session, campaign_id),
        "over time": lambda session: campaign_counters.series(
            session, campaign_id, ("sent", "opened"), timedelta(hours=1)
        ),
        "one message over time": lambda session: campaign_counters.series(
            session, campaign_id, ("sent", "opened"), timedelta(hours=1), node_id="node_3"
        ),
        "launches": lambda session: monitoring.runs(session, campaign_id),
    }
    typical = {name: await _typical_ms(database, ask) for name, ask in asked.items()}
    counted = await _typical_ms(
        database, lambda session: session.execute(_BY_ROWS, {"campaign": campaign_id}), rounds=3
    )
    worst = max(typical.values())
    say(f"monitor at {count} messages: {typical}; by counting rows {counted:.0f} ms")
    return Report(
        figures={"monitor_ms": round(worst, 1), "monitor_by_rows_ms": round(counted, 1), "monitor_messages": count},
        rows=[
            (
                f"the monitor's slowest answer at {count:,} messages",
                f"{worst:.0f} ms",
                f"{counted:.0f} ms by counting rows",
                f"at most {_LIMIT_MS} ms",
            )
        ],
    )


async def _fill(database: Database, campaign_id: UUID, count: int, say: Say) -> None:
    began = time.monotonic()
    late = count - _UNFOLDED
    for first in range(0, late, _CHUNK):
        await _write(database, campaign_id, first, min(first + _CHUNK, late) - 1, count)
        while await _fold(database):
            pass
    async with database.transaction() as session:
        await campaign_counters.compact(session, datetime.now(UTC) - timedelta(days=14), timedelta(days=1))
    await _write(database, campaign_id, late, count - 1, count)
    async with database.engine.connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text("ANALYZE"))
    say(f"{count} messages written and counted in {time.monotonic() - began:.0f} s")


async def _write(database: Database, campaign_id: UUID, first: int, last: int, count: int) -> None:
    async with database.transaction() as session:
        await session.execute(_MESSAGES, {"campaign": campaign_id, "first": first, "last": last, "all": count})


async def _fold(database: Database) -> int:
    async with database.transaction() as session:
        return await campaign_counters.rollup(session, bucket_width(1.0))


async def _typical_ms(
    database: Database, ask: Callable[[AsyncSession], Awaitable[Any]], *, rounds: int = _ROUNDS
) -> float:
    """The median of the rounds, after one that warms up."""
    times = []
    for _ in range(rounds + 1):
        async with database.transaction() as session:
            began = time.monotonic()
            await ask(session)
            times.append(time.monotonic() - began)
    return round(1000 * median(times[1:]), 1)


def main() -> None:
    """Measure alone, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000)
    count = parser.parse_args().messages
    with tempfile.TemporaryDirectory(prefix="campaign-flow-monitor-") as folder:
        report = asyncio.run(measure(count, Path(folder) / "postgres", print))
    print(report.figures)
    exit_process(0)


if __name__ == "__main__":
    main()
