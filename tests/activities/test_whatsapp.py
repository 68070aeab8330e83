"""WhatsApp at the moment of sending: consent of its own, and free text only to who has written within a day."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from domain.content import WhatsAppContent
from domain.vocabulary import Channel, ConsentStatus
from ingestion.inbound_sms import record_replies
from providers.base import Reply
from store.customers import customer_queries
from tests.activities.test_sending import advance, at_the_send, send, the_message
from tests.journey_driver import END, ENTRY, World, flow
from workflows.contracts import Send, StepInput

SID = "HX" + "0123456789abcdef" * 2
TEMPLATE = {"template_sid": SID, "variables": {"1": "{{ FirstName | default: 'there' }}"}}
FREE = {"body": "Hello {{ FirstName | default: 'there' }}"}
NUMBER = "+393331234567"
DAY = timedelta(hours=24)
CLOSED = "free text on WhatsApp needs a message from the customer within the last 24 hours"


def drawn(content: dict[str, Any], category: str = "marketing"):
    node = {"id": "hello", "type": "send_whatsapp", "data": {"content": {"channel": "whatsapp", **content}}}
    return flow(ENTRY, node, END, settings={"category": category})


async def agree(world: World, step: Any, channel: Channel = Channel.WHATSAPP) -> None:
    customer_id = (await world.read_journey(step.journey_id)).customer_id
    async with world.database.transaction() as session:
        await customer_queries.set_consent(
            session, customer_id, channel, "*", status=ConsentStatus.SUBSCRIBED, source="test"
        )


async def write(world: World, step: Any, text: str, *, ago: timedelta, channel: Channel = Channel.WHATSAPP) -> None:
    at = (await world.read_journey(step.journey_id)).created_at - ago * world.settings.time_scale
    reply = Reply(uuid4(), "twilio", channel, NUMBER, text, {"Body": text})
    async with world.database.transaction() as session:
        assert await record_replies(session, [reply], now=at) == 1


@pytest.mark.parametrize("content", [TEMPLATE, FREE], ids=["template", "text"])
async def test_marketing_needs_consent_to_whatsapp_and_consent_to_sms_is_none(world: World, content: dict[str, Any]):
    step = await at_the_send(world, drawn(content))
    await agree(world, step, Channel.SMS)
    await send(world, step)
    message = await the_message(world)
    assert (message.state, message.skip_reason) == ("skipped", "consent")
    assert world.sent == []


async def test_a_template_is_sent_at_any_time_with_its_variables_written(world: World):
    step = await at_the_send(world, drawn(TEMPLATE), first_name="Ada")
    await agree(world, step)
    await send(world, step)
    [sent] = world.sent
    assert (sent.channel, sent.address) == (Channel.WHATSAPP, NUMBER)
    assert isinstance(sent.content, WhatsAppContent)
    assert (sent.content.template_sid, sent.content.variables, sent.content.body) == (SID, {"1": "Ada"}, None)


@pytest.mark.parametrize(
    ("channel", "ago", "goes"),
    [
        (Channel.WHATSAPP, timedelta(minutes=5), True),
        (Channel.WHATSAPP, DAY - timedelta(minutes=30), True),
        (Channel.WHATSAPP, DAY + timedelta(hours=1), False),
        (Channel.SMS, timedelta(minutes=5), False),
        (None, DAY, False),
    ],
)
async def test_free_text_goes_to_who_has_written_by_whatsapp_within_a_day(
    world: World, channel: Channel | None, ago: timedelta, goes: bool
):
    step = await at_the_send(world, drawn(FREE))
    await agree(world, step)
    if channel is not None:
        await write(world, step, "Do you have it in blue?", ago=ago, channel=channel)
    await send(world, step)
    message = await the_message(world)
    expected = ("accepted", None, None) if goes else ("skipped", "session_closed", CLOSED)
    assert (message.state, message.skip_reason, message.reason) == expected
    assert len(world.sent) == goes


async def test_stop_by_whatsapp_ends_whatsapp_and_leaves_sms(world: World):
    step = await at_the_send(world, drawn(TEMPLATE, category="transactional"))
    await write(world, step, "STOP", ago=timedelta(minutes=1))
    await send(world, step)
    message = await the_message(world)
    assert (message.state, message.skip_reason) == ("skipped", "suppression")
    customer_id = (await world.read_journey(step.journey_id)).customer_id
    async with world.database.transaction() as session:
        words = {row.channel: row.status for row in await customer_queries.consents(session, customer_id)}
    assert words == {"whatsapp": "unsubscribed"}


@pytest.mark.parametrize(
    "content",
    [{}, {**TEMPLATE, **FREE}, {"template_sid": "HX1"}, {"body": ""}, {**FREE, "variables": {"1": "x"}}],
    ids=["neither", "both", "sid", "empty", "variables"],
)
def test_a_message_is_a_template_or_text(content: dict[str, Any]):
    with pytest.raises(ValidationError):
        WhatsAppContent.model_validate(content)


def split(content: dict[str, Any]):
    """WhatsApp before SMS, and who can't be sent the one gets the other."""
    return flow(
        ENTRY,
        {"id": "best", "type": "channel_split", "data": {"channels": ["whatsapp", "sms"]}},
        {"id": "chat", "type": "send_whatsapp", "data": {"content": {"channel": "whatsapp", **content}}},
        {"id": "text", "type": "send_sms", "data": {"content": {"channel": "sms", "body": "Hello"}}},
        END,
        settings={"category": "marketing"},
        edges=[
            *("entry>best", "best.whatsapp>chat", "best.sms>text", "best.none>end"),
            *("chat>end", "chat.not_sent>text", "text>end"),
        ],
    )


async def at_the_split(world: World, content: dict[str, Any], *, ago: timedelta | None) -> Any:
    """The split's step, of a customer who agreed to WhatsApp and wrote by it so long ago."""
    campaign_id = await world.campaign(split(content))
    customer_id = await world.customer()
    journey_id = await world.journey(campaign_id, customer_id)
    async with world.database.transaction() as session:
        await customer_queries.set_consent(
            session, customer_id, Channel.WHATSAPP, "*", status=ConsentStatus.SUBSCRIBED, source="test"
        )
    if ago is not None:
        await write(world, StepInput(journey_id=journey_id, seq=0), "Hello?", ago=ago)
    await advance(world, journey_id)
    return next(step for step in await world.steps(journey_id) if step.kind == "channel_split")


@pytest.mark.parametrize(
    ("content", "ago", "taken"),
    [
        (TEMPLATE, None, "whatsapp"),
        (FREE, timedelta(minutes=5), "whatsapp"),
        (FREE, DAY + timedelta(hours=1), "sms"),
        (FREE, None, "sms"),
    ],
)
async def test_the_best_channel_is_whatsapp_only_where_the_message_may_go(
    world: World, content: dict[str, Any], ago: timedelta | None, taken: str
):
    step = await at_the_split(world, content, ago=ago)
    assert step.port == taken
    closed = {} if taken == "whatsapp" else {"whatsapp": CLOSED}
    assert step.details["unreachable"] == closed


async def test_who_can_not_be_sent_a_whatsapp_message_gets_the_next_of_the_chain(world: World):
    drawn_ = flow(
        ENTRY,
        {"id": "chat", "type": "send_whatsapp", "data": {"content": {"channel": "whatsapp", **TEMPLATE}}},
        {"id": "text", "type": "send_sms", "data": {"content": {"channel": "sms", "body": "Hello"}}},
        END,
        settings={"category": "marketing"},
        edges=["entry>chat", "chat>end", "chat.not_sent>text", "text>end"],
    )
    step = await at_the_send(world, drawn_)  # nobody has agreed to WhatsApp
    decision = await send(world, step)
    assert isinstance(decision.next, Send)
    assert decision.next.node == "text"
    await send(world, StepInput(journey_id=step.journey_id, seq=decision.next.seq))
    messages = {message.channel: (message.state, message.skip_reason) for message in await world.messages()}
    assert messages == {"whatsapp": ("skipped", "consent"), "sms": ("accepted", None)}
