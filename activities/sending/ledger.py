"""A send's row in the ledger: written before the provider is called, changed as its fate becomes known."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from activities import metrics
from activities.journey_run import JourneyRun
from activities.nodes.sends import category_of, topic_of
from domain import ids
from domain.flow import SEND_CHANNEL, SendNode
from domain.i18n import Words, sentence
from domain.vocabulary import PHONE_CHANNELS, BlockReason, Category, Channel, JourneyState, MessageState
from models import Message
from providers.base import Outgoing
from store.messages import messages
from workflows.contracts import Decision


def message_id_of(walk: JourneyRun) -> UUID:
    """Id of the message that the journey's present step may cause."""
    journey = walk.journey
    assert journey.node_id is not None
    return ids.message_id(journey.id, journey.node_id, journey.visit)


def send_of(walk: JourneyRun) -> SendNode:
    """The send that the journey stands at."""
    node = walk.node
    assert node.type in SEND_CHANNEL
    return node  # type: ignore[return-value]


async def reserve(walk: JourneyRun, found: Message | None, message: Outgoing, provider: str, *, at_once: bool) -> bool:
    """Write the message as about to be handed over; with `at_once`, as accepted.

    Returns:
        False, and nothing is written, when the campaign has reached this address as another customer's.

    """
    if found is not None and await messages.is_another_profiles(walk.session, found, message.address):
        return False
    if await _got_as_another(walk, message.channel, message.address):
        return False
    state = MessageState.ACCEPTED if at_once else MessageState.RESERVED
    return await put(
        walk,
        found,
        {
            "state": state.value,
            "reason": None,
            "said": None,
            "provider": provider,
            "address": message.address,
            "content": message.content.model_dump(mode="json", exclude_none=True),
            "attempts": 1 if found is None else found.attempts + 1,
            "reserved_at": walk.now,
            "first_offered_at": first_offer(found, walk.now),
            "sent_at": walk.now if at_once else None,
        },
    )


def first_offer(found: Message | None, now: datetime) -> datetime:
    """When a message's turn first came; now, where it has not come before."""
    return found.first_offered_at if found is not None and found.first_offered_at is not None else now


SAME_ADDRESS_FOR = timedelta(days=1)
"""So long a marketing message of a triggered campaign is not sent to its address again as another customer's."""


async def _got_as_another(walk: JourneyRun, channel: Channel, address: str) -> bool:
    journey, node = walk.journey, send_of(walk)
    by_address = channel is Channel.EMAIL or channel in PHONE_CHANNELS  # push tokens and inboxes are one customer's
    if journey.run_id is not None or not by_address or category_of(walk, node) is not Category.MARKETING:
        return False
    return await messages.reached_another_profile(
        walk.session,
        customer_id=walk.customer.id,
        campaign_id=journey.campaign_id,
        node_id=node.id,
        address=address,
        since=walk.now - SAME_ADDRESS_FOR * walk.services.settings.time_scale,
    )


async def put(walk: JourneyRun, found: Message | None, values: dict[str, Any]) -> bool:
    """Write these values of the present step's message, whether it has a row already or not; see `messages.write`."""
    if found is None:
        return await messages.write(walk.session, _new(walk) | values)
    await messages.change(walk.session, found.id, values)
    return True


async def hold(walk: JourneyRun, found: Message | None, why: Words) -> datetime:
    """The message waits for its provider, to which nothing is offered now. When its turn first came."""
    first = first_offer(found, walk.now)
    values = {"state": MessageState.DEFERRED.value, "first_offered_at": first}
    await put(walk, found, values | messages.because(why))
    return first


async def not_sent(
    walk: JourneyRun, found: Message | None, state: MessageState, reason: Words, by: BlockReason | None = None
) -> Decision:
    """Record that the message stays unsent, and go on by `not_sent`."""
    metrics.sends.labels(SEND_CHANNEL[walk.node.type].value, "", state.value).inc()
    await put(walk, found, {"state": state.value, "skip_reason": by} | messages.because(reason))
    return await walk.leave("not_sent", sentence("not_sent", why=reason), {"message_id": str(message_id_of(walk))})


async def withhold_when_over(walk: JourneyRun, found: Message | None) -> None:
    """A message that was put off, and whose journey has ended, will not be sent any more."""
    if found is not None and found.state == MessageState.DEFERRED and walk.journey.state == JourneyState.ENDED:
        values = {
            "state": MessageState.SKIPPED.value,
            "skip_reason": BlockReason.JOURNEY_ENDED,
        }
        await put(walk, found, values | messages.because(walk.why))


def _new(walk: JourneyRun) -> dict[str, Any]:
    journey, node = walk.journey, send_of(walk)
    return {
        "id": message_id_of(walk),
        "journey_id": journey.id,
        "campaign_id": journey.campaign_id,
        "run_id": journey.run_id,
        "node_id": node.id,
        "visit": journey.visit,
        "customer_id": walk.customer.id,
        "channel": SEND_CHANNEL[node.type].value,
        "category": category_of(walk, node).value,
        "topic": topic_of(walk, node),
        "content": {},
        "attempts": 0,
        "reserved_at": walk.now,
    }
