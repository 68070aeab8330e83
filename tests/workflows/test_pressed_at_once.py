"""Two operators press pause, resume and stop within milliseconds, while webhooks come in: one state holds."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import pytest
from temporalio.client import Client

from campaigns import lifecycle
from domain.errors import ConflictError
from domain.vocabulary import MessageEventKind
from models import Campaign
from tests.journey_driver import END, ENTRY, World, flow, push

LISTEN: dict[str, Any] = {
    "id": "listen",
    "type": "wait_event",
    "data": {"branches": [{"id": "opened", "on": {"event": "message_opened"}}], "timeout": {"seconds": 1.5}},
}
DRAWN = flow(ENTRY, push("first"), LISTEN, push("second"), END, edges=[
    "entry>first", "first>listen", "listen.opened>second", "listen.timeout>second", "second>end",
])  # fmt: skip


async def begin(world: World, client: Client, count: int) -> list[UUID]:
    campaign_id = await world.campaign(DRAWN)
    ids = [await world.journey(campaign_id, await world.customer(f"c-{number}")) for number in range(count)]
    for journey_id in ids:
        await world.start(client, journey_id)
    return ids


async def webhooks(world: World, stop: asyncio.Event) -> None:
    """Every message that was taken is reported delivered and opened, again and again."""
    while not stop.is_set():
        for message in await world.messages():
            if message.state in ("accepted", "delivered"):
                for kind in (MessageEventKind.DELIVERED, MessageEventKind.OPENED):
                    await world.report(message, kind)
        await asyncio.sleep(0.02)


async def press(buttons: Sequence[Callable[[], Awaitable[Any]]]) -> list[BaseException]:
    """All at once; what went wrong that is no refusal of a button that does not fit the state."""
    answers = await asyncio.gather(*(button() for button in buttons), return_exceptions=True)
    return [one for one in answers if isinstance(one, BaseException) and not isinstance(one, ConflictError)]


async def until_over(world: World, ids: list[UUID]) -> Counter[str | None]:
    async with asyncio.timeout(120):
        while True:
            rows = [await world.read_journey(journey_id) for journey_id in ids]
            assert not [row.failure_error for row in rows if row.state == "failed"]
            if all(row.state == "ended" for row in rows):
                return Counter(row.exit_reason for row in rows)
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("seed", [1, 2])
async def test_presses_and_webhooks_at_once_leave_one_state(world: World, temporal_client: Client, seed: int):
    chance = random.Random(seed)
    stop = asyncio.Event()
    async with world.workers(temporal_client, relay=True):
        ids = await begin(world, temporal_client, 6)
        reporting = asyncio.create_task(webhooks(world, stop))
        for _ in range(6):
            buttons = [
                chance.choice(
                    [
                        lambda: lifecycle.pause(world.database, "test"),
                        lambda: lifecycle.resume(world.database, temporal_client, "test"),
                    ]
                )
                for _ in range(4)
            ]
            assert await press(buttons) == []
            await asyncio.sleep(chance.uniform(0, 0.3))
        await lifecycle.resume(world.database, temporal_client, "test")
        assert await until_over(world, ids) == {"completed": 6}
        stop.set()
        await reporting
    sent = Counter((message.journey_id, message.node_id) for message in await world.messages())
    assert set(sent.values()) == {1}
    assert len(sent) == len(world.sent) == 12


@pytest.mark.parametrize("seed", [3, 4])
async def test_a_stop_among_other_presses_is_for_good(world: World, temporal_client: Client, seed: int):
    chance = random.Random(seed)
    stop = asyncio.Event()
    async with world.workers(temporal_client, relay=True):
        ids = await begin(world, temporal_client, 6)
        reporting = asyncio.create_task(webhooks(world, stop))
        await asyncio.sleep(chance.uniform(0, 1))
        buttons: list[Callable[[], Awaitable[Any]]] = [
            lambda: lifecycle.pause(world.database, "test"),
            lambda: lifecycle.resume(world.database, temporal_client, "test"),
            lambda: lifecycle.stop(world.database, temporal_client, "test"),
            lambda: lifecycle.pause(world.database, "test"),
            lambda: lifecycle.stop(world.database, temporal_client, "test"),
        ]
        chance.shuffle(buttons)
        assert await press(buttons) == []
        ended = await until_over(world, ids)
        stop.set()
        await reporting
    assert set(ended) <= {"stopped", "completed"}
    async with world.database.transaction() as session:
        [campaign] = await world.rows(session, Campaign)
    assert campaign.state == "stopped"
    messages = await world.messages()
    assert not [message for message in messages if message.state in ("reserved", "deferred")]
    assert len({message.id for message in messages if message.state != "skipped"}) == len(world.sent)
