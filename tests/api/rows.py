"""Rows that other parts of the house would have written."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from models import Journey, JourneyStep, Message, MessageEvent
from store.database.engine import Database

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def customer(api: httpx.AsyncClient, name: str, **profile: Any) -> UUID:
    """A customer, by the API."""
    answer = await api.put(f"/customers/{name}", json=profile)
    assert answer.status_code == 200, answer.text
    return UUID(answer.json()["id"])


async def journey(
    api: httpx.AsyncClient, database: Database, slug: str, who: UUID, *, at: datetime = NOON, **changes: Any
) -> Journey:
    """A journey that waits at `hello` after one step, since `at`, unless told otherwise."""
    campaign = (await api.get(f"/campaigns/{slug}")).json()
    version = (await api.get(f"/campaigns/{slug}/versions/{campaign['current_version']}")).json()
    values: dict[str, Any] = {
        "id": uuid4(),
        "campaign_id": UUID(campaign["id"]),
        "version_id": UUID(version["id"]),
        "customer_id": who,
        "workflow_id": f"journey/{slug}/{uuid4()}",
        "entry": "api:test",
        "state": "active",
        "node_id": "hello",
        "created_at": at,
    }
    row = Journey(**(values | changes))
    async with database.transaction() as session:
        session.add(row)
        await session.flush()
        for seq, node in enumerate(("entry", "hello"), start=1):
            session.add(
                JourneyStep(
                    journey_id=row.id,
                    seq=seq,
                    node_id=node,
                    kind="entry" if seq == 1 else "send_sms",
                    port="next" if seq == 1 else None,
                    why="named in a call of the API" if seq == 1 else "",
                    entered_at=at + timedelta(seconds=seq),
                )
            )
    return row


async def message(database: Database, who: UUID, **changes: Any) -> Message:
    """A message with one event of its life."""
    values: dict[str, Any] = {
        "id": uuid4(),
        "customer_id": who,
        "channel": "sms",
        "category": "marketing",
        "state": "delivered",
        "provider": "twilio",
        "content": {"channel": "sms", "body": "Hello"},
        "reserved_at": NOON,
        "delivered_at": NOON,
    }
    row = Message(**(values | changes))
    async with database.transaction() as session:
        session.add(row)
        session.add(
            MessageEvent(
                id=uuid4(), message_id=row.id, kind="delivered", occurred_at=NOON, source="webhook:twilio", raw={"a": 1}
            )
        )
    return row
