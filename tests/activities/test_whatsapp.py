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
from tests.activities.test_sending import at_the_send, send, the_message
from tests.journey_driver import END, ENTRY, World, flow

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
