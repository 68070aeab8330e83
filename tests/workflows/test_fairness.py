"""Who is sent to first when a queue is full: transactional before all marketing, campaigns in turn."""

import asyncio
from uuid import UUID

from temporalio.client import Client
from temporalio.worker import Worker

from activities.sending.activity import SendActivities
from tests.journey_driver import END, ENTRY, World, flow, push
from worker import Parts, journeys


async def queue_up(world: World, client: Client, slug: str, count: int, **settings: object) -> UUID:
    """A campaign whose journeys all stand at their send, which nobody carries out yet."""
    campaign_id = await world.campaign(flow(ENTRY, push("hello"), END, settings=settings), slug=slug)
    rows = [await world.journey(campaign_id, await world.customer(f"{slug}-{n}")) for n in range(count)]
    for journey_id in rows:
        await world.start(client, journey_id)
    for journey_id in rows:
        while (await world.read_journey(journey_id)).node_id != "hello":
            await asyncio.sleep(0.02)
    return campaign_id


async def test_a_big_campaign_starves_neither_a_small_one_nor_transactional_mail(world: World, temporal_client: Client):
    parts = Parts(world.settings, temporal_client, world.services)
    sends = SendActivities(world.services)
    (walks,) = journeys(parts)
    async with walks:
        big = await queue_up(world, temporal_client, "big", 30)
        small = await queue_up(world, temporal_client, "small", 6)
        receipts = await queue_up(world, temporal_client, "receipts", 4, category="transactional")
        one_at_a_time = Worker(
            temporal_client, task_queue="send-push", activities=[sends.send_message], max_concurrent_activities=1
        )
        async with one_at_a_time:
            while len(world.sent) < 40:
                await asyncio.sleep(0.05)
    order = [message.campaign_id for message in world.sent]
    # The poller may hold one task that it took before the rest was there.
    assert order[:5].count(receipts) == 4
    assert order[:20].count(small) == 6
    assert order.count(big) == 30
