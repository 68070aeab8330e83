"""No kind of node is left out: what it needs is gone in the middle of a journey, or its own code raises."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from temporalio.testing import ActivityEnvironment

from activities.failing import ATTEMPTS
from activities.http_call import HttpActivities
from activities.journey import JourneyActivities
from activities.nodes import HANDLERS
from activities.sending.activity import SendActivities
from domain.errors import InvalidError
from domain.flow import Flow
from domain.i18n import as_written
from domain.traversal import TraversalError
from domain.vocabulary import Channel
from models import Journey, Segment
from store.campaigns import failures
from tests.journey_driver import END, ENTRY, FakeProviders, World, email, flow, push, wait
from workflows.contracts import AdvanceInput, Decision, End, HttpCall, Send, StepInput, Wait

SEGMENT = uuid4()
CALL = {"method": "POST", "url": "https://10.0.0.1/hook", "headers": {"X-Name": "{{ customer.first_name }}"}}
NODES: dict[str, dict[str, Any]] = {
    "send_email": email("it"),
    "send_sms": {"id": "it", "type": "send_sms", "data": {"content": {"channel": "sms", "body": "Hi"}}},
    "send_whatsapp": {"id": "it", "type": "send_whatsapp", "data": {"content": {"channel": "whatsapp", "body": "Hi"}}},
    "send_push": push("it"),
    "send_silent_push": {
        "id": "it", "type": "send_silent_push", "data": {"content": {"channel": "silent_push", "data": {"a": "b"}}},
    },
    "send_in_app": {
        "id": "it", "type": "send_in_app", "data": {"content": {"channel": "in_app", "title": "Hi", "body": "Hi"}},
    },
    "http_call": {"id": "it", "type": "http_call", "data": CALL},
    "wait": wait("it", seconds=0.001),
    "wait_event": {
        "id": "it", "type": "wait_event",
        "data": {"branches": [{"id": "did", "on": {"event": "Bought"}}], "timeout": {"seconds": 0.001}},
    },
    "check": {
        "id": "it", "type": "check",
        "data": {"branches": [{"id": "in", "condition": {"kind": "segment", "segment_id": str(SEGMENT)}}]},
    },
    "channel_split": {"id": "it", "type": "channel_split", "data": {"channels": ["email", "push"]}},
    "random_split": {
        "id": "it", "type": "random_split", "data": {"arms": [{"id": "a", "weight": 1}, {"id": "b", "weight": 1}]},
    },
    "update_profile": {"id": "it", "type": "update_profile", "data": {"set": {"tier": "gold"}, "add_tags": ["vip"]}},
    "coupon": {"id": "it", "type": "coupon", "data": {"prefix": "GIFT"}},
    "end": {"id": "it", "type": "end", "data": {"reason": "over"}},
}  # fmt: skip
PORTS = {
    "wait_event": ("did", "timeout"),
    "check": ("in", "else"),
    "channel_split": ("email", "push", "none"),
    "random_split": ("a", "b"),
    "end": (),
}
"""Of kinds that are not left by `next`."""


def drawn(kind: str) -> Flow:
    ways = [f"it.{port}>end" for port in PORTS.get(kind, ("next",))]
    nodes = [ENTRY, wait("before", days=1), NODES[kind], *([END] if ways else [])]
    return flow(*nodes, edges=["entry>before", "before>it", *ways])


def test_the_table_holds_every_kind():
    assert NODES.keys() == HANDLERS.keys()


async def environment(attempt: int) -> ActivityEnvironment:
    made = ActivityEnvironment()
    made.info = replace(made.info, attempt=attempt)
    return made


async def carry_out(world: World, journey_id: UUID, decision: Decision, attempt: int = 1) -> Decision:
    """What the workflow does with a decision; a wait is over at once."""
    step = StepInput(journey_id=journey_id, seq=decision.next.seq)
    run = (await environment(attempt)).run
    match decision.next:
        case Send():
            return await run(SendActivities(world.services).send_message, step)
        case HttpCall():
            return await run(HttpActivities(world.services).call_http, step)
    async with world.database.transaction() as session:
        (await session.get_one(Journey, journey_id)).waiting_until = datetime.now(UTC) - timedelta(seconds=1)
    timer = AdvanceInput(journey_id=journey_id, seq=decision.next.seq, cause="timer")
    return await run(JourneyActivities(world.services).advance, timer)


async def before_it(world: World, kind: str) -> tuple[UUID, Decision]:
    async with world.database.transaction() as session:
        if await session.get(Segment, SEGMENT) is None:
            session.add(Segment(id=SEGMENT, name="VIP", condition={"kind": "tag", "tag": "vip"}))
    campaign_id = await world.campaign(drawn(kind), slug=kind.replace("_", "-"))
    journey_id = await world.journey(campaign_id, await world.customer(kind, first_name="José ✓"))
    enter = AdvanceInput(journey_id=journey_id, seq=0, cause="enter")
    decision = await ActivityEnvironment().run(JourneyActivities(world.services).advance, enter)
    assert isinstance(decision.next, Wait)
    return journey_id, decision


async def to_the_end(world: World, journey_id: UUID, decision: Decision) -> str:
    for _ in range(6):
        if isinstance(decision.next, End):
            break
        decision = await carry_out(world, journey_id, decision)
    assert isinstance(decision.next, End)
    return decision.next.reason


@pytest.mark.parametrize(
    ("error", "attempt", "code"),
    [
        (TraversalError("a defect"), 1, "flow"),
        (InvalidError(as_written("not to be asked")), 1, "refused"),
        (KeyError("a defect"), ATTEMPTS, "fault"),
    ],
    ids=["flow", "refused", "fault"],
)
async def test_a_kind_that_raises_fails_the_journey_visibly_and_can_be_retried(
    world: World, error: Exception, attempt: int, code: str
):
    async def raises(_walk, _node):
        raise error

    for kind in sorted(HANDLERS):
        journey_id, decision = await before_it(world, kind)
        world.services.handlers = {**HANDLERS, kind: raises}
        failed = await carry_out(world, journey_id, decision, attempt)
        row = await world.read_journey(journey_id)
        assert (failed.next.kind, row.state, row.failure_code) == ("end", "failed", code), kind
        assert (row.node_id, row.failure_error, row.ended_at) == ("before", type(error).__name__, None), kind
        world.services.handlers = HANDLERS
        async with world.database.transaction() as session:
            assert await failures.retry(session, row.campaign_id, journey_id, datetime.now(UTC))
        again = await carry_out(world, journey_id, decision)
        assert await to_the_end(world, journey_id, again) in ("completed", "over"), kind


GONE = (
    "DELETE FROM segments",
    "DELETE FROM topics",
    "DELETE FROM templates",
    "DELETE FROM devices",
    "DELETE FROM customer_scores",
    "UPDATE customers SET email = NULL, phone = NULL, timezone = NULL, traits = '{}'",
)
ODD = (
    """UPDATE customers SET timezone = 'Mars/Base', locale = 'zz-ZZ-x', first_name = E'José\\n✓',
              attributes = '{"birthday": {"a": [1]}, "tier": [null]}', traits = '{"orders": "many"}',
              preferred_channels = '{fax,email}'""",
)


@pytest.mark.parametrize(("changes", "channels"), [(GONE, ()), (ODD, tuple(Channel))], ids=["gone", "odd"])
async def test_a_kind_goes_on_though_what_it_looks_at_is_gone_or_odd(
    world: World, changes: tuple[str, ...], channels: tuple[Channel, ...]
):
    """Segments, topics, templates, devices, addresses and providers are gone; or the profile has values of no sense."""
    for kind in sorted(HANDLERS):
        journey_id, decision = await before_it(world, kind)
        async with world.database.transaction() as session:
            for statement in changes:
                await session.execute(text(statement))
        world.services.providers = FakeProviders(channels=frozenset(channels))
        assert await to_the_end(world, journey_id, decision) in ("completed", "over"), kind
        log = await world.steps(journey_id)
        assert all(step.left_at for step in log), kind
        assert all(step.why for step in log if step.node_id == "it"), kind
