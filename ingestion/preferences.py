"""What a customer says on the preference page: by channel, and by topic of a channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from domain import ids
from domain.contact import EVERY_TOPIC, ContactPolicy
from domain.errors import NotFoundError
from domain.events import PREFERENCES_UPDATED, IncomingEvent
from domain.i18n import sentence
from domain.vocabulary import ALWAYS_OPT_IN, Channel, ConsentStatus
from ingestion.pipeline import ingest
from models import Topic
from store.customers import customer_queries, customers
from store.customers.customers import Profile
from store.messages import contact_policy, topics

SOURCE = "page:preferences"

Choice = tuple[Channel, str]
"""A channel, and a topic of it (`*` = the whole channel)."""


@dataclass(frozen=True)
class Preferences:
    """What a customer can choose, and has chosen."""

    customer_id: UUID
    """Who they are now: perhaps somebody whom they were joined with."""
    channels: Sequence[Channel]
    """Those they can be reached on, or have spoken about."""
    topics: Sequence[Topic]
    chosen: frozenset[Choice]


async def read(session: AsyncSession, customer_id: UUID, *, whatsapp: bool = False) -> Preferences:
    """What the customer gets now. Their row is locked: what is shown can be changed in the same transaction.

    WhatsApp is offered where the shop sends by it (`whatsapp`), or where the customer has spoken about it.

    Raises:
        NotFoundError: they were erased.

    """
    profile = await locked(session, customer_id)
    customer_id = profile.id
    listed = await topics.listed(session)
    words = {
        (Channel(row.channel), row.topic): row.status for row in await customer_queries.consents(session, customer_id)
    }
    spoken_of = {channel for channel, _ in words}
    if whatsapp and profile.phone:
        spoken_of.add(Channel.WHATSAPP)
    channels = await _channels(session, profile, spoken_of)
    policy = ContactPolicy.model_validate((await contact_policy.read(session)).policy)
    opt_in = ALWAYS_OPT_IN.union(policy.opt_in_channels)
    chosen = {
        (channel, key)
        for channel in channels
        for key, unless_said in [(EVERY_TOPIC, True), *((topic.key, not topic.opt_in) for topic in listed)]
        if (
            words[channel, key] == ConsentStatus.SUBSCRIBED
            if (channel, key) in words
            else unless_said and channel not in opt_in
        )
    }
    return Preferences(profile.id, channels, listed, frozenset(chosen))


async def locked(session: AsyncSession, customer_id: UUID) -> Profile:
    """The customer's profile, or that of whom they were joined with since the link was made."""
    profile = (await customers.lock_profiles(session, [customer_id])).get(customer_id)
    if profile is not None:
        return profile
    try:
        now = await customer_queries.current_id(session, customer_id)
    except NotFoundError as error:
        raise NotFoundError(sentence("nobody_here")) from error
    profile = (await customers.lock_profiles(session, [now])).get(now)
    if profile is None:
        raise NotFoundError(sentence("nobody_here"))
    return profile


async def change(
    session: AsyncSession,
    customer_id: UUID,
    shown: frozenset[Choice],
    chosen: frozenset[Choice],
    *,
    now: datetime,
    time_scale: float = 1.0,
    whatsapp: bool = False,
) -> Preferences:
    """Write down what the customer changed of what they were shown; nothing is said about the rest.

    Args:
        session: the transaction; the caller commits.
        customer_id: who speaks.
        shown: the choices that were on the page.
        chosen: those of them that they want.
        now: the present instant, UTC.
        time_scale: see `ingestion.pipeline.ingest`.
        whatsapp: whether the shop sends by it.

    Raises:
        NotFoundError: they were erased.

    """
    before = await read(session, customer_id, whatsapp=whatsapp)
    customer_id = before.customer_id
    offered = {(channel, key) for channel in before.channels for key in (EVERY_TOPIC, *_keys(before.topics))}
    changed = sorted((shown & offered) & (before.chosen ^ chosen))
    for channel, topic in changed:
        said = ConsentStatus.SUBSCRIBED if (channel, topic) in chosen else ConsentStatus.UNSUBSCRIBED
        await customer_queries.set_consent(session, customer_id, channel, topic, status=said, source=SOURCE)
    if changed:
        await ingest(session, [_event(customer_id, changed, chosen, now)], now=now, time_scale=time_scale)
    return await read(session, customer_id, whatsapp=whatsapp)


async def _channels(session: AsyncSession, profile: Profile, spoken_of: set[Channel]) -> list[Channel]:
    reached = set(spoken_of)
    if profile.email:
        reached.add(Channel.EMAIL)
    if profile.phone:
        reached.add(Channel.SMS)
    if any(device.active for device in await customer_queries.devices(session, profile.id)):
        reached.add(Channel.PUSH)
    # A silent push follows the word on push.
    return [channel for channel in Channel if channel in reached and channel is not Channel.SILENT_PUSH]


def _keys(listed: Sequence[Topic]) -> list[str]:
    return [topic.key for topic in listed]


def _event(customer_id: UUID, changed: Sequence[Choice], chosen: frozenset[Choice], now: datetime) -> IncomingEvent:
    wanted = [f"{channel}:{topic}" for channel, topic in changed if (channel, topic) in chosen]
    refused = [f"{channel}:{topic}" for channel, topic in changed if (channel, topic) not in chosen]
    return IncomingEvent(
        id=ids.event_id(SOURCE, uuid4().hex),
        name=PREFERENCES_UPDATED,
        customer_id=customer_id,
        occurred_at=now,
        properties={"subscribed": wanted, "unsubscribed": refused},
        source=SOURCE,
    )
