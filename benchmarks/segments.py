"""Segments over a million customers: the win-back count beside SQL written by hand, and one customer's check.

`python -m benchmarks.segments` runs it alone.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from psutil import Process
from pydantic import TypeAdapter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.data import BenchData, serving
from benchmarks.installation import Report, percentile
from benchmarks.sentences import OTHERS, WIN_BACK
from config.settings import Settings
from domain.conditions import Condition
from store.conditions.scope import Scope
from store.database import driver
from store.database.engine import Database
from store.segments import segments

TRIALS = 9
"""Rounds in which all ways by hand take part; the quickest of them is held against ours."""
ROUNDS = 61
CHECKS = 1000
"""Checks of each condition, each of another customer."""
_CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)


BY_HAND = {
    "except": """
        SELECT count(*) FROM (
            SELECT customer_id FROM events WHERE name = 'Order Completed' AND occurred_at >= %(month)s
            EXCEPT SELECT customer_id FROM events WHERE name = 'Signed In' AND occurred_at >= %(fortnight)s
            EXCEPT SELECT id FROM customers WHERE erased_at IS NOT NULL) AS members""",
    "except, then anti-join": """
        SELECT count(*) FROM (
            SELECT customer_id FROM events WHERE name = 'Order Completed' AND occurred_at >= %(month)s
            EXCEPT SELECT customer_id FROM events WHERE name = 'Signed In' AND occurred_at >= %(fortnight)s) AS members
         WHERE NOT EXISTS (SELECT FROM customers c WHERE c.id = members.customer_id AND c.erased_at IS NOT NULL)""",
    "anti-joins, then distinct": """
        SELECT count(DISTINCT customer_id) FROM events AS o
         WHERE name = 'Order Completed' AND occurred_at >= %(month)s
           AND NOT EXISTS (SELECT FROM events s WHERE s.customer_id = o.customer_id AND s.name = 'Signed In'
                                                  AND s.occurred_at >= %(fortnight)s)
           AND NOT EXISTS (SELECT FROM customers c WHERE c.id = o.customer_id AND c.erased_at IS NOT NULL)""",
    "distinct, then anti-joins": """
        SELECT count(*) FROM (SELECT DISTINCT customer_id FROM events
                               WHERE name = 'Order Completed' AND occurred_at >= %(month)s) AS o
         WHERE NOT EXISTS (SELECT FROM events s WHERE s.customer_id = o.customer_id AND s.name = 'Signed In'
                                                  AND s.occurred_at >= %(fortnight)s)
           AND NOT EXISTS (SELECT FROM customers c WHERE c.id = o.customer_id AND c.erased_at IS NOT NULL)""",
}


async def on_kept_data(customers: int, say: Callable[[str], Any]) -> Report:
    """The same on the data kept under `.run`, built first where they are missing."""
    with serving(customers, say) as data:
        return await measure(data)


async def measure(data: BenchData) -> Report:
    """Both figures, on those data."""
    database = Database(Settings(_env_file=None, database_url=data.url))
    try:
        report = await _win_back(database, data)
        checks = await _checks(database, data)
        counts = await _counts(database, data)
    finally:
        await database.close()
    return Report(report.figures | checks.figures | counts.figures, report.rows + checks.rows + counts.rows)


async def _timed(ask: Callable[[], Awaitable[Any]]) -> tuple[float, Any]:
    began = time.perf_counter()
    answer = await ask()
    return time.perf_counter() - began, answer


async def _win_back(database: Database, data: BenchData) -> Report:
    """First the best way by hand is found; then it and ours take turns, the first one changing from round to round.

    Both are asked on one connection: one that has hashed more before is a fifth faster, since its process
    gives less memory back in between.
    """
    condition, scope = _CONDITION.validate_python(WIN_BACK), Scope(now=data.now)
    moments = {"month": data.now - timedelta(days=30), "fortnight": data.now - timedelta(days=15)}
    answers: set[Any] = set()

    async def by_hand(statement: str) -> Any:
        cursor = await connection.execute(statement.encode(), moments)
        return (await cursor.fetchone() or [None])[0]

    async def timed(ask: Callable[[], Awaitable[Any]]) -> tuple[float, float]:
        before = _busy(server)
        took, answer = await _timed(ask)
        answers.add(answer)
        return took, _busy(server) - before

    async with database.transaction() as session:
        connection, server = await driver.connection_of(session), await _server(session)
        ours = partial(segments.count, session, condition, scope)
        ways = {name: partial(by_hand, statement) for name, statement in BY_HAND.items()}
        trials: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(1 + TRIALS):
            for name, way in ways.items():
                trials[name].append((await timed(way))[0])
        best = min(ways, key=lambda name: statistics.median(trials[name]))
        pairs, busy = [], [0.0, 0.0]
        for number in range(ROUNDS):
            first = number % 2
            turns = {side: await timed((ours, ways[best])[side]) for side in (first, 1 - first)}
            pairs.append((turns[0][0], turns[1][0]))
            busy = [busy[side] + turns[side][1] for side in (0, 1)]
    our_cpu, hand_cpu = busy
    if len(answers) != 1:
        raise RuntimeError(f"the ways of counting do not agree: {sorted(answers)}")
    # round by round: what else the machine does in a round, it does to both
    ratio = statistics.median(mine / hand for mine, hand in pairs)
    mine, hand = (1000 * statistics.median(side) for side in zip(*pairs, strict=True))
    return Report(
        figures={
            "segment_ratio": round(ratio, 2),
            "segment_cpu_ratio": round(our_cpu / hand_cpu, 2),
            "segment_members": answers.pop(),
            "segment_ms": {"ours": round(mine, 1), best: round(hand, 1)},
        },
        rows=[
            (
                f"win-back among {data.customers:,} customers",
                f"{mine:.0f} ms",
                f"{hand:.0f} ms ({best})",
                f"{ratio:.2f} (at most 1.2); of the server's processor {our_cpu / hand_cpu:.2f}",
            )
        ],
    )


async def _checks(database: Database, data: BenchData) -> Report:
    """Is this one customer in? Asked of customers far apart, most of whose rows are in no cache."""
    scope = Scope(now=data.now)
    taken: list[float] = []
    busy: list[float] = []
    async with database.transaction() as session:
        ids = await _some_customers(session)
        server = await _server(session)
        for condition in map(_CONDITION.validate_python, [WIN_BACK, *OTHERS.values()]):
            ask = partial(segments.matches, session, condition, scope=scope)
            for customer_id in ids[:10]:
                await ask(customer_id)
            before = _busy(server)
            taken += [1000 * (await _timed(partial(ask, customer_id)))[0] for customer_id in ids]
            busy.append(1000 * (_busy(server) - before) / len(ids))
    middle, late, work = statistics.median(taken), percentile(taken, 0.99), max(busy)
    return Report(
        figures={"check_p99_ms": round(late, 2), "check_median_ms": round(middle, 2), "check_cpu_ms": round(work, 2)},
        rows=[
            (
                "check of one customer",
                f"{middle:.1f} ms, p99 {late:.1f} ms",
                f"{work:.1f} ms of processor for the dearest",
                "p99 under 10 ms",
            )
        ],
    )


async def _server(session: AsyncSession) -> Process:
    """The process that answers the session."""
    return Process((await session.execute(text("SELECT pg_backend_pid()"))).scalar_one())


def _busy(server: Process) -> float:
    """Seconds of processor that both sides have taken so far: unlike the clock's, those of a busy machine count."""
    return time.process_time() + sum(server.cpu_times()[:2])


async def _some_customers(session: AsyncSession) -> list[UUID]:
    rows = await session.scalars(
        text("SELECT id FROM customers TABLESAMPLE SYSTEM (5) REPEATABLE (1) ORDER BY md5(id::text) LIMIT :n"),
        {"n": CHECKS},
    )
    return list(rows)


async def _counts(database: Database, data: BenchData) -> Report:
    """What other sentences cost, exactly, over everybody."""
    figures, rows = {}, []
    async with database.transaction() as session:
        for name, given in OTHERS.items():
            condition = _CONDITION.validate_python(given)
            ask = partial(segments.count, session, condition, Scope(now=data.now))
            tries = [await _timed(ask) for _ in range(2)]
            took, found = min(tries)
            figures[name] = {"ms": round(1000 * took), "members": found}
            rows.append((f"count: {name}", f"{1000 * took:.0f} ms", f"{found:,} members", ""))
    return Report(figures={"segment_counts": figures}, rows=rows)


def main() -> None:
    """Measure on kept data, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=1_000_000)
    report = asyncio.run(on_kept_data(parser.parse_args().customers, print))
    for row in report.rows:
        print(*row, sep="  |  ")
    print(report.figures)


if __name__ == "__main__":
    main()
