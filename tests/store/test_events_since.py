"""What a wait finds in the past of its customer."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert

from domain.conditions import EventFilter
from models import Event
from store.campaigns import journeys
from store.database.engine import Database

SINCE = datetime(2026, 11, 1, tzinfo=UTC)


async def happened(database: Database, count: int) -> UUID:
    """A customer who looked at `count` products, one a second, numbered from 0."""
    customer_id = uuid4()
    rows = [
        {
            "id": uuid4(),
            "customer_id": customer_id,
            "name": "Product Viewed",
            "occurred_at": SINCE + timedelta(seconds=number),
            "properties": {"number": number, "sku": f"s-{number % 3}"},
            "source": "test",
        }
        for number in range(count)
    ]
    async with database.transaction() as session:
        await session.execute(insert(Event), rows)
    return customer_id


def viewed(**test: Any) -> EventFilter:
    where = [{"property": "number", **test}] if test else []
    return EventFilter.model_validate({"event": "Product Viewed", "where": where})


async def found(
    database: Database,
    customer_id: UUID,
    *filters: EventFilter,
    page: int = 200,
    refs: dict[str, Any] | None = None,
) -> list[int]:
    async with database.transaction() as session:
        given = journeys.events_since(session, customer_id, filters, SINCE, refs=refs or {}, page=page)
        return [event.properties["number"] async for event in given]


async def test_the_thousandth_event_is_seen(database: Database):
    customer_id = await happened(database, 1_100)
    assert await found(database, customer_id, viewed(op="eq", value=1_000)) == [1_000]
    assert await found(database, customer_id, viewed()) == list(range(1_100))


@pytest.mark.parametrize("page", [1, 2, 3, 100])
async def test_pages_leave_nothing_out_and_repeat_nothing(database: Database, page: int):
    customer_id = await happened(database, 7)
    many = await found(database, customer_id, viewed(op="gte", value=2), viewed(op="lt", value=5), page=page)
    assert many == list(range(7))


async def test_references_are_those_of_the_journey(database: Database):
    customer_id = await happened(database, 5)
    wanted = EventFilter.model_validate(
        {"event": "Product Viewed", "where": [{"property": "sku", "op": "eq", "value": {"ref": "trigger.sku"}}]}
    )
    assert await found(database, customer_id, wanted, refs={"trigger.sku": "s-1"}) == [1, 4]
    assert await found(database, customer_id, wanted) == []
