"""Limits at the moment of sending: deferred, skipped or the end; two journeys and one slot; pauses and repeats."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlmodel import col

from domain.contact import ContactPolicy
from domain.vocabulary import Channel
from models import Message
from store.messages import contact_policy
from store.metrics import monitoring
from tests.activities.test_sending import advance, send
from tests.exact_figures import counted, shown
from tests.journey_driver import END, ENTRY, SetClock, World, email, flow, push, steps_of, wait
from workflows.contracts import Decision, End, Pause, Send, StepInput, Wait

MORNING = datetime(2026, 11, 18, 9, tzinfo=UTC)  # 10:00 in Rome, where the customers are
MIDNIGHT = datetime(2026, 11, 18, 23, tzinfo=UTC)
ONE_A_DAY = {"caps": [{"per": "day", "limit": 1}]}
NIGHT = {"quiet_hours": {"start": "21:00", "end": "08:00"}}


@pytest.fixture
def clock(world: World) -> SetClock:
    clock = SetClock(MORNING)
    world.services.clock = clock
    return clock


async def limited(world: World, policy: dict) -> None:
    async with world.database.transaction() as session:
        await contact_policy.save(session, ContactPolicy.model_validate(policy), 0)


def drawn(node: dict | None = None, **settings):
    return flow(
        ENTRY,
        node or push("offer"),
        END,
        {"id": "missed", "type": "end", "data": {"reason": "missed"}},
        settings=settings,
        edges=["entry>offer", "offer>end", "offer.not_sent>missed"],
    )


async def standing(world: World, customer_id: UUID, flow_=None, slug: str = "a", entry: str = "api:1") -> StepInput:
    """A journey of a campaign of its own, at its send."""
    journey_id = await world.journey(await world.campaign(flow_ or drawn(), slug=slug), customer_id, entry)
    decision = await advance(world, journey_id)
    assert isinstance(decision.next, Send)
    return StepInput(journey_id=journey_id, seq=decision.next.seq)


async def two(world: World, first=None, second=None) -> tuple[StepInput, StepInput]:
    """Two journeys of one customer, both at a send."""
    customer = await world.customer()
    return await standing(world, customer, first, "first"), await standing(world, customer, second, "second")


async def of(world: World, step: StepInput) -> Message:
    (message,) = [message for message in await world.messages() if message.journey_id == step.journey_id]
    return message


async def timer(world: World, step: StepInput) -> Decision:
    return await advance(world, step.journey_id, step.seq, "timer")


async def test_over_the_cap_a_message_waits_for_its_day_and_is_sent_once(world: World, clock: SetClock):
    await limited(world, ONE_A_DAY)
    first, second = await two(world)
    await send(world, first)
    put_off = await send(world, second)
    assert put_off.next == Wait(node="offer", seq=second.seq, until=MIDNIGHT, label="offer")
    message = await of(world, second)
    assert (message.state, message.deferral_reason, message.not_before) == ("deferred", "cap", MIDNIGHT)
    assert message.reason == "1 of 1 messages on any channel today"
    journey = await world.read_journey(second.journey_id)
    assert (journey.waiting_until, journey.state) == (MIDNIGHT, "active")
    assert "put off until Thursday 19 November 00:00, Europe/Rome" in journey.why

    clock.at = MIDNIGHT
    again = await timer(world, second)
    assert isinstance(again.next, Send)
    assert again.next.seq == second.seq
    assert isinstance((await send(world, second)).next, End)
    assert len(world.sent) == 2
    message = await of(world, second)
    assert (message.state, message.deferral_reason, message.attempts) == ("accepted", "cap", 1)
    assert message.content["body"] == "Hello"
    step = (await world.steps(second.journey_id))[1]
    assert step.port == "next"
    assert step.details["put_off"]["by"] == "cap"


async def test_a_repeat_of_the_attempt_that_put_it_off_does_not_send(world: World, clock: SetClock):
    await limited(world, ONE_A_DAY)
    first, second = await two(world)
    await send(world, first)
    put_off = await send(world, second)
    assert await send(world, second) == Decision(next=put_off.next)
    assert (await advance(world, second.journey_id, second.seq, "timer")).next == put_off.next
    clock.at = MIDNIGHT
    assert (await send(world, second)).next == put_off.next
    assert len(world.sent) == 1


@pytest.mark.parametrize(("own", "campaign"), [("skip", "defer"), (None, "skip")])
async def test_skipped_it_goes_on_without(world: World, clock: SetClock, own: str | None, campaign: str):
    await limited(world, ONE_A_DAY)
    first, second = await two(world, None, drawn(push("offer", over_limit=own), limits={"over_limit": campaign}))
    await send(world, first)
    decision = await send(world, second)
    assert isinstance(decision.next, End)
    assert decision.next.reason == "missed"
    message = await of(world, second)
    assert (message.state, message.skip_reason, message.deferral_reason) == ("skipped", "cap", None)
    assert steps_of(await world.steps(second.journey_id))[1] == "offer:not_sent"


async def test_told_to_exit_the_journey_ends_with_that_reason(world: World, clock: SetClock):
    await limited(world, ONE_A_DAY)
    first, second = await two(world, None, drawn(limits={"over_limit": "exit"}))
    await send(world, first)
    decision = await send(world, second)
    assert decision.next == End(node="offer", seq=second.seq, reason="over_limit")
    assert (await of(world, second)).skip_reason == "cap"
    journey = await world.read_journey(second.journey_id)
    assert (journey.state, journey.exit_reason) == ("ended", "over_limit")
    assert journey.why == "not sent: 1 of 1 messages on any channel today"


@pytest.mark.parametrize(
    ("policy", "own", "why"),
    [
        ({"caps": [{"limit": 0}]}, {}, "the cap allows no message on any channel"),
        (
            {"caps": [{"per": "week", "limit": 1}]},
            {"defer_up_to": {"days": 2}},
            "1 of 1 messages on any channel this week, and it would wait longer than 2 days",
        ),
    ],
)
async def test_what_would_wait_for_ever_is_left_out(world: World, clock: SetClock, policy: dict, own: dict, why: str):
    first, second = await two(world, None, drawn(limits=own))
    await send(world, first)
    await limited(world, policy)
    clock.at += timedelta(minutes=1)  # the process's copy of the limits is a few seconds old
    assert isinstance((await send(world, second)).next, End)
    assert (await of(world, second)).reason == why


@pytest.mark.parametrize(
    ("category", "node"), [("transactional", push("offer")), ("marketing", push("offer", category="transactional"))]
)
async def test_transactional_messages_pass_every_limit(world: World, clock: SetClock, category: str, node: dict):
    await limited(world, {"caps": [{"limit": 0}], "cooldown": {"days": 9}} | NIGHT)
    clock.at = MIDNIGHT
    step = await standing(world, await world.customer(), drawn(node, category=category))
    await send(world, step)
    assert len(world.sent) == 1


async def test_a_silent_push_passes_and_counts_for_nothing(world: World, clock: SetClock):
    await limited(world, ONE_A_DAY)
    silent = {
        "id": "offer",
        "type": "send_silent_push",
        "data": {"content": {"channel": "silent_push", "data": {"a": "b"}}},
    }
    first, second = await two(world, drawn(silent))
    await send(world, first)
    await send(world, second)
    assert len(world.sent) == 2


@pytest.mark.parametrize("own", [True, False])
async def test_in_the_night_it_waits_for_the_morning_whatever_the_choice_at_caps(
    world: World, clock: SetClock, own: bool
):
    limits = {"over_limit": "exit"} | (NIGHT if own else {})
    await limited(world, {} if own else NIGHT)
    clock.at = MIDNIGHT
    step = await standing(world, await world.customer(), drawn(limits=limits))
    decision = await send(world, step)
    assert isinstance(decision.next, Wait)
    assert decision.next.until == datetime(2026, 11, 19, 7, tzinfo=UTC)
    assert (await of(world, step)).deferral_reason == "quiet_hours"
    clock.at = decision.next.until
    await timer(world, step)
    await send(world, step)
    assert len(world.sent) == 1


async def test_two_journeys_race_for_the_last_slot_and_one_gets_it(world: World):
    await limited(world, ONE_A_DAY)
    customer = await world.customer()
    racing = [await standing(world, customer, slug=f"c-{n}") for n in range(6)]
    decisions = await asyncio.gather(*(send(world, step) for step in racing))
    assert len(world.sent) == 1
    assert sum(isinstance(decision.next, Wait) for decision in decisions) == 5
    assert sorted(message.state for message in await world.messages()) == ["accepted"] + ["deferred"] * 5


@pytest.mark.parametrize(
    ("ours", "theirs", "hours", "sent"),
    [
        (3, 1, 1, False),  # more urgent, and due within the stated time
        (3, 1, 5, True),  # due later than that
        (3, 3, 1, True),  # no more urgent than ours
        (1, 3, 1, True),
    ],
)
async def test_the_last_slot_is_left_to_a_more_urgent_journey(
    world: World, clock: SetClock, ours: int, theirs: int, hours: int, sent: bool
):
    await limited(world, ONE_A_DAY | {"priority_hold": {"hours": 2}})
    customer = await world.customer()
    urgent = flow(ENTRY, wait("pause", hours=hours), email("mail"), END, settings={"priority": theirs})
    other = await world.journey(await world.campaign(urgent, slug="urgent"), customer, "api:2")
    await advance(world, other)
    step = await standing(world, customer, drawn(priority=ours))
    decision = await send(world, step)
    assert (len(world.sent) == 1) == sent
    if not sent:
        assert isinstance(decision.next, Wait)
        assert decision.next.until == clock.at + timedelta(hours=hours, minutes=5)
        assert (await of(world, step)).deferral_reason == "priority"


async def test_a_more_urgent_message_that_has_left_is_counted_once(world: World, clock: SetClock):
    """It is in the ledger, and its journey still stands at the send: one slot, not two."""
    await limited(world, {"caps": [{"limit": 2}], "priority_hold": {"hours": 2}})
    urgent, ours = await two(world, drawn(priority=1))
    real = world.providers.provider.send
    sends: list[Decision] = []

    async def slow(message):
        world.providers.provider.send = real  # type: ignore[method-assign]
        sends.append(await send(world, ours))
        return await real(message)

    world.providers.provider.send = slow  # type: ignore[method-assign]
    await send(world, urgent)
    assert isinstance(sends[0].next, End)
    assert len(world.sent) == 2


async def test_a_pause_holds_what_was_put_off_and_resume_keeps_its_moment(world: World, clock: SetClock):
    await limited(world, ONE_A_DAY)
    first, second = await two(world)
    await send(world, first)
    put_off = await send(world, second)
    campaign_id = (await world.read_journey(second.journey_id)).campaign_id
    await world.set_state(campaign_id, "paused")
    held = await advance(world, second.journey_id, second.seq, "signal")
    assert isinstance(held.next, Pause)
    await world.set_state(campaign_id, "active")
    assert (await advance(world, second.journey_id, second.seq, "signal")).next == put_off.next
    await world.set_state(campaign_id, "paused")
    await advance(world, second.journey_id, second.seq, "signal")
    clock.at = MIDNIGHT + timedelta(hours=9)
    await world.set_state(campaign_id, "active")
    assert isinstance((await advance(world, second.journey_id, second.seq, "signal")).next, Send)
    await send(world, second)
    assert len(world.sent) == 2


async def test_a_journey_that_ends_meanwhile_leaves_nothing_open(world: World, clock: SetClock):
    await limited(world, ONE_A_DAY)
    first, second = await two(world)
    await send(world, first)
    await send(world, second)
    await world.set_state((await world.read_journey(second.journey_id)).campaign_id, "stopped")
    await timer(world, second)
    message = await of(world, second)
    assert (message.state, message.skip_reason, message.reason) == (
        "skipped",
        "journey_ended",
        "the campaign was stopped",
    )


async def test_an_unsubscription_while_it_waits_counts(world: World, clock: SetClock):
    await limited(world, ONE_A_DAY)
    first, second = await two(world)
    await send(world, first)
    await send(world, second)
    await world.unsubscribe((await world.read_journey(second.journey_id)).customer_id, Channel.PUSH)
    clock.at = MIDNIGHT
    await timer(world, second)
    await send(world, second)
    message = await of(world, second)
    assert (message.state, message.skip_reason, message.deferral_reason) == ("skipped", "consent", "cap")
    assert len(world.sent) == 1


async def test_the_monitor_counts_by_reason(world: World, clock: SetClock):
    await limited(world, ONE_A_DAY)
    customer = await world.customer()
    campaign = await world.campaign(drawn(reentry={"mode": "always"}))
    for entry in ("1", "2", "3"):
        journey_id = await world.journey(campaign, customer, entry)
        await send(world, StepInput(journey_id=journey_id, seq=(await advance(world, journey_id)).next.seq))
    await world.unsubscribe(customer, Channel.PUSH)
    clock.at = MIDNIGHT
    await timer(world, StepInput(journey_id=journey_id, seq=2))
    await send(world, StepInput(journey_id=journey_id, seq=2))
    async with world.database.transaction() as session:
        figures = await monitoring.figures(session, campaign)
        assert shown(figures) == await counted(session, campaign)
        reasons = (await session.scalars(select(col(Message.deferral_reason)))).all()
    assert sorted(reason for reason in reasons if reason) == ["cap", "cap"]
    assert [message.skipped for message in figures.messages] == [{"consent": 1}]


async def test_without_limits_a_send_asks_nothing_more(world: World, statements: list[str]):
    """What the limits cost where nobody set any: one question in some seconds."""
    first, second = await two(world)
    await send(world, first)
    statements.clear()
    await send(world, second)
    # the statement that reads the consents takes the opt-in channels along: no question of its own
    assert not [
        statement
        for statement in statements
        if statement.startswith("SELECT contact_policy") or "sent_at, reserved_at" in statement
    ]
    assert len(statements) <= 11  # two of them read the campaign's state after the lock


@pytest.mark.parametrize("scale", [1.0, 1 / 86400])
async def test_where_days_pass_in_seconds_so_do_limits(world: World, clock: SetClock, scale: float):
    world.services.settings = world.settings.model_copy(update={"time_scale": scale})
    await limited(world, ONE_A_DAY | {"cooldown": {"hours": 20}} | NIGHT)
    first, second = await two(world)
    await send(world, first)
    decision = await send(world, second)
    assert isinstance(decision.next, Wait)
    morning = datetime(2026, 11, 19, 7, tzinfo=UTC)
    assert decision.next.until == clock.at + (morning - clock.at) * scale
    clock.at = decision.next.until
    await timer(world, second)
    await send(world, second)
    assert len(world.sent) == 2
