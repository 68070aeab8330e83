"""An event races a journey against each of its boundaries. The customer's lock decides, and both orders are right.

Each race is run in both orders, for real: a third transaction holds the customer while the two queue up behind it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlmodel import col
from temporalio.testing import ActivityEnvironment

from activities.journey import JourneyActivities
from activities.sending.activity import SendActivities
from domain.events import IncomingEvent
from domain.flow import Flow
from ingestion.pipeline import ingest
from models import Customer, EntryRejectionRow, Journey, Outbox
from tests.journey_driver import END, ENTRY, SetClock, SlowProvider, World, flow, push, steps_of, wait
from workflows.contracts import AdvanceInput, Decision, End, StepInput, Wait

BOUGHT = {"event": "Order Completed"}
GOAL = {"goal": {"on": BOUGHT, "window": {"days": 7}}}
ORDERS = pytest.mark.parametrize("event_first", [True, False])


def listening(**timeout: float) -> Flow:
    data = {"branches": [{"id": "bought", "on": BOUGHT}], "timeout": timeout or {"days": 1}}
    chain = ["entry>offer", "offer>listen", "listen.bought>end", "listen.timeout>second", "second>end"]
    node = {"id": "listen", "type": "wait_event", "data": data}
    return flow(ENTRY, push("offer"), node, push("second"), END, edges=chain)


async def advance(world: World, journey_id: UUID, seq: int, cause: str) -> Decision:
    activities = JourneyActivities(world.services)
    found: Decision = await ActivityEnvironment().run(
        activities.advance, AdvanceInput(journey_id=journey_id, seq=seq, cause=cause)
    )
    return found


async def send(world: World, journey_id: UUID, seq: int) -> Decision:
    found: Decision = await ActivityEnvironment().run(
        SendActivities(world.services).send_message, StepInput(journey_id=journey_id, seq=seq)
    )
    return found


async def waiting(world: World) -> int:
    """Transactions that wait for a lock."""
    async with world.database.transaction() as session:
        found = await session.scalar(
            text(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
        )
        return int(found or 0)


@asynccontextmanager
async def held(world: World, customer_id: UUID) -> AsyncIterator[None]:
    """Nobody else gets hold of the customer within."""
    async with world.database.transaction() as session:
        await session.execute(select(Customer).where(col(Customer.id) == customer_id).with_for_update())
        yield


async def race(world: World, customer_id: UUID, *runners: Callable[[], Coroutine[Any, Any, Any]]) -> list[Any]:
    """Run them at once; they get the customer in this order. What each returned."""
    tasks = []
    async with asyncio.timeout(30):
        async with held(world, customer_id):
            for runner in runners:
                before = await waiting(world)
                tasks.append(asyncio.create_task(runner()))
                while await waiting(world) == before:
                    await asyncio.sleep(0.01)
        return list(await asyncio.gather(*tasks))


async def entered(world: World, drawn: Flow) -> tuple[UUID, UUID, Decision]:
    """A customer, their journey, and what it does first."""
    campaign_id, customer_id = await world.campaign(drawn), await world.customer()
    journey_id = await world.journey(campaign_id, customer_id)
    return customer_id, journey_id, await advance(world, journey_id, 0, "enter")


def over(world: World, here: Decision) -> None:
    """Let the wait's time be up: the clock decides it, no cause does."""
    assert isinstance(here.next, Wait)
    world.services.clock = SetClock(here.next.until)


async def notes(world: World) -> list[Outbox]:
    async with world.database.transaction() as session:
        return await world.rows(session, Outbox)


def ordered(event_first: bool, event: Any, step: Any) -> tuple[Any, Any]:
    return (event, step) if event_first else (step, event)


@ORDERS
async def test_just_before_a_wait_begins(world: World, event_first: bool):
    """The event is seen by the wait as its past, or finds the wait and wakes it: never neither, never both."""
    customer_id, journey_id, first = await entered(world, listening())
    provider = world.providers.provider = SlowProvider()
    sending = asyncio.create_task(send(world, journey_id, first.next.seq))
    await provider.asked.wait()  # the race is for the transaction after the provider's answer
    tasks: list[Any] = []
    async with asyncio.timeout(30):
        async with held(world, customer_id):
            for which in ordered(event_first, "event", "step"):
                before = await waiting(world)
                if which == "event":
                    tasks.append(asyncio.create_task(world.happen(customer_id, "Order Completed")))
                else:
                    provider.go.set()
                while await waiting(world) == before:
                    await asyncio.sleep(0.01)
        decision = await sending
        await asyncio.gather(*tasks)
    told = await notes(world)
    if event_first:
        assert isinstance(decision.next, End)
        assert (steps_of(await world.steps(journey_id))[2], told) == ("listen:bought", [])
    else:
        assert isinstance(decision.next, Wait)
        assert [(note.payload["seq"], note.payload["branch"]) for note in told] == [(decision.next.seq, "bought")]


@ORDERS
async def test_at_the_deadline_of_a_wait(world: World, event_first: bool):
    """Whoever gets the customer first wins: an event that was committed is never overruled by the timer."""
    customer_id, journey_id, first = await entered(world, listening())
    here = await send(world, journey_id, first.next.seq)
    over(world, here)
    step = partial(advance, world, journey_id, here.next.seq, "timer")
    event = partial(world.happen, customer_id, "Order Completed")
    await race(world, customer_id, *ordered(event_first, event, step))
    left = steps_of(await world.steps(journey_id))[2]
    assert left == ("listen:bought" if event_first else "listen:timeout")


@ORDERS
async def test_a_goal_at_the_reservation_of_a_send(world: World, event_first: bool):
    """The goal forbids the message, or comes after its reservation: then it was sent, and is the last one."""
    drawn = flow(ENTRY, push("offer"), push("second"), END, settings=GOAL)
    customer_id, journey_id, first = await entered(world, drawn)
    step = partial(send, world, journey_id, first.next.seq)
    event = partial(world.happen, customer_id, "Order Completed")
    provider = world.providers.provider = SlowProvider()
    if event_first:
        await race(world, customer_id, event, step)
    else:
        sending = asyncio.create_task(step())
        await provider.asked.wait()
        await event()
        provider.go.set()
        assert isinstance((await sending).next, End)
    row = await world.read_journey(journey_id)
    assert (row.state, row.exit_reason) == ("ended", "goal")
    assert len(world.sent) == (0 if event_first else 1)


@pytest.mark.parametrize(("how", "reason"), [("goal", "goal"), ("exit", "exit_event"), ("stop", "stopped")])
async def test_what_comes_during_the_last_send_is_why_the_journey_ends(world: World, how: str, reason: str):
    """Not `completed`, though nothing is left to be walked."""
    chosen: dict[str, dict[str, Any]] = {"goal": GOAL, "exit": {"exit_events": [{"on": BOUGHT}]}, "stop": {}}
    customer_id, journey_id, first = await entered(world, flow(ENTRY, push("offer"), END, settings=chosen[how]))
    provider = world.providers.provider = SlowProvider()
    sending = asyncio.create_task(send(world, journey_id, first.next.seq))
    await provider.asked.wait()
    if how == "stop":
        await world.set_state((await world.read_journey(journey_id)).campaign_id, "stopped")
    else:
        await world.happen(customer_id, "Order Completed")
    provider.go.set()
    decision = await sending
    assert isinstance(decision.next, End)
    assert (decision.next.reason, (await world.read_journey(journey_id)).exit_reason) == (reason, reason)
    assert [message.state for message in await world.messages()] == ["accepted"]


@ORDERS
async def test_a_goal_at_the_entry(world: World, event_first: bool):
    """An event between the journey's row and its first step ends it before anything is sent."""
    drawn = flow(ENTRY, push("offer"), END, settings=GOAL)
    campaign_id, customer_id = await world.campaign(drawn), await world.customer()
    journey_id = await world.journey(campaign_id, customer_id)
    step = partial(advance, world, journey_id, 0, "enter")
    event = partial(world.happen, customer_id, "Order Completed")
    await race(world, customer_id, *ordered(event_first, event, step))
    row = await world.read_journey(journey_id)
    if event_first:
        assert (row.state, row.exit_reason) == ("ended", "goal")
    else:
        assert (row.state, row.exit_signal and row.exit_signal["reason"]) == ("active", "goal")
        assert isinstance((await send(world, journey_id, row.seq)).next, End)
    assert world.sent == []


@pytest.mark.parametrize(("late", "reason"), [(False, "goal"), (True, None)])
async def test_a_goal_counts_until_its_window_closes(world: World, late: bool, reason: str | None):
    drawn = flow(ENTRY, wait("pause", days=30), END, settings=GOAL)
    customer_id, journey_id, _ = await entered(world, drawn)
    closes = (await world.read_journey(journey_id)).goal_deadline
    assert closes is not None
    await world.happen(customer_id, "Order Completed", at=closes + timedelta(microseconds=1 if late else 0))
    row = await world.read_journey(journey_id)
    assert (row.exit_signal and row.exit_signal["reason"]) == reason


def triggered(mode: str) -> Flow:
    entry = {"id": "entry", "type": "entry", "data": {"trigger": {"kind": "event", "on": {"event": "Signed In"}}}}
    return flow(entry, wait("pause", days=1), END, settings={"reentry": {"mode": mode}})


async def sign_in(world: World, customer_id: UUID) -> None:
    now = await world.services.clock.now()
    event = IncomingEvent(
        id=uuid4(), name="Signed In", customer_id=customer_id, occurred_at=now, properties={}, source="test"
    )
    async with world.database.transaction() as session:
        await ingest(session, [event], now=now)


@pytest.mark.parametrize(("mode", "journeys"), [("never", 1), ("after_exit", 1), ("always", 5)])
async def test_triggers_at_once_start_as_many_as_re_entry_allows(world: World, mode: str, journeys: int):
    await world.campaign(triggered(mode))
    customer_id = await world.customer()
    await race(world, customer_id, *([partial(sign_in, world, customer_id)] * 5))
    async with world.database.transaction() as session:
        assert len(await world.rows(session, Journey)) == journeys
        assert len(await world.rows(session, EntryRejectionRow)) == 5 - journeys


@ORDERS
async def test_a_trigger_at_the_moment_of_leaving(world: World, event_first: bool):
    """Before the journey has left it keeps its customer out; after, they enter again: never two inside."""
    await world.campaign(triggered("after_exit"))
    customer_id = await world.customer()
    await sign_in(world, customer_id)
    async with world.database.transaction() as session:
        [first] = await world.rows(session, Journey)
    here = await advance(world, first.id, 0, "enter")
    over(world, here)
    step = partial(advance, world, first.id, here.next.seq, "timer")
    event = partial(sign_in, world, customer_id)
    await race(world, customer_id, *ordered(event_first, event, step))
    async with world.database.transaction() as session:
        found = await world.rows(session, Journey)
        refused = await world.rows(session, EntryRejectionRow)
    assert (len(found), len(refused)) == ((1, 1) if event_first else (2, 0))
    assert sum(journey.state != "ended" for journey in found) == (0 if event_first else 1)
