"""A second provider takes over while the first fails; what the first may have taken stays with it."""

from datetime import UTC, datetime, timedelta

import pytest
from temporalio.exceptions import ApplicationError

from activities.sending.breakers import Breakers
from domain.vocabulary import MessageState
from models import CircuitBreaker
from providers.base import AmbiguousError, ConfigurationError, PermanentError, SendError, ThrottledError, TransientError
from tests.activities.test_sending import BRANCHED, advance, at_the_send, send, the_message
from tests.journey_driver import END, ENTRY, FakeProvider, SetClock, World, flow, push
from workflows.contracts import End, StepInput

REST = timedelta(seconds=30)


@pytest.fixture
def clock(world: World) -> SetClock:
    clock = SetClock(datetime(2026, 11, 18, 9, tzinfo=UTC))
    world.services.clock = clock
    return clock


@pytest.fixture
def second(world: World, clock: SetClock) -> FakeProvider:
    """Two providers; after two failures the first is left alone."""
    world.providers.fallback = FakeProvider("second")
    world.services.breakers = Breakers(allowed=2, rest=REST)
    return world.providers.fallback


async def next_step(world: World, name: str, drawn=BRANCHED) -> StepInput:
    """A journey of another customer, at its send."""
    journey_id = await world.journey(await world.campaign(drawn, slug=name), await world.customer(name))
    return StepInput(journey_id=journey_id, seq=(await advance(world, journey_id)).next.seq)


async def try_to(world: World, step: StepInput) -> None:
    with pytest.raises(ApplicationError):
        await send(world, step)


async def breaker(world: World, name: str = "fake") -> CircuitBreaker | None:
    async with world.database.transaction() as session:
        return await session.get(CircuitBreaker, name)


@pytest.mark.parametrize("error", [TransientError("down"), ConfigurationError("bad key")])
async def test_the_second_takes_over_and_the_message_goes_out_once(
    world: World, second: FakeProvider, error: SendError
):
    first = world.providers.provider
    first.script = [error, error]
    step = await at_the_send(world)
    await try_to(world, step)
    await try_to(world, step)
    await send(world, step)
    message = await the_message(world)
    assert (message.state, message.provider, message.attempts) == ("accepted", "second", 3)
    assert (first.calls, first.taken, len(second.taken)) == (2, [], 1)


async def test_other_workers_learn_of_it(world: World, second: FakeProvider):
    world.providers.provider.script = [TransientError("down")] * 2
    step = await at_the_send(world)
    await try_to(world, step)
    await try_to(world, step)
    world.services.breakers = Breakers(allowed=2, rest=REST)  # another process
    await send(world, await next_step(world, "c-2"))
    assert len(second.taken) == 1
    assert world.providers.provider.calls == 2


@pytest.mark.parametrize("recovers", [True, False])
async def test_after_a_rest_one_message_tries_the_first_again(
    world: World, clock: SetClock, second: FakeProvider, recovers: bool
):
    first = world.providers.provider
    first.script = [TransientError("down")] * (2 if recovers else 3)
    step = await at_the_send(world)
    await try_to(world, step)
    await try_to(world, step)
    clock.at += REST
    if recovers:
        await send(world, step)
        await send(world, await next_step(world, "c-2"))
        assert (len(first.taken), len(second.taken)) == (2, 0)
        found = await breaker(world)
        assert found is not None
        assert (found.failures, found.open_until) == (0, None)
    else:
        await try_to(world, step)
        await send(world, step)
        assert (len(first.taken), len(second.taken)) == (0, 1)


async def test_while_one_tries_the_others_stay_with_the_second(world: World, clock: SetClock, second: FakeProvider):
    first = world.providers.provider
    first.script = [TransientError("down")] * 2
    step = await at_the_send(world)
    await try_to(world, step)
    await try_to(world, step)
    clock.at += REST
    other = await next_step(world, "c-2")
    real = first.send

    async def slow(message):
        first.send = real  # type: ignore[method-assign]
        await send(world, other)
        return await real(message)

    first.send = slow  # type: ignore[method-assign]
    await send(world, step)
    assert (len(first.taken), len(second.taken)) == (1, 1)


@pytest.mark.parametrize("error", [ThrottledError("too fast"), PermanentError("no such token")])
async def test_what_is_no_fault_of_the_provider_changes_nothing(world: World, second: FakeProvider, error: SendError):
    world.providers.provider.script = [error] * 5
    for n in range(3):
        step = await next_step(world, f"c-{n}")
        if isinstance(error, ThrottledError):
            await try_to(world, step)
        else:
            await send(world, step)
    assert second.calls == 0


async def test_failures_must_be_in_a_row(world: World, second: FakeProvider):
    world.providers.provider.script = [TransientError("down"), None, TransientError("down"), None]
    for name in ("c-1", "c-2"):
        step = await next_step(world, name)
        await try_to(world, step)
        await send(world, step)
    assert (second.calls, len(world.sent)) == (0, 2)


async def test_what_the_first_may_have_taken_is_never_offered_to_the_second(world: World, second: FakeProvider):
    world.providers.provider.script = [AmbiguousError("time-out")] * 2
    for name in ("c-1", "c-2"):
        await send(world, await next_step(world, name))
    assert {message.state for message in await world.messages()} == {"unknown"}
    assert second.calls == 0
    await send(world, await next_step(world, "c-3"))
    assert len(second.taken) == 1


RECEIPT = flow(ENTRY, push("receipt", category="transactional", retry_on_unknown=True), END)


async def test_a_receipt_is_sent_again_rather_than_not_at_all_and_to_the_same_provider(
    world: World, second: FakeProvider
):
    first = world.providers.provider
    first.script = [AmbiguousError("time-out")] * 2
    step = await at_the_send(world, RECEIPT)
    await try_to(world, step)
    assert (await the_message(world)).state == "unknown"
    await try_to(world, step)
    assert isinstance((await send(world, step)).next, End)
    message = await the_message(world)
    assert (message.state, message.attempts, message.provider) == ("accepted", 3, "fake")
    assert second.calls == 0


async def test_it_is_sent_three_times_at_most(world: World):
    first = world.providers.provider
    first.script = [AmbiguousError("time-out")] * 9
    step = await at_the_send(world, RECEIPT)
    await try_to(world, step)
    await try_to(world, step)
    assert isinstance((await send(world, step)).next, End)
    assert first.calls == 3
    assert (await the_message(world)).state == "unknown"


async def test_a_report_in_between_ends_it(world: World):
    world.providers.provider.script = [AmbiguousError("time-out")]
    step = await at_the_send(world, RECEIPT)
    await try_to(world, step)
    async with world.database.transaction() as session:
        message = await session.get_one(type(await the_message(world)), (await the_message(world)).id)
        message.state = MessageState.DELIVERED
    assert isinstance((await send(world, step)).next, End)
    assert world.providers.provider.calls == 1


async def test_a_sender_that_died_is_followed_by_another_attempt(world: World):
    class Died(BaseException):
        """As SIGKILL does."""

    step = await at_the_send(world, RECEIPT)
    real = world.providers.provider.send

    async def die(message):
        world.providers.provider.send = real  # type: ignore[method-assign]
        raise Died

    world.providers.provider.send = die  # type: ignore[method-assign]
    with pytest.raises(Died):
        await send(world, step)
    await send(world, step)
    message = await the_message(world)
    assert (message.state, message.attempts) == ("accepted", 2)


async def test_marketing_is_never_sent_again_whatever_its_node_says(world: World):
    world.providers.provider.script = [AmbiguousError("time-out")]
    step = await at_the_send(world, flow(ENTRY, push("offer", retry_on_unknown=True), END))
    assert isinstance((await send(world, step)).next, End)
    assert (await the_message(world)).state == "unknown"
