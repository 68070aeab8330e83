"""May this customer be contacted now, at which address, and by which provider? Asked at the moment of sending."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from activities.channel_selection import no_provider_on
from activities.journey_run import JourneyRun
from activities.nodes.sends import category_of, topic_of
from activities.predicted_scores import written
from activities.sending.breakers import Held
from activities.sending.content import content_of
from activities.sending.limits import Verdict, verdict
from domain import ids
from domain.content import WhatsAppContent
from domain.flow import SEND_CHANNEL, SendNode
from domain.i18n import Sentence, sentence
from domain.surveys.links import surveys_named
from domain.vocabulary import BlockReason, Channel, MessageState
from ingestion.surveys.inviting import refusal
from models import Message
from providers.base import Provider
from store.messages import contact_history, contactability

SESSION = timedelta(hours=24)
"""So long after a customer's message free text may be sent to them by WhatsApp (its rule), in business time."""


@dataclass(frozen=True)
class Eligible:
    """The message may be sent."""

    address: str
    provider: Provider


@dataclass(frozen=True)
class Withheld:
    """It may not be sent, and why."""

    why: Sentence
    block_reason: BlockReason | None = None


@dataclass(frozen=True)
class OnHold:
    """Its provider fails: nothing is offered to it until then."""

    provider: str
    until: datetime
    why: Sentence


async def ask(walk: JourneyRun, node: SendNode, found: Message | None) -> Eligible | Withheld | Verdict | OnHold:
    """Consent, suppression and devices, then limits and quiet hours, then the provider.

    Args:
        walk: the journey, which stands at the node; the customer is locked.
        node: what is sent.
        found: the message's row, where an attempt before this one left one.

    """
    channel = SEND_CHANNEL[node.type]
    first = walk.services.providers.for_channel(channel)
    if first is None:
        return Withheld(no_provider_on(channel), BlockReason.NO_PROVIDER)
    allowed = await contactability.contactability(
        walk.session, walk.customer, [channel], category_of(walk, node), topic=topic_of(walk, node)
    )
    reach = allowed[channel]
    if not reach.reachable or reach.address is None:
        return Withheld(reach.why or sentence("no_provider"), reach.block_reason)
    if await _session_closed(walk, node):
        return Withheld(sentence("session_closed"), BlockReason.SESSION_CLOSED)
    refused = await _not_to_be_asked(walk, node)
    if refused is not None:
        return Withheld(refused, BlockReason.SURVEY)
    over = await verdict(walk, node, found)
    if over is not None:
        return over
    provider = await _provider(walk, channel, first, found)
    if isinstance(provider, Held):
        why = sentence("provider_fails", provider=provider.provider, why=provider.why)
        return OnHold(provider.provider, provider.until, why)
    return Eligible(reach.address, provider)


async def _not_to_be_asked(walk: JourneyRun, node: SendNode) -> Sentence | None:
    """Why the surveys of a message are not for this customer now: closed, or asked too short a time ago."""
    keys = surveys_named(written(content_of(walk, node)))
    if not keys:
        return None
    message_id = ids.message_id(walk.journey.id, node.id, walk.journey.visit)
    scale = walk.services.settings.time_scale
    return await refusal(walk.session, walk.customer.id, keys, message_id=message_id, now=walk.now, time_scale=scale)


async def _session_closed(walk: JourneyRun, node: SendNode) -> bool:
    """Whether it is free text by WhatsApp to somebody who has not written to us lately."""
    content = content_of(walk, node)
    if not isinstance(content, WhatsAppContent) or content.body is None:
        return False
    since = walk.now - SESSION * walk.services.settings.time_scale
    return not await contact_history.has_written(walk.session, walk.customer.id, Channel.WHATSAPP, since=since)


async def _provider(walk: JourneyRun, channel: Channel, first: Provider, found: Message | None) -> Provider | Held:
    """Who takes it. A message that one provider may have taken is never offered to the other."""
    second = walk.services.providers.fallback_for(channel)
    if found is not None and found.state != MessageState.DEFERRED:
        return second if second is not None and found.provider == second.name else first
    return await walk.services.breakers.choose(walk.session, first, second, walk.now)
