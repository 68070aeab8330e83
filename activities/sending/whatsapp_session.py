"""WhatsApp's session: free text may go only within a day of the customer's own message, templates at any time."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from activities.journey_run import JourneyRun
from activities.sending.content import content_of
from domain.content import Content, WhatsAppContent
from domain.flow import ChannelSplitNode, SendWhatsAppNode
from domain.vocabulary import Channel
from store.messages import contact_history

SESSION = timedelta(hours=24)
"""So long after a customer's message free text may be sent to them (WhatsApp's rule), in business time."""


def needs_session(content: Content) -> bool:
    """Whether it is free text by WhatsApp."""
    return isinstance(content, WhatsAppContent) and content.body is not None


async def is_open(session: AsyncSession, customer_id: UUID, now: datetime, time_scale: float) -> bool:
    """Whether the customer has written to us by WhatsApp lately."""
    since = now - SESSION * time_scale
    return await contact_history.has_written(session, customer_id, Channel.WHATSAPP, since=since)


async def is_closed_behind(walk: JourneyRun, split: ChannelSplitNode) -> bool:
    """Whether the split's WhatsApp branch begins with free text that may not go now: it would reach nobody."""
    node = walk.version.graph.first(split.id, Channel.WHATSAPP.value, SendWhatsAppNode)
    if node is None or not needs_session(content_of(walk, node)):
        return False
    return not await is_open(walk.session, walk.customer.id, walk.now, walk.services.settings.time_scale)
