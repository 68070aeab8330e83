"""The provider's answer is committed alone and first: what fails behind it delays the journey, and repeats nothing."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlmodel import col
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.sending import settlement
from activities.sending.activity import SendActivities
from activities.sending.settlement import Settled
from domain.events import IncomingEvent
from domain.ids import coupon_code
from domain.vocabulary import MessageState
from ingestion.pipeline import ingest
from models import Coupon, Customer, Journey, Message
from providers.base import Accepted, Outgoing, TransientError
from tests.activities.test_sending import advance, at_the_send, send, the_message
from tests.journey_driver import END, ENTRY, SlowProvider, World, email, flow, push, steps_of
from workflows.contracts import End, Send, StepInput

RECEIPT: dict[str, Any] = {"category": "transactional", "retry_on_unknown": True}


def checked(segment_id: UUID, **data):
    """A push, and then a check of a saved segment."""
    condition = {"kind": "segment", "segment_id": str(segment_id)}
    check = {"id": "check", "type": "check", "data": {"branches": [{"id": "in", "condition": condition}]}}
    return flow(
        ENTRY,
        push("offer", **data),
        check,
        {"id": "out", "type": "end", "data": {"reason": "out"}},
        END,
        edges=["entry>offer", "offer>check", "check.in>end", "check.else>out"],
    )


@pytest.mark.parametrize("data", [{}, RECEIPT], ids=["marketing", "receipt"])
async def test_a_check_of_a_segment_that_is_gone_takes_the_other_way(world: World, data: dict):
    segment_id = await world.segment("Lapsed", {"kind": "attribute", "name": "email", "op": "exists"})
    step = await at_the_send(world, checked(segment_id, **data))
    async with world.database.transaction() as session:
        await session.execute(text("DELETE FROM segments WHERE id = :id"), {"id": segment_id})
    decision = await send(world, step)
    assert isinstance(decision.next, End)
    assert (decision.next.reason, len(world.sent)) == ("out", 1)
    assert (await the_message(world)).state == "accepted"
    log = await world.steps(step.journey_id)
    assert steps_of(log)[2] == "check:else"
    assert log[2].why.startswith("can't be asked: ")


@pytest.mark.parametrize("data", [{}, RECEIPT], ids=["marketing", "receipt"])
async def test_when_the_next_node_cannot_be_entered_the_answer_stays_and_nothing_is_sent_again(
    world: World, data: dict
):
    step = await at_the_send(world, flow(ENTRY, push("offer", **data), push("next"), END))
    entering = world.services.handlers["send_push"]
    failures = 0

    async def fails_twice(walk, node):
        nonlocal failures
        failures += 1
        if failures <= 2:
            raise OSError("the database broke this off")
        return await entering(walk, node)

    world.services.handlers = {**world.services.handlers, "send_push": fails_twice}
    for _ in range(2):
        with pytest.raises(OSError, match="broke this off"):
            await send(world, step)
        assert (await the_message(world)).state == "accepted"
    decision = await send(world, step)
    assert isinstance(decision.next, Send)
    assert decision.next.node == "next"
    assert (len(world.sent), world.providers.provider.calls) == (1, 1)


async def test_an_answer_that_the_database_would_not_take_at_once_is_put_down_when_it_does(world: World):
    """The connections are ended while the message is at the provider, and again while the answer is committed."""
    slow = world.providers.provider = SlowProvider()
    step = await at_the_send(world)
    sending = asyncio.create_task(send(world, step))
    await slow.asked.wait()
    real, ended = world.database.transaction, 0

    def breaks_twice():
        nonlocal ended
        ended += 1
        if ended <= 2:
            raise OSError("connection refused")
        return real()

    world.database.transaction = breaks_twice  # type: ignore[method-assign]
    slow.go.set()
    await sending
    world.database.transaction = real  # type: ignore[method-assign]
    assert ended > 2
    assert (await the_message(world)).state == "accepted"
    assert len(world.sent) == 1


async def test_a_visitor_who_signs_in_while_their_receipt_is_settled_gets_it_once(world: World):
    """The merge holds the row; the sender waits for it, and then finds the journey where the merge has moved it."""
    drawn = flow(ENTRY, email("receipt", **RECEIPT), END)
    campaign_id = await world.campaign(drawn)
    now = await world.services.clock.now()
    async with world.database.transaction() as session:
        came = IncomingEvent(id=uuid4(), name="Page Viewed", anonymous_id="anon-1", occurred_at=now, source="test")
        await ingest(session, [came], now=now)
        customer = (await session.scalars(select(Customer).where(col(Customer.external_id).is_(None)))).one()
        customer.email, visitor = "ada@shop.example", customer.id
    await world.customer("known", email=None)
    journey_id = await world.journey(campaign_id, visitor)
    decision = await advance(world, journey_id)
    assert isinstance(decision.next, Send)
    step = StepInput(journey_id=journey_id, seq=decision.next.seq)
    slow = world.providers.provider = SlowProvider()
    sending = asyncio.create_task(send(world, step))
    await slow.asked.wait()
    async with world.database.transaction() as session:
        signed_in = IncomingEvent(
            id=uuid4(), name="Signed In", external_id="known", anonymous_id="anon-1", occurred_at=now, source="test"
        )
        await ingest(session, [signed_in], now=now)
        slow.go.set()
        await until_blocked(world)
    assert isinstance((await sending).next, End)
    assert len(world.sent) == 1
    message = await the_message(world)
    assert (message.state, message.attempts) == ("accepted", 1)
    async with world.database.transaction() as session:
        assert (await session.get_one(Journey, journey_id)).customer_id != visitor


async def until_blocked(world: World) -> None:
    """Wait until a transaction waits for another's lock."""
    blocked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with asyncio.timeout(20):
        while True:
            async with world.database.transaction() as session:
                if await session.scalar(text(blocked)):
                    return
            await asyncio.sleep(0.02)


async def test_a_cancelled_sender_brings_what_is_at_the_provider_to_its_end(world: World):
    slow = world.providers.provider = SlowProvider()
    step = await at_the_send(world)
    environment = ActivityEnvironment()
    sending = asyncio.create_task(environment.run(SendActivities(world.services).send_message, step))
    await slow.asked.wait()
    environment.cancel()
    await asyncio.sleep(0.05)
    assert not sending.done()
    slow.go.set()
    decision = await sending
    assert isinstance(decision.next, End)
    assert (await the_message(world)).state == "accepted"


async def test_a_defect_in_a_providers_module_is_unknown_and_not_repeated(world: World):
    async def broken(message: Outgoing) -> Accepted:
        raise KeyError(message.address)

    world.providers.provider.send = broken  # type: ignore[method-assign]
    step = await at_the_send(world)
    await send(world, step)
    message = await the_message(world)
    assert (message.state, message.reason) == ("unknown", "KeyError in the provider's module")


@pytest.mark.parametrize("state", [MessageState.RESERVED, MessageState.DEFERRED])
def test_no_journey_goes_on_from_an_open_message(state: MessageState):
    settled = settlement.of_row(row(MessageState.ACCEPTED))
    with pytest.raises(AssertionError, match="not in the ledger"):
        settlement.of_row(row(state))
    with pytest.raises(AssertionError, match="not in the ledger"):
        Settled(settled.message_id, settled.state, settled.why, object())  # type: ignore[arg-type]


def row(state: MessageState) -> Message:
    return Message(id=uuid4(), customer_id=uuid4(), channel="push", category="marketing", state=state.value)


async def test_a_channel_is_held_while_its_only_provider_fails(world: World):
    world.providers.provider.script = [TransientError("HTTP 503: down")] * 20
    step = await at_the_send(world)
    for _ in range(5):
        with pytest.raises(ApplicationError):
            await send(world, step)
    with pytest.raises(ApplicationError, match="nothing is offered to fake now") as raised:
        await send(world, step)
    assert world.providers.provider.calls == 5
    assert raised.value.next_retry_delay is not None
    message = await the_message(world)
    assert message.state == "deferred"
    assert message.reason == "nothing is offered to fake while it fails: HTTP 503: down"


async def test_a_coupon_code_that_is_somebody_elses_is_not_given_twice(world: World):
    drawn = flow(ENTRY, {"id": "gift", "type": "coupon", "data": {"prefix": "FASHION"}}, END)
    campaign_id = await world.campaign(drawn)
    ada, bea = await world.customer("ada"), await world.customer("bea")
    of_bea = await world.journey(campaign_id, bea)
    async with world.database.transaction() as session:
        code = coupon_code("FASHION", campaign_id, ada)
        session.add(Coupon(code=code, prefix="FASHION", campaign_id=campaign_id, customer_id=bea, journey_id=of_bea))
    for entry in ("api:1", "api:2"):
        await advance(world, await world.journey(campaign_id, ada, entry))
    async with world.database.transaction() as session:
        found = {coupon.customer_id: coupon.code for coupon in await world.rows(session, Coupon)}
    assert len(found) == 2
    assert found[ada] != code
    assert found[ada].count("-") == 3
