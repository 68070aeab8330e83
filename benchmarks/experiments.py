"""Reading an experiment out: a million exposed customers, three arms, five metrics; beside SQL written by hand for it.

`python -m benchmarks.experiments --customers 100000` asks about fewer.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from activities.experiments import recomputed
from benchmarks.installation import Report
from config.settings import Settings
from config.shutdown import exit_process
from domain.experiments import ExperimentMetric, ExperimentPlan
from models import Experiment
from stack import postgres
from store.database.engine import Database
from store.experiments import outcomes
from store.migrate import migrate

ARMS = ("a", "b", "c")
_ROUNDS = 20
_LIMIT_SECONDS = 1.0
PLAN = ExperimentPlan(
    hypothesis="b is better",
    control="a",
    primary=ExperimentMetric(event="message_opened"),
    secondary=[
        ExperimentMetric(event="message_clicked"),
        ExperimentMetric(event="Product Viewed", value="count"),
        ExperimentMetric(event="Order Completed", value="revenue"),
    ],
    guardrails=[ExperimentMetric(event="message_unsubscribed", better="less")],
    planned_customers=1_000_000,
)
_CUSTOMERS = text("""
    INSERT INTO experiment_assignments (experiment_id, customer_id, arm, counted, crossed, assigned_at, exposed_at)
    SELECT :experiment, md5('customer:' || n)::uuid, (ARRAY['a', 'b', 'c'])[1 + n % 3], true, false,
           now() - interval '20 days', now() - interval '20 days' + n % 600 * interval '1 minute'
      FROM generate_series(1, CAST(:n AS bigint)) AS n
""")
# of a hundred customers 40 open, 12 click, 30 look at products, 8 buy, one leaves
_EVENTS = text("""
    INSERT INTO events (id, occurred_at, customer_id, name, properties, revenue, source)
    SELECT gen_random_uuid(), now() - interval '20 days' + n % 600 * interval '1 minute' + each.after,
           md5('customer:' || n)::uuid, each.name,
           CASE WHEN each.name LIKE 'message%' THEN jsonb_build_object('campaign_id', CAST(:campaign AS text))
                ELSE CAST('{}' AS jsonb) END,
           CASE WHEN each.name = 'Order Completed' THEN 20 + n % 80 END, 'test'
      FROM generate_series(1, CAST(:n AS bigint)) AS n
      JOIN (VALUES ('message_opened', 40, interval '1 hour'), ('message_clicked', 12, interval '2 hours'),
                   ('Product Viewed', 30, interval '3 hours'), ('Order Completed', 8, interval '1 day'),
                   ('message_unsubscribed', 1, interval '2 days')) AS each (name, share, after)
        ON (n * 7919) % 100 < each.share
""")
_BY_HAND = text("""
    WITH x AS (SELECT customer_id, arm, exposed_at FROM experiment_assignments
                WHERE experiment_id = :experiment AND counted AND NOT crossed),
    did AS (
        SELECT x.customer_id, x.arm,
               max((e.name = 'message_opened')::int) AS opened, max((e.name = 'message_clicked')::int) AS clicked,
               count(*) FILTER (WHERE e.name = 'Product Viewed') AS viewed,
               coalesce(sum(e.revenue) FILTER (WHERE e.name = 'Order Completed'), 0)::float8 AS spent,
               max((e.name = 'message_unsubscribed')::int) AS gone
          FROM x JOIN events e ON e.customer_id = x.customer_id AND e.occurred_at >= x.exposed_at
                              AND e.occurred_at < x.exposed_at + interval '7 days'
                              AND e.name IN ('message_opened', 'message_clicked', 'Product Viewed', 'Order Completed',
                                             'message_unsubscribed')
         GROUP BY x.customer_id, x.arm)
    SELECT arm, count(*), sum(opened), sum(clicked), sum(viewed), sum(viewed * viewed), sum(spent), sum(spent * spent),
           sum(gone) FROM did GROUP BY arm
""")
Say = Callable[[str], Any]


async def measure(count: int, folder: Path, say: Say) -> Report:
    """Write so many exposed customers and what they did, then read the experiment out."""
    server = postgres.start(folder)
    try:
        url = postgres.create_database(server.get_uri(), f"experiments_{uuid4().hex[:8]}")
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
    row = Experiment(
        id=uuid4(), campaign_id=uuid4(), node_id="split", name="bench", plan=PLAN.model_dump(mode="json"),
        arms=[{"id": arm, "label": arm, "weight": 1} for arm in ARMS],
    )  # fmt: skip
    await _fill(database, row, count, say)

    async def read(session: AsyncSession) -> None:
        now = datetime.now(UTC)
        sums = await outcomes.sums(session, row.id, row.campaign_id, PLAN.metrics, now=now, time_scale=1.0)
        assert recomputed(row, sums).exposed == count

    async def by_hand(session: AsyncSession) -> None:
        (await session.execute(_BY_HAND, {"experiment": row.id})).all()

    # in turns, so that what the machine does meanwhile meets both
    ours, theirs = [], []
    for _ in range(_ROUNDS + 1):
        ours.append(await _seconds(database, read))
        theirs.append(await _seconds(database, by_hand))
    p95, hand = (float(np.quantile(each[1:], 0.95)) for each in (ours, theirs))
    ratio = float(np.median(ours[1:])) / float(np.median(theirs[1:]))
    say(f"read-out of {count} customers: p95 {p95:.2f} s; SQL by hand {hand:.2f} s; ratio of medians {ratio:.2f}")
    return Report(
        figures={
            "experiments.readout_p95_seconds": round(p95, 3),
            "experiments.readout_ratio": round(ratio, 3),
            "experiments.readout_customers": count,
        },
        rows=[
            (
                f"reading out {count:,} exposed customers, 3 arms, 5 metrics (p95)",
                f"{p95:.2f} s",
                f"{hand:.2f} s by SQL written for it",
                f"{ratio:.2f}; at most {_LIMIT_SECONDS:.0f} s",
            )
        ],
    )


async def _fill(database: Database, row: Experiment, count: int, say: Say) -> None:
    began = time.monotonic()
    async with database.transaction() as session:
        # what the tables refer to is of no interest here
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        session.add(row)
        await session.flush()
        session.expunge(row)
        await session.execute(_CUSTOMERS, {"experiment": row.id, "n": count})
        await session.execute(_EVENTS, {"campaign": str(row.campaign_id), "n": count})
    async with database.engine.connect() as connection:
        plain = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await plain.execute(text("VACUUM ANALYZE events"))
        await plain.execute(text("VACUUM ANALYZE experiment_assignments"))
    say(f"{count} customers and their events written in {time.monotonic() - began:.0f} s")


async def _seconds(database: Database, ask: Callable[[AsyncSession], Awaitable[None]]) -> float:
    async with database.transaction() as session:
        began = time.monotonic()
        await ask(session)
        return time.monotonic() - began


def main() -> None:
    """Measure alone, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    count = parser.parse_args().customers
    with tempfile.TemporaryDirectory(prefix="campaign-flow-experiments-") as folder:
        report = asyncio.run(measure(count, Path(folder) / "postgres", print))
    print(report.figures)
    exit_process(0)


if __name__ == "__main__":
    main()
