"""Campaigns, their versions, their launches, and the triggers they refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import ConflictError, NotFoundError, RevisionConflictError
from domain.i18n import sentence
from domain.vocabulary import CampaignState
from models import Campaign, CampaignRun, CampaignVersion, Customer, EntryRejectionRow
from store.campaigns.broadcasts import none_of
from store.customers.names import full_name
from store.database.keyset import after_cursor


async def require(session: AsyncSession, slug: str, *, lock: bool = False) -> Campaign:
    """The campaign of that slug; with `lock`, nobody else changes it until the transaction ends.

    Raises:
        NotFoundError: there is none.

    """
    query = select(Campaign).where(col(Campaign.slug) == slug)
    if lock:
        query = query.with_for_update()
    found = (await session.scalars(query)).one_or_none()
    if found is None:
        raise NotFoundError(sentence("no_campaign", slug=slug))
    return found


async def create(session: AsyncSession, campaign: Campaign) -> Campaign:
    """Keep a new campaign.

    Raises:
        ConflictError: the slug is taken.

    """
    values = campaign.model_dump(
        include={"id", "slug", "name", "description", "state", "draft", "revision", "schedule_on"}
    )
    made = await session.scalars(
        insert(Campaign).values(**values).on_conflict_do_nothing(index_elements=["slug"]).returning(Campaign)
    )
    found = made.one_or_none()
    if found is None:
        raise ConflictError(sentence("campaign_exists", slug=campaign.slug), slug=campaign.slug)
    return found


async def by_ids(session: AsyncSession, campaign_ids: Sequence[UUID]) -> Sequence[Campaign]:
    """Campaigns by their ids, in no order."""
    return (await session.scalars(select(Campaign).where(col(Campaign.id).in_(campaign_ids)))).all()


async def page(
    session: AsyncSession,
    after: tuple[datetime, UUID] | None,
    limit: int,
    *,
    state: CampaignState | None = None,
    search: str | None = None,
    folder: str | None = None,
    tag: str | None = None,
) -> Sequence[Campaign]:
    """Campaigns that are no broadcasts, newest first, from behind `after` = (created_at, id).

    With `search`, those whose name or slug has it.
    """
    order = (col(Campaign.created_at), col(Campaign.id))
    query = select(Campaign).where(none_of()).order_by(*(column.desc() for column in order)).limit(limit)
    if state:
        query = query.where(col(Campaign.state) == state)
    if search:
        within = [column.icontains(search, autoescape=True) for column in (col(Campaign.name), col(Campaign.slug))]
        query = query.where(or_(*within))
    if folder is not None:
        query = query.where(col(Campaign.folder) == folder)
    if tag is not None:
        query = query.where(col(Campaign.tags).contains([tag]))
    if after:
        query = query.where(after_cursor(order, after, descending=True))
    return (await session.scalars(query)).all()


async def change(session: AsyncSession, slug: str, revision: int, values: Mapping[str, Any]) -> Campaign:
    """Change name, description or draft of the campaign that was read at `revision`.

    Raises:
        NotFoundError: there is none of that slug.
        RevisionConflictError: somebody changed it since.

    """
    changed = await session.scalars(
        update(Campaign)
        .where(col(Campaign.slug) == slug, col(Campaign.revision) == revision)
        .values(**values, revision=revision + 1, updated_at=func.now())
        .returning(Campaign)
    )
    found = changed.one_or_none()
    if found is None:
        newest = await require(session, slug)
        raise RevisionConflictError(
            sentence("campaign_revised", read=revision, slug=slug, now=newest.revision), revision=newest.revision
        )
    return found


async def set_state(session: AsyncSession, campaign_id: UUID, state: CampaignState) -> None:
    """Set where a campaign stands."""
    await session.execute(
        update(Campaign).where(col(Campaign.id) == campaign_id).values(state=state, updated_at=func.now())
    )


async def versions(
    session: AsyncSession, campaign_id: UUID, below: int | None, limit: int
) -> Sequence[CampaignVersion]:
    """Versions, newest first, whose number is below `below`."""
    query = (
        select(CampaignVersion)
        .where(col(CampaignVersion.campaign_id) == campaign_id)
        .order_by(col(CampaignVersion.number).desc())
        .limit(limit)
    )
    if below is not None:
        query = query.where(col(CampaignVersion.number) < below)
    return (await session.scalars(query)).all()


async def version(session: AsyncSession, campaign_id: UUID, number: int) -> CampaignVersion:
    """One version by its number.

    Raises:
        NotFoundError: there is none.

    """
    found = await session.scalars(
        select(CampaignVersion).where(
            col(CampaignVersion.campaign_id) == campaign_id, col(CampaignVersion.number) == number
        )
    )
    one = found.one_or_none()
    if one is None:
        raise NotFoundError(sentence("no_version", number=number))
    return one


async def current_version(session: AsyncSession, campaign: Campaign) -> CampaignVersion | None:
    """The version that new journeys take."""
    if campaign.current_version_id is None:
        return None
    return await session.get(CampaignVersion, campaign.current_version_id)


async def add_version(session: AsyncSession, campaign: Campaign, made: CampaignVersion) -> CampaignVersion:
    """Add the next version to a locked campaign and make it the current one; its `number` is given here."""
    last = await session.scalar(
        select(func.max(CampaignVersion.number)).where(col(CampaignVersion.campaign_id) == campaign.id)
    )
    made.number = (last or 0) + 1
    session.add(made)
    await session.flush()
    campaign.current_version_id = made.id
    await session.flush()
    await session.refresh(made)
    return made


async def versions_of(session: AsyncSession, version_ids: Sequence[UUID]) -> Sequence[CampaignVersion]:
    """Versions by their ids."""
    return (await session.scalars(select(CampaignVersion).where(col(CampaignVersion.id).in_(version_ids)))).all()


async def version_numbers(session: AsyncSession, version_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Version id -> its number."""
    rows = await session.execute(
        select(col(CampaignVersion.id), col(CampaignVersion.number)).where(col(CampaignVersion.id).in_(version_ids))
    )
    return {row[0]: row[1] for row in rows}


async def runs(
    session: AsyncSession, campaign_id: UUID, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[CampaignRun]:
    """Launches, newest first, from behind `after` = (created_at, id)."""
    order = (col(CampaignRun.created_at), col(CampaignRun.id))
    query = (
        select(CampaignRun)
        .where(col(CampaignRun.campaign_id) == campaign_id)
        .order_by(*(column.desc() for column in order))
        .limit(limit)
    )
    if after:
        query = query.where(after_cursor(order, after, descending=True))
    return (await session.scalars(query)).all()


async def run(session: AsyncSession, campaign_id: UUID, run_id: UUID) -> CampaignRun | None:
    """One launch."""
    found = await session.scalars(
        select(CampaignRun).where(col(CampaignRun.campaign_id) == campaign_id, col(CampaignRun.id) == run_id)
    )
    return found.one_or_none()


@dataclass(frozen=True)
class RefusalRow:
    """A refused trigger, and whose it was."""

    refusal: EntryRejectionRow
    external_id: str | None
    customer_name: str | None


async def refusals(
    session: AsyncSession, campaign_id: UUID, below: int | None, limit: int, *, customer_id: UUID | None = None
) -> list[RefusalRow]:
    """Refusals, newest first, whose id is below `below`."""
    query = (
        select(EntryRejectionRow, col(Customer.external_id), full_name())
        .outerjoin(Customer, col(Customer.id) == col(EntryRejectionRow.customer_id))
        .where(col(EntryRejectionRow.campaign_id) == campaign_id)
        .order_by(col(EntryRejectionRow.id).desc())
        .limit(limit)
    )
    if below is not None:
        query = query.where(col(EntryRejectionRow.id) < below)
    if customer_id is not None:
        query = query.where(col(EntryRejectionRow.customer_id) == customer_id)
    return [RefusalRow(*row) for row in await session.execute(query)]
