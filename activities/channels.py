"""What a channel split is decided on: who can be reached where, and who answers on which channel."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from domain.channel_choice import PopulationTally, Tally
from domain.vocabulary import Category, Channel, Hindrance
from models import Customer
from store import engagement, permissions
from store.permissions import Reach

RECORD = timedelta(days=365)
"""How far back a record counts."""
_FRESH = timedelta(minutes=5)


class Population:
    """Everybody's record on each channel, asked anew every few minutes: it moves slowly and is costly to count."""

    def __init__(self) -> None:
        self._tallies: Mapping[Channel, PopulationTally] = {}
        self._counted_at: datetime | None = None

    async def get(self, session: AsyncSession, now: datetime) -> Mapping[Channel, PopulationTally]:
        """The record, at most some minutes old."""
        if self._counted_at is None or now - self._counted_at > _FRESH:
            self._counted_at = now  # before counting: while one journey counts, the others use the last figures
            self._tallies = await engagement.population_tallies(session, since=now - RECORD)
        return self._tallies


async def own_engagement(
    session: AsyncSession, customer: Customer, channels: Sequence[Channel], now: datetime
) -> Mapping[Channel, Tally]:
    """The customer's own record."""
    return await engagement.own_tallies(session, customer.id, channels, since=now - RECORD)


async def reachable_channels(
    session: AsyncSession,
    customer: Customer,
    channels: Sequence[Channel],
    with_provider: frozenset[Channel],
    category: Category,
    *,
    topic: str | None = None,
) -> Mapping[Channel, Reach]:
    """For each channel, whether the customer can be contacted on it now, or why not."""
    found = dict(await permissions.reach(session, customer, channels, category, topic=topic))
    for channel in channels:
        if channel not in with_provider:
            why = f"no provider sends on {channel.value}"
            found[channel] = Reach(False, None, why, Hindrance.NO_PROVIDER)
    return found
