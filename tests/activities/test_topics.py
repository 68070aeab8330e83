"""Topics at the moment of sending: of the customer's words on the channel and on the topic, the stricter holds."""

import pytest

from domain.contact import ContactPolicy
from domain.vocabulary import Channel, ConsentStatus
from store.customers import customer_queries
from store.messages import contact_policy, topics
from tests.activities.test_sending import at_the_send, send, the_message
from tests.journey_driver import END, ENTRY, World, flow, push

SENT = ("accepted", None, None)
REFUSED = ("skipped", "consent")


def drawn(*, campaign: str | None = "offers", node: str | None = None, category: str = "marketing"):
    return flow(ENTRY, push("offer", topic=node), END, settings={"topic": campaign, "category": category})


@pytest.mark.parametrize(
    ("words", "opt_in", "outcome"),
    [
        ({}, False, SENT),
        ({}, True, (*REFUSED, "has not asked for offers")),
        ({"offers": "subscribed"}, True, SENT),
        ({"offers": "unsubscribed"}, False, (*REFUSED, "unsubscribed from offers")),
        ({"offers": "unsubscribed", "*": "subscribed"}, False, (*REFUSED, "unsubscribed from offers")),
        ({"offers": "subscribed", "*": "unsubscribed"}, True, (*REFUSED, "unsubscribed")),
        ({"news": "unsubscribed"}, False, SENT),
    ],
)
async def test_the_stricter_word_holds(world: World, words: dict[str, str], opt_in: bool, outcome: tuple):
    step = await at_the_send(world, drawn())
    await say(world, step, words, opt_in=opt_in)
    await send(world, step)
    message = await the_message(world)
    assert (message.state, message.skip_reason, message.reason) == outcome
    assert message.topic == "offers"
    assert len(world.sent) == (outcome is SENT)


@pytest.mark.parametrize(
    ("words", "policy", "outcome"),
    [
        ({}, [], SENT),
        ({}, ["push"], (*REFUSED, "has not agreed to marketing by this channel")),
        ({}, ["email", "sms"], SENT),
        ({"*": "subscribed"}, ["push"], SENT),
        ({"offers": "subscribed"}, ["push"], SENT),
        ({"news": "subscribed"}, ["push"], (*REFUSED, "has not agreed to marketing by this channel")),
        ({"offers": "subscribed", "*": "unsubscribed"}, ["push"], (*REFUSED, "unsubscribed")),
    ],
)
async def test_an_opt_in_channel_needs_consent(world: World, words: dict[str, str], policy: list[str], outcome: tuple):
    step = await at_the_send(world, drawn())
    await say(world, step, words)
    async with world.database.transaction() as session:
        channels = [Channel(each) for each in policy]
        await contact_policy.save(session, ContactPolicy(opt_in_channels=channels), 0)
    await send(world, step)
    message = await the_message(world)
    assert (message.state, message.skip_reason, message.reason) == outcome


async def test_an_opt_in_channel_asks_no_consent_for_transactional_messages(world: World):
    step = await at_the_send(world, drawn(category="transactional"))
    async with world.database.transaction() as session:
        await contact_policy.save(session, ContactPolicy(opt_in_channels=[Channel.PUSH]), 0)
    await send(world, step)
    assert (await the_message(world)).state == "accepted"


async def test_a_messages_own_topic_takes_the_place_of_the_campaigns(world: World):
    step = await at_the_send(world, drawn(campaign="offers", node="news"))
    await say(world, step, {"offers": "unsubscribed"})
    await send(world, step)
    message = await the_message(world)
    assert (message.state, message.topic) == ("accepted", "news")


async def test_a_transactional_message_passes_every_word(world: World):
    step = await at_the_send(world, drawn(category="transactional"))
    await say(world, step, {"offers": "unsubscribed", "*": "unsubscribed"})
    await send(world, step)
    assert (await the_message(world)).state == "accepted"


async def say(world: World, step, words: dict[str, str], *, opt_in: bool = False) -> None:
    customer_id = (await world.read_journey(step.journey_id)).customer_id
    async with world.database.transaction() as session:
        await topics.save(session, "offers", name="Offers", description="", opt_in=opt_in)
        for topic, status in words.items():
            await customer_queries.set_consent(
                session, customer_id, Channel.PUSH, topic, status=ConsentStatus(status), source="test"
            )
