"""Lists of journeys, and one with its steps, for those who watch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import NotFoundError
from domain.i18n import sentence
from domain.vocabulary import JourneyState
from models import Campaign, CampaignVersion, Customer, Journey, JourneyStep
from store.customers.names import full_name
from store.database.keyset import after_cursor


@dataclass(frozen=True)
class JourneyFilter:
    """Which journeys; what is None does not narrow."""

    campaign_id: UUID | None = None
    customer_id: UUID | None = None
    run_id: UUID | None = None
    state: JourneyState | None = None
    open: bool | None = None
    """True: not ended; False: ended."""
    node_id: str | None = None
    exit_reason: str | None = None
    version: int | None = None


@dataclass(frozen=True)
class JourneyRow:
    """A journey, with the names of what it points to."""

    journey: Journey
    campaign_slug: str
    version: int
    external_id: str | None
    customer_name: str | None


_ROWS = (
    select(Journey, col(Campaign.slug), col(CampaignVersion.number), col(Customer.external_id), full_name())
    .join(Campaign, col(Campaign.id) == col(Journey.campaign_id))
    .join(CampaignVersion, col(CampaignVersion.id) == col(Journey.version_id))
    .join(Customer, col(Customer.id) == col(Journey.customer_id))
)


async def page(
    session: AsyncSession, narrow: JourneyFilter, after: tuple[datetime, UUID] | None, limit: int
) -> list[JourneyRow]:
    """Journeys, newest first, from behind `after` = (created_at, id)."""
    order = (col(Journey.created_at), col(Journey.id))
    query = _ROWS.order_by(*(column.desc() for column in order)).limit(limit)
    wanted = (
        (col(Journey.campaign_id), narrow.campaign_id),
        (col(Journey.customer_id), narrow.customer_id),
        (col(Journey.run_id), narrow.run_id),
        (col(Journey.state), narrow.state),
        (col(Journey.node_id), narrow.node_id),
        (col(Journey.exit_reason), narrow.exit_reason),
        (col(CampaignVersion.number), narrow.version),
    )
    for column, value in wanted:
        if value is not None:
            query = query.where(column == value)
    if narrow.open is not None:
        ended = col(Journey.state) == JourneyState.ENDED
        query = query.where(~ended if narrow.open else ended)
    if after:
        query = query.where(after_cursor(order, after, descending=True))
    return [JourneyRow(*row) for row in await session.execute(query)]


async def require(session: AsyncSession, journey_id: UUID) -> JourneyRow:
    """One journey.

    Raises:
        NotFoundError: there is none.

    """
    row = (await session.execute(_ROWS.where(col(Journey.id) == journey_id))).one_or_none()
    if row is None:
        raise NotFoundError(sentence("no_journey", journey=str(journey_id)))
    return JourneyRow(*row)


async def steps(session: AsyncSession, journey_id: UUID, after: int | None, limit: int) -> Sequence[JourneyStep]:
    """The steps of a journey in order, from behind step `after`."""
    query = (
        select(JourneyStep).where(col(JourneyStep.journey_id) == journey_id).order_by(col(JourneyStep.seq)).limit(limit)
    )
    if after is not None:
        query = query.where(col(JourneyStep.seq) > after)
    return (await session.scalars(query)).all()


async def existing(session: AsyncSession, journey_ids: Sequence[UUID]) -> set[UUID]:
    """Which of these journeys exist."""
    return set(await session.scalars(select(col(Journey.id)).where(col(Journey.id).in_(journey_ids))))
