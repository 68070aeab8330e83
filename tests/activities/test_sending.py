"""The ledger rule: reserved before the call, sent at most once, accounted for always."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import update
from sqlmodel import col
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.journey import JourneyActivities
from activities.sending.activity import SendActivities
from domain.vocabulary import Channel
from models import Consent, Journey, Message, Suppression
from providers.base import (
    Accepted,
    AmbiguousError,
    ConfigurationError,
    PermanentError,
    SendError,
    ThrottledError,
    TransientError,
)
from tests.journey_driver import END, ENTRY, World, email, flow, push, steps_of
from workflows.contracts import AdvanceInput, Decision, End, Pause, Send, StepInput

BRANCHED = flow(
    ENTRY,
    push("offer"),
    {"id": "reached", "type": "end", "data": {"reason": "reached"}},
    {"id": "missed", "type": "end", "data": {"reason": "missed"}},
    edges=["entry>offer", "offer.next>reached", "offer.not_sent>missed"],
)


async def at_the_send(world: World, drawn=BRANCHED, **customer) -> StepInput:
    """A journey that stands at its first send."""
    campaign_id = await world.campaign(drawn)
    journey_id = await world.journey(campaign_id, await world.customer(**customer))
    decision = await advance(world, journey_id)
    assert isinstance(decision.next, Send)
    return StepInput(journey_id=journey_id, seq=decision.next.seq)


async def advance(world: World, journey_id, seq: int = 0, cause: str = "enter") -> Decision:
    activities = JourneyActivities(world.services)
    return await ActivityEnvironment().run(
        activities.advance, AdvanceInput(journey_id=journey_id, seq=seq, cause=cause)
    )


async def send(world: World, step: StepInput) -> Decision:
    return await ActivityEnvironment().run(SendActivities(world.services).send_message, step)


async def the_message(world: World) -> Message:
    (message,) = await world.messages()
    return message


async def test_what_is_sent_is_in_the_ledger_with_what_it_said(world: World):
    step = await at_the_send(world)
    decision = await send(world, step)
    message = await the_message(world)
    assert decision.next == End(node="reached", seq=3, reason="reached")
    assert (message.state, message.provider, message.channel, message.attempts) == ("accepted", "fake", "push", 1)
    assert message.content == {"channel": "push", "title": "", "body": "Hello", "data": {}}
    assert message.provider_message_id == f"fake-{message.id}"
    assert world.sent[0].message_id == message.id
    assert world.sent[0].address == "token-c-1"


async def test_a_repeat_of_a_finished_send_sends_nothing(world: World):
    step = await at_the_send(world)
    first = await send(world, step)
    assert (await send(world, step)).next == first.next
    assert world.providers.provider.calls == 1
    assert len(await world.messages()) == 1


async def test_a_sender_that_died_after_reserving_makes_it_unknown_and_does_not_send_again(world: World):
    class Died(BaseException):
        """As SIGKILL does, it leaves nobody to record anything."""

    step = await at_the_send(world)
    real = world.providers.provider.send

    async def take_and_die(message) -> Accepted:
        await real(message)
        raise Died

    world.providers.provider.send = take_and_die  # type: ignore[method-assign]
    with pytest.raises(Died):
        await send(world, step)
    assert (await the_message(world)).state == "reserved"
    decision = await send(world, step)
    assert isinstance(decision.next, End)
    assert (await the_message(world)).state == "unknown"
    assert len(world.sent) == 1


@pytest.mark.parametrize(
    ("error", "delay"),
    [
        (TransientError("refused connection"), None),
        (ThrottledError("too fast", retry_after=7), 7),
        (ThrottledError("too fast"), None),
        (ConfigurationError("bad key"), 60),
    ],
)
async def test_not_now_is_tried_again_and_then_sent_once(world: World, error: SendError, delay: float | None):
    world.providers.provider.script = [error]
    step = await at_the_send(world)
    with pytest.raises(ApplicationError) as raised:
        await send(world, step)
    assert (raised.value.next_retry_delay.total_seconds() if raised.value.next_retry_delay else None) == delay
    assert (await the_message(world)).state == "deferred"
    await send(world, step)
    message = await the_message(world)
    assert (message.state, message.attempts) == ("accepted", 2)
    assert len(world.sent) == 1


async def test_a_refused_recipient_leaves_by_not_sent_and_is_suppressed(world: World):
    world.providers.provider.script = [PermanentError("no such mailbox", suppress="invalid_address")]
    drawn = flow(
        ENTRY,
        email("offer"),
        END,
        {"id": "missed", "type": "end", "data": {"reason": "missed"}},
        edges=["entry>offer", "offer>end", "offer.not_sent>missed"],
    )
    step = await at_the_send(world, drawn)
    decision = await send(world, step)
    assert isinstance(decision.next, End)
    assert decision.next.reason == "missed"
    message = await the_message(world)
    assert (message.state, message.reason) == ("failed", "no such mailbox")
    async with world.database.transaction() as session:
        found = await session.get_one(Suppression, ("email", "c-1@shop.example"))
    assert found.reason == "invalid_address"


@pytest.mark.parametrize("suppress", ["unsubscribed", "complaint"])
async def test_a_provider_that_refuses_by_the_recipients_word_withdraws_consent(world: World, suppress: str):
    world.providers.provider.script = [PermanentError("Twilio 21610", suppress=suppress)]
    step = await at_the_send(world, flow(ENTRY, email("offer"), END, edges=["entry>offer", "offer.not_sent>end"]))
    await send(world, step)
    async with world.database.transaction() as session:
        [word] = await world.rows(session, Consent)
        [entry] = await world.rows(session, Suppression)
    assert (word.channel, word.status, entry.reason) == ("email", "unsubscribed", suppress)


async def test_an_answer_that_was_lost_is_unknown_and_the_journey_goes_on(world: World):
    world.providers.provider.script = [AmbiguousError("connection reset")]
    step = await at_the_send(world)
    decision = await send(world, step)
    assert isinstance(decision.next, End)
    assert decision.next.reason == "reached"
    assert (await the_message(world)).state == "unknown"


@pytest.mark.parametrize("channel", [Channel.PUSH])
async def test_the_customers_word_is_asked_at_the_moment_of_sending(world: World, channel: Channel):
    step = await at_the_send(world)
    await world.unsubscribe((await world.read_journey(step.journey_id)).customer_id, channel)
    decision = await send(world, step)
    assert isinstance(decision.next, End)
    assert decision.next.reason == "missed"
    message = await the_message(world)
    assert (message.state, message.reason) == ("skipped", "unsubscribed")
    assert world.providers.provider.calls == 0


async def test_transactional_mail_passes_the_customers_word_but_not_suppression(world: World):
    drawn = flow(ENTRY, email("receipt", category="transactional"), email("again", category="transactional"), END)
    step = await at_the_send(world, drawn)
    customer_id = (await world.read_journey(step.journey_id)).customer_id
    await world.unsubscribe(customer_id, Channel.EMAIL)
    second = await send(world, step)
    assert len(world.sent) == 1
    assert world.sent[0].unsubscribe_url is None
    async with world.database.transaction() as session:
        session.add(Suppression(channel="email", address="c-1@shop.example", reason="hard_bounce", source="test"))
    assert isinstance(second.next, Send)
    await send(world, StepInput(journey_id=step.journey_id, seq=second.next.seq))
    assert len(world.sent) == 1


async def test_a_template_that_cannot_be_written_fails_that_one_message(world: World):
    step = await at_the_send(world, flow(ENTRY, push("offer", "Hello {{ customer.first_name }}"), END))
    await send(world, step)
    message = await the_message(world)
    assert message.state == "failed"
    assert "first_name" in (message.reason or "")
    log = await world.steps(step.journey_id)
    assert steps_of(log)[1] == "offer:not_sent"


async def test_a_pause_holds_the_send_and_resume_sends_it(world: World):
    step = await at_the_send(world)
    campaign_id = (await world.read_journey(step.journey_id)).campaign_id
    await world.set_state(campaign_id, "paused")
    held = await send(world, step)
    assert isinstance(held.next, Pause)
    assert await world.messages() == []
    await world.set_state(campaign_id, "active")
    again = await advance(world, step.journey_id, held.next.seq, "signal")
    assert isinstance(again.next, Send)
    await send(world, StepInput(journey_id=step.journey_id, seq=again.next.seq))
    assert len(world.sent) == 1


async def test_two_attempts_at_once_send_once(world: World):
    """The first attempt's worker is thought dead but lives: the row lock and the reservation decide."""
    step = await at_the_send(world)
    await asyncio.gather(send(world, step), send(world, step))
    assert len(world.sent) == 1
    assert len(await world.messages()) == 1


async def test_what_temporal_gave_up_is_given_up_only_when_the_provider_refused_it_past_the_deadline(world: World):
    """Steps begun by an earlier release have a deadline of Temporal's, whose clock counts the queue too."""
    world.providers.provider.script = [TransientError("down")]
    step = await at_the_send(world)
    never_offered = await advance(world, step.journey_id, step.seq, "failed")
    assert isinstance(never_offered.next, Send)
    with pytest.raises(ApplicationError):
        await send(world, step)
    offered_just_now = await advance(world, step.journey_id, step.seq, "failed")
    assert isinstance(offered_just_now.next, Send)
    await begun_earlier(world, hours=25)
    decision = await advance(world, step.journey_id, step.seq, "failed")
    assert isinstance(decision.next, End)
    assert decision.next.reason == "missed"
    message = await the_message(world)
    assert (message.state, message.reason) == ("failed", "the provider would not take it for 1 day: down")


async def test_the_refusal_after_the_deadline_is_the_last_one(world: World):
    world.providers.provider.script = [TransientError("down"), TransientError("still down")]
    step = await at_the_send(world)
    with pytest.raises(ApplicationError):
        await send(world, step)
    await begun_earlier(world, hours=25)
    decision = await send(world, step)
    assert isinstance(decision.next, End)
    assert decision.next.reason == "missed"


async def test_what_comes_to_its_turn_again_after_the_deadline_is_offered_once_more(world: World):
    world.providers.provider.script = [TransientError("down")]
    step = await at_the_send(world)
    with pytest.raises(ApplicationError):
        await send(world, step)
    await begun_earlier(world, hours=49)
    await send(world, step)
    assert len(world.sent) == 1


async def begun_earlier(world: World, *, hours: float) -> None:
    """As if the first offer had been made so long ago."""
    async with world.database.transaction() as session:
        earlier = col(Message.first_offered_at) - timedelta(hours=hours)
        await session.execute(update(Message).values(first_offered_at=earlier))


@pytest.mark.parametrize("put_off", [False, True], ids=["at once", "after the provider said not now"])
async def test_two_profiles_with_one_address_get_one_message_of_a_launch(world: World, put_off: bool):
    drawn = flow(ENTRY, email("offer"), END, edges=["entry>offer", "offer.next>end", "offer.not_sent>end"])
    campaign_id, run_id, steps = await world.campaign(drawn), uuid4(), []
    for name in ("ada", "also-ada"):
        journey_id = await world.journey(campaign_id, await world.customer(name, email="ada@shop.example"))
        async with world.database.transaction() as session:
            (await session.get_one(Journey, journey_id)).run_id = run_id
        decision = await advance(world, journey_id)
        assert isinstance(decision.next, Send)
        steps.append(StepInput(journey_id=journey_id, seq=decision.next.seq))
    if put_off:
        world.providers.provider.script = [TransientError("busy")]
        with pytest.raises(ApplicationError):
            await send(world, steps[0])
    await asyncio.gather(*(send(world, step) for step in steps))
    assert len(world.sent) == 1
    found = [(message.state, message.skip_reason) for message in await world.messages()]
    assert sorted(found) == [("accepted", None), ("skipped", "same_address")]


@pytest.mark.parametrize(
    ("category", "days_between", "sent"),
    [("marketing", 0, 1), ("marketing", 2, 2), ("transactional", 0, 2)],
    ids=["at once", "days later", "transactional"],
)
async def test_two_profiles_with_one_address_get_a_triggered_campaigns_message_once(
    world: World, category: str, days_between: int, sent: int
):
    offer = email("offer", category=category)
    drawn = flow(ENTRY, offer, END, edges=["entry>offer", "offer.next>end", "offer.not_sent>end"])
    campaign_id, steps = await world.campaign(drawn), []
    for name in ("ada", "also-ada"):
        journey_id = await world.journey(campaign_id, await world.customer(name, email="ada@shop.example"))
        decision = await advance(world, journey_id)
        assert isinstance(decision.next, Send)
        steps.append(StepInput(journey_id=journey_id, seq=decision.next.seq))
    if days_between:
        await send(world, steps.pop())
        async with world.database.transaction() as session:
            earlier = timedelta(days=days_between)
            await session.execute(update(Message).values(reserved_at=Message.reserved_at - earlier))
    await asyncio.gather(*(send(world, step) for step in steps))
    assert len(world.sent) == sent
    skipped = [message.skip_reason for message in await world.messages() if message.state == "skipped"]
    assert skipped == ["same_address"] * (2 - sent)
