"""What keeps members up to date, and previews: over everybody, with several tracked segments.

`python -m benchmarks.sweeps` runs it alone. The kept data are left as they were found.
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

from pydantic import TypeAdapter
from sqlalchemy import text

from benchmarks.data import BenchData, serving
from benchmarks.installation import Report
from benchmarks.sentences import OTHERS, WIN_BACK
from config.settings import Settings
from domain.conditions import Condition
from ingestion import segment_refresh
from store.conditions.scope import Scope
from store.database.engine import Database
from store.segments import saved_segments
from store.segments.segment_size import quick_size

WATCHED = {"win-back": WIN_BACK, **OTHERS}
SWEEPS = 5
_PREFIX = "benchmark: "
_STEP = timedelta(seconds=30)
_CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)


async def on_kept_data(customers: int, say: Callable[[str], Any]) -> Report:
    """Measure on the data kept under `.run`, built first where they are missing."""
    with serving(customers, say) as data:
        return await measure(data)


async def measure(data: BenchData) -> Report:
    """Both, on those data."""
    database = Database(Settings(_env_file=None, database_url=data.url))
    try:
        previews = await _previews(database, data)
        await _tidy(database)
        sweeps = await _sweeps(database, data)
    finally:
        await _tidy(database)
        await database.close()
    return Report(previews.figures | sweeps.figures, previews.rows + sweeps.rows)


async def _seconds(ask: Callable[[], Awaitable[Any]]) -> tuple[float, Any]:
    began = time.perf_counter()
    answer = await ask()
    return time.perf_counter() - began, answer


async def _previews(database: Database, data: BenchData) -> Report:
    """How soon a marketer sees a number, exact or estimated."""
    figures, rows = {}, []
    for name, given in WATCHED.items():
        async with database.transaction() as session:
            condition = _CONDITION.validate_python(given)
            took, size = await _seconds(partial(quick_size, session, condition, Scope(now=data.now), 0))
        said = f"{size.count:,}" if size.exact else f"{size.count:,} ± {size.error:,}"
        figures[name] = {"ms": round(1000 * took), "count": size.count, "error": size.error}
        rows.append((f"preview: {name}", f"{1000 * took:.0f} ms", said, ""))
    return Report({"segment_previews": figures}, rows)


async def _sweeps(database: Database, data: BenchData) -> Report:
    """Members written down for the first time; then what half a minute moved; then everybody compared."""
    fills, wholes, rows = {}, {}, []

    def sweep(segment_id: UUID, after: timedelta, *, whole: bool) -> Callable[[], Awaitable[int]]:
        return partial(
            segment_refresh.sweep,
            database,
            segment_id,
            now=data.now + after,
            time_scale=1,
            beat=lambda _: None,
            whole=whole,
        )

    saved = await _save(database)
    for name, segment_id in saved.items():
        fills[name] = (await _seconds(sweep(segment_id, timedelta(0), whole=True)))[0]
    moving = (await segment_refresh.due(database, now=data.now)).moving
    rounds = []
    for number in range(1, SWEEPS + 1):
        each = [await _seconds(sweep(segment_id, number * _STEP, whole=False)) for segment_id in moving]
        rounds.append((sum(took for took, _ in each), sum(changes for _, changes in each)))
    for name, segment_id in saved.items():
        wholes[name] = (await _seconds(sweep(segment_id, (SWEEPS + 1) * _STEP, whole=True)))[0]
    usual, moved = statistics.median(took for took, _ in rounds), sum(changes for _, changes in rounds)
    rows.append(
        (f"sweep of {len(moving)} segments that time moves", f"{usual:.2f} s", f"{moved} came or went", "under 30 s")
    )
    rows += [
        (f"everybody compared: {name}", f"{took:.1f} s", f"first filling {fills[name]:.1f} s", "")
        for name, took in wholes.items()
    ]
    figures = {"fill": fills, "whole": wholes}
    return Report(
        {"sweep_seconds": round(usual, 2)}
        | {
            f"sweep_{kind}_seconds": {name: round(took, 1) for name, took in of.items()} for kind, of in figures.items()
        },
        rows,
    )


async def _save(database: Database) -> dict[str, UUID]:
    async with database.transaction() as session:
        return {
            name: (
                await saved_segments.create(
                    session, _PREFIX + name, "", _CONDITION.validate_python(given), tracked=True
                )
            ).id
            for name, given in WATCHED.items()
        }


async def _tidy(database: Database) -> None:
    """Take away what was written: segments, their members, and the events of comings and goings."""
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM segments WHERE starts_with(name, :prefix)"), {"prefix": _PREFIX})
        await session.execute(text("DELETE FROM events WHERE name IN ('Segment Entered', 'Segment Left')"))


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
