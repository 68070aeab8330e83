"""What a customer got lately, and what is about to go to them. Lock the customer before asking."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.events import message_event_name
from domain.vocabulary import Channel, MessageEventKind

_MOST = 1_000
"""More than any cap counts to (see `domain.contact.Cap`)."""
_RECENT = text("""
    SELECT id, COALESCE(sent_at, reserved_at) AS at, channel, campaign_id, topic,
           COALESCE(opened_at, clicked_at, read_at) IS NOT NULL AS opened
      FROM messages
     WHERE customer_id = :customer AND reserved_at >= :since AND category = 'marketing' AND NOT test
       AND channel <> 'silent_push' AND state IN ('reserved', 'accepted', 'delivered', 'bounced', 'unknown')
     ORDER BY reserved_at DESC LIMIT :most
""")
_ABOUT_TO = text("""
    SELECT j.id, j.version_id, j.node_id, j.visit, j.step->>'kind' AS kind, j.waiting_until
      FROM journeys j JOIN campaigns c ON c.id = j.campaign_id
     WHERE j.customer_id = :customer AND j.id <> :but AND j.state = 'active' AND c.state = 'active'
       AND (j.step->>'kind' = 'send' OR (j.step->>'kind' = 'wait' AND j.waiting_until <= :until))
     ORDER BY j.id
""")
_BOUNCES = text("""
    SELECT count(*) FROM messages
     WHERE address = :address AND channel = :channel AND state = 'bounced' AND NOT test
       AND reserved_at > COALESCE(
           (SELECT max(reserved_at) FROM messages
             WHERE customer_id = :customer AND address = :address AND channel = :channel AND state = 'delivered'),
           '-infinity')
""")

_HAS_WRITTEN = text("""
    SELECT EXISTS (
        SELECT 1 FROM events
         WHERE customer_id = :customer AND name = :name AND occurred_at > :since
           AND properties->>'channel' = :channel)
""")


@dataclass(frozen=True)
class Contact:
    """A marketing message that the customer got, or may have got. A bounced one took its slot too."""

    id: UUID
    at: datetime
    channel: str
    campaign_id: UUID | None
    topic: str | None
    opened: bool


@dataclass(frozen=True)
class ContactRecord:
    """Where another journey of the customer stands: at a send, or in a wait that ends soon."""

    journey_id: UUID
    version_id: UUID
    node_id: str
    visit: int
    kind: str
    waiting_until: datetime | None


async def recent(session: AsyncSession, customer_id: UUID, since: datetime) -> list[Contact]:
    """Messages to the customer since then, the latest first."""
    rows = await session.execute(_RECENT, {"customer": customer_id, "since": since, "most": _MOST})
    return [Contact(*row) for row in rows]


async def about_to(session: AsyncSession, customer_id: UUID, *, but: UUID, until: datetime) -> list[ContactRecord]:
    """The customer's other journeys that send, or whose wait ends by `until`."""
    rows = await session.execute(_ABOUT_TO, {"customer": customer_id, "but": but, "until": until})
    return [ContactRecord(*row) for row in rows]


async def bounces_in_a_row(session: AsyncSession, customer_id: UUID, channel: str, address: str) -> int:
    """How many messages to an address bounced since one was delivered to this customer there."""
    values = {"customer": customer_id, "channel": channel, "address": address}
    return int(await session.scalar(_BOUNCES, values) or 0)


async def has_written(session: AsyncSession, customer_id: UUID, channel: Channel, *, since: datetime) -> bool:
    """Whether the customer has sent us a message by this channel since then."""
    replied = message_event_name(MessageEventKind.REPLIED)
    found = await session.scalar(
        _HAS_WRITTEN, {"customer": customer_id, "name": replied, "since": since, "channel": channel.value}
    )
    return bool(found)
