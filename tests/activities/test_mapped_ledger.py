"""Moving journeys by a mapping never changes the ledger's keys: nobody is stuck, and no loop is withheld."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from models import Journey, Message
from store.campaigns.journey_migrations import rename_nodes
from store.messages import messages
from tests.journey_driver import END, ENTRY, World, email, flow


async def sent(world: World, journey_id: UUID, run_id: UUID, node: str, visit: int = 1) -> bool:
    row = await world.read_journey(journey_id)
    values: dict[str, Any] = {
        "id": uuid4(), "customer_id": row.customer_id, "campaign_id": row.campaign_id, "journey_id": row.id,
        "run_id": run_id, "node_id": node, "visit": visit, "channel": "email", "category": "marketing",
        "address": "c-1@shop.example", "state": "accepted",
    }  # fmt: skip
    async with world.database.transaction() as session:
        return await messages.write(session, values)


async def launched(world: World) -> tuple[UUID, UUID]:
    campaign_id = await world.campaign(flow(ENTRY, email("a"), email("b"), END))
    journey_id, run_id = await world.journey(campaign_id, await world.customer()), uuid4()
    async with world.database.transaction() as session:
        (await session.get_one(Journey, journey_id)).run_id = run_id
    return journey_id, run_id


@pytest.mark.parametrize("mapping", [{"a": "b"}, {"a": "c", "b": "c"}])
async def test_who_had_both_messages_moves(world: World, mapping: dict[str, str]):
    journey_id, run_id = await launched(world)
    assert await sent(world, journey_id, run_id, "a")
    assert await sent(world, journey_id, run_id, "b")
    async with world.database.transaction() as session:
        await rename_nodes(session, journey_id, mapping)
    assert {message.node_id for message in await world.messages()} == {mapping["a"]}


async def test_a_loop_goes_on_under_its_new_name(world: World):
    journey_id, run_id = await launched(world)
    assert await sent(world, journey_id, run_id, "a")
    async with world.database.transaction() as session:
        await rename_nodes(session, journey_id, {"a": "b"})
    assert await sent(world, journey_id, run_id, "b")
    async with world.database.transaction() as session:
        assert {(m.node_id, m.sent_node_id) for m in await world.rows(session, Message)} == {("b", "a"), ("b", None)}


async def test_a_message_put_off_under_a_name_that_an_earlier_one_was_given_is_no_other_profiles(world: World):
    """The journey's `a` counts as `b` since a move; at its own first `b` it waits, and is then offered."""
    journey_id, run_id = await launched(world)
    assert await sent(world, journey_id, run_id, "a")
    async with world.database.transaction() as session:
        await rename_nodes(session, journey_id, {"a": "b"})
    assert await sent(world, journey_id, run_id, "b")
    async with world.database.transaction() as session:
        put_off = next(each for each in await world.rows(session, Message) if each.sent_node_id is None)
        assert not await messages.is_another_profiles(session, put_off, "c-1@shop.example")
