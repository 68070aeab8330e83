"""An order of a file is the order that the shop's server told of, or a page; refunds of a file count."""

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from domain.authority import Authority
from ingestion.pipeline import ingest
from tests.activities.test_imports import lines, query, run, uploaded
from tests.ingestion.factories import NOW, track
from tests.journey_driver import World

FACTS = """
    SELECT c.external_id, c.traits->'orders', c.traits->'revenue',
           (SELECT count(*) FROM events e WHERE e.customer_id = c.id AND e.name = 'Order Completed'),
           (SELECT sum(revenue)::float FROM events e WHERE e.customer_id = c.id AND e.name = 'Order Completed')
      FROM customers c ORDER BY 1
"""


def row(who: str, event: str, order_id: str | int, revenue: float | None, day: int = 1) -> dict[str, object]:
    at = f"2026-05-{day:02}T10:00:00Z"
    return {"user_id": who, "event": event, "timestamp": at, "order_id": order_id, "revenue": revenue}


def as_lines(rows: list[dict[str, object]]) -> bytes:
    return lines([{name: value for name, value in each.items() if value is not None} for each in rows])


def as_parquet(rows: list[dict[str, object]]) -> bytes:
    file = io.BytesIO()
    table = pa.Table.from_pylist(rows)
    at = table.schema.names.index("timestamp")
    stamps = pa.array(table["timestamp"].to_pylist()).cast(pa.timestamp("us", "UTC"))
    pq.write_table(table.set_column(at, "timestamp", stamps), file)
    return file.getvalue()


FORMATS = {"ndjson": as_lines, "parquet": as_parquet}


async def live(world: World, *events) -> None:
    async with world.database.transaction() as session:
        await ingest(session, events, now=NOW)


@pytest.mark.parametrize("format_", FORMATS)
async def test_a_file_adds_no_order_that_is_known(world: World, format_: str):
    page = {"authority": Authority.BROWSER, "source": "segment:browser"}
    await live(
        world,
        track("Order Completed", "ada", order_id="o-1", revenue=100),
        track("Order Completed", "bob", order_id="o-1", revenue=5).model_copy(update=page),
    )
    rows = [
        row("ada", "Order Completed", "o-1", 100),
        row("ada", "Order Completed", "o-2", 20.5, day=2),
        row("ada", "Order Completed", "o-2", 20.5, day=2),
        row("bob", "Order Completed", "o-1", 7),
        row("cyd", "Order Completed", "o-1", 3),
    ]
    progress = await run(world, await uploaded(world, FORMATS[format_](rows), format=format_))
    assert (progress.taken, progress.repeated, progress.refused) == (2, 3, 0)
    assert await query(world, FACTS) == [
        ("ada", 2, 120.5, 2, 120.5),
        ("bob", 1, 7, 1, 7),
        ("cyd", 1, 3, 1, 3),
    ]
    await live(world, track("Order Completed", "cyd", order_id="o-1", revenue=3))
    assert (await query(world, FACTS))[2] == ("cyd", 1, 3, 1, 3)


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("refund_first", [True, False])
async def test_refunds_of_a_file_are_taken_off(world: World, format_: str, refund_first: bool):
    await live(world, track("Order Completed", "ada", order_id="o-1", revenue=100))
    rows = [
        row("ada", "Order Refunded", "o-1", 30, day=3),
        row("ada", "Order Completed", "o-2", 50, day=2),
        row("ada", "Order Cancelled", "o-2", None, day=4),
        row("bob", "Order Completed", "o-3", 10),
        row("bob", "Order Completed", "o-3", -4, day=2),
    ]
    rows = rows if refund_first else rows[::-1]
    await run(world, await uploaded(world, FORMATS[format_](rows), format=format_))
    assert await query(world, FACTS) == [("ada", 2, 70, 2, 70), ("bob", 1, 6, 1, 6)]


async def test_a_refund_that_comes_before_profiles_have_learnt_counts_once(world: World):
    from temporalio.testing import ActivityEnvironment

    from activities.imports import ImportActivities
    from workflows.contracts import ImportInput

    import_id = await uploaded(world, as_lines([row("ada", "Order Completed", "o-1", 100)]), format="ndjson")
    activities, environment = ImportActivities(world.services), ActivityEnvironment()
    while not (await environment.run(activities.take_rows, ImportInput(import_id=import_id))).done:
        pass
    await live(world, track("Order Refunded", "ada", order_id="o-1", revenue=30))
    while not (await environment.run(activities.teach_profiles, ImportInput(import_id=import_id))).done:
        pass
    assert await query(world, FACTS) == [("ada", 1, 70, 1, 70)]
