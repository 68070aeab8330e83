"""What a channel split is decided on: who can be reached where, and who answers on which channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from domain.channel_selection import EngagementCount, Expected, PopulationTally
from domain.i18n import Sentence, sentence
from domain.i18n import channel as named
from domain.vocabulary import BlockReason, Category, Channel
from models import Customer
from store.intelligence import engagement, scores
from store.messages import contactability
from store.messages.contactability import Contactability

RECORD = timedelta(days=365)
"""How far back a record counts."""
_FRESH, _FRESHEST = timedelta(minutes=5), timedelta(seconds=5)
BELIEVED = timedelta(days=14)
"""A score older than this counts no more: scoring has stopped, and the record knows better."""
MODEL_WEIGHT = 30.0
"""How many messages of a customer's own a model's rate is worth."""


class Population:
    """Everybody's record on each channel, asked anew every few minutes: it moves slowly and is costly to count."""

    def __init__(self) -> None:
        self._tallies: Mapping[Channel, PopulationTally] = {}
        self._counted_at: datetime | None = None

    async def get(
        self, session: AsyncSession, now: datetime, time_scale: float = 1.0
    ) -> Mapping[Channel, PopulationTally]:
        """The record, at most some minutes old; where days pass in seconds, some seconds."""
        if self._counted_at is None or now - self._counted_at > max(_FRESH * time_scale, _FRESHEST):
            self._counted_at = now  # before counting: while one journey counts, the others use the last figures
            self._tallies = await engagement.population_tallies(session, since=now - RECORD * time_scale)
        return self._tallies


async def own_engagement(
    session: AsyncSession, customer: Customer, channels: Sequence[Channel], now: datetime, time_scale: float = 1.0
) -> Mapping[Channel, EngagementCount]:
    """The customer's own record."""
    return await engagement.own_tallies(session, customer.id, channels, since=now - RECORD * time_scale)


@dataclass(frozen=True)
class ForetoldRates:
    """What the models in use foretell of each channel, and why others are left to the record.

    Attributes:
        rates: of channels with a score that is believed.
        left: channel -> `stale` where its score is too old (scoring has stopped, or fails), `no_score` where no model
            gave the customer one.

    """

    rates: Mapping[Channel, Expected]
    left: Mapping[Channel, str]


async def foretold_rates(
    session: AsyncSession,
    customer: Customer,
    channels: Sequence[Channel],
    own: Mapping[Channel, EngagementCount],
    *,
    unsubscribe_cost: float,
    time_scale: float = 1.0,
) -> ForetoldRates:
    """What the models in use foretell of each channel for the customer; `own` is their record."""
    names = {channel: f"{'click' if channel is Channel.SMS else 'open'}_{channel.value}" for channel in channels}
    leaving = {channel: f"unsubscribe_{channel.value}" for channel in channels}
    asked = [*names.values(), *leaving.values()]
    found = await scores.foretold(session, customer.id, asked, within=BELIEVED * time_scale)
    rates, left = {}, {}
    for channel, name in names.items():
        if name not in found.fresh:
            left[channel] = "stale" if name in found.stale else "no_score"
            continue
        tally = own.get(channel, EngagementCount())
        cost = unsubscribe_cost * found.fresh.get(leaving[channel], 0.0)
        rates[channel] = Expected(
            found.fresh[name], tally.sent, tally.answered, weight=MODEL_WEIGHT + tally.sent, cost=cost, by="model"
        )
    return ForetoldRates(rates, left)


async def reachable_channels(
    session: AsyncSession,
    customer: Customer,
    channels: Sequence[Channel],
    with_provider: frozenset[Channel],
    category: Category,
    *,
    topic: str | None = None,
) -> Mapping[Channel, Contactability]:
    """For each channel, whether the customer can be contacted on it now, or why not."""
    found = dict(await contactability.contactability(session, customer, channels, category, topic=topic))
    for channel in channels:
        if channel not in with_provider:
            found[channel] = Contactability(False, None, no_provider_on(channel), BlockReason.NO_PROVIDER)
    return found


def no_provider_on(channel: Channel) -> Sentence:
    """Why a channel without a provider reaches nobody."""
    return sentence("no_provider_on", channel=named(channel))
