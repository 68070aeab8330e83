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

import psycopg
from pydantic import TypeAdapter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.data import BenchData, serving
from benchmarks.installation import Report, percentile
from config.settings import Settings
from domain.conditions import Condition
from store import segments
from store.database import Database
from store.scope import Scope

ROUNDS = 31
CHECKS = 1000
"""Checks of each condition, each of another customer."""
_CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)


def _event(name: str, **parts: Any) -> dict[str, Any]:
    return {"kind": "event", "event": name, **parts}


def _last(**span: float) -> dict[str, Any]:
    return {"kind": "last", **span}


def _not(condition: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "not", "condition": condition}


def _all(*conditions: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "all", "of": list(conditions)}


WIN_BACK = _all(_event("Order Completed", window=_last(days=30)), _not(_event("Signed In", window=_last(days=15))))
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
OTHERS = {
    "viewed over 500 three times in 30 minutes": _event(
        "Product Viewed",
        where=[{"property": "price", "op": "gt", "value": 500}],
        window=_last(minutes=30),
        count={"op": "gte", "value": 3},
    ),
    "no activity for 10 days after a purchase": _all(
        _event("Order Completed"), _not(_event("*", window=_last(days=10)))
    ),
    "revenue of 90 days over 300": _event(
        "Order Completed", window=_last(days=90), sum={"property": "revenue", "is": {"op": "gt", "value": 300}}
    ),
    "revenue passed 1,000 (VIP)": _event(
        "Order Completed", sum={"property": "revenue", "is": {"op": "gt", "value": 1000}}
    ),
    "birthday on the customer's own clock": {
        "kind": "date", "name": "birth_date", "yearly": True, "time": "09:00"
    },
    "gold, and bought in the last 30 days": _all(
        {"kind": "attribute", "name": "attributes.loyalty", "op": "eq", "value": "gold"},
        _event("Order Completed", window=_last(days=30)),
    ),
    "cart, then a sign-in within a day, no order between": {
        "kind": "sequence", "first": "Cart Updated", "then": "Signed In", "within": _last(days=1),
        "without": "Order Completed", "window": _last(days=30),
    },
}  # fmt: skip


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
    """Every way takes its turn in each round, so that a busy machine is busy for all of them."""
    condition, scope = _CONDITION.validate_python(WIN_BACK), Scope(now=data.now)
    moments = {"month": data.now - timedelta(days=30), "fortnight": data.now - timedelta(days=15)}
    times: dict[str, list[float]] = {}
    answers = set()

    async def by_hand(statement: str) -> Any:
        cursor = await connection.execute(statement, moments)
        return (await cursor.fetchone() or [None])[0]

    async with await psycopg.AsyncConnection.connect(data.url) as connection, database.transaction() as session:
        for _ in range(ROUNDS):
            for name, statement in BY_HAND.items():
                took, answer = await _timed(partial(by_hand, statement))
                times.setdefault(name, []).append(took)
                answers.add(answer)
            took, answer = await _timed(lambda: segments.count(session, condition, scope))
            times.setdefault("ours", []).append(took)
            answers.add(answer)
    if len(answers) != 1:
        raise RuntimeError(f"the ways of counting do not agree: {sorted(answers)}")
    usual = {name: statistics.median(taken) for name, taken in times.items()}
    hand = min(BY_HAND, key=lambda name: usual[name])
    # round by round: what else the machine does in a round, it does to both
    ratio = statistics.median(ours / best for ours, best in zip(times["ours"], times[hand], strict=True))
    return Report(
        figures={
            "segment_ratio": round(ratio, 2),
            "segment_members": answers.pop(),
            "segment_ms": {name: round(1000 * took, 1) for name, took in usual.items()},
        },
        rows=[
            (
                f"win-back among {data.customers:,} customers",
                f"{1000 * usual['ours']:.0f} ms",
                f"{1000 * usual[hand]:.0f} ms ({hand})",
                f"{ratio:.2f} (at most 1.2)",
            )
        ],
    )


async def _checks(database: Database, data: BenchData) -> Report:
    """Is this one customer in? Asked of customers far apart, most of whose rows are in no cache."""
    scope = Scope(now=data.now)
    taken: list[float] = []
    async with database.transaction() as session:
        ids = await _some_customers(session)
        for condition in map(_CONDITION.validate_python, [WIN_BACK, *OTHERS.values()]):
            ask = partial(segments.matches, session, condition, scope=scope)
            await ask(ids[0])
            taken += [1000 * (await _timed(partial(ask, customer_id)))[0] for customer_id in ids]
    middle, late = statistics.median(taken), percentile(taken, 0.99)
    return Report(
        figures={"check_p99_ms": round(late, 2), "check_median_ms": round(middle, 2)},
        rows=[("check of one customer", f"{middle:.1f} ms, p99 {late:.1f} ms", "", "p99 under 10 ms")],
    )


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
