"""Runs: their audience, and the journeys that they start."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.entry_rejections import EntryRejection
from domain.errors import NotFoundError
from domain.reentry import EntryRule, PastEntry, check
from domain.vocabulary import JourneyState, RunState
from models import AudienceMember, Campaign, CampaignRun, CampaignVersion, Customer, EntryRejectionRow, Journey
from store.campaigns import triggers


async def read_version(session: AsyncSession, version_id: UUID) -> tuple[CampaignVersion, str]:
    """A version and its campaign's name.

    Raises:
        NotFoundError: there is none of that id.

    """
    row = (
        await session.execute(
            select(CampaignVersion, col(Campaign.name))
            .join(Campaign, col(Campaign.id) == col(CampaignVersion.campaign_id))
            .where(col(CampaignVersion.id) == version_id)
        )
    ).one_or_none()
    if row is None:
        raise NotFoundError(f"there is no campaign version {version_id}")
    return row[0], row[1]


async def read_campaign(session: AsyncSession, campaign_id: UUID) -> Campaign:
    """A campaign.

    Raises:
        NotFoundError: there is none of that id.

    """
    found = await session.get(Campaign, campaign_id)
    if found is None:
        raise NotFoundError(f"there is no campaign {campaign_id}")
    return found


async def open_run(session: AsyncSession, run: CampaignRun) -> CampaignRun:
    """The run of that id, written now unless it exists; locked, so that a second opener waits for the first."""
    await session.execute(
        pg_insert(CampaignRun)
        .values(
            id=run.id,
            campaign_id=run.campaign_id,
            version_id=run.version_id,
            workflow_id=run.workflow_id,
            state=RunState.STARTING,
            started=0,
            refused=0,
            not_before=run.not_before,
        )
        .on_conflict_do_nothing()
    )
    return (await session.scalars(select(CampaignRun).where(col(CampaignRun.id) == run.id).with_for_update())).one()


async def latest_within(session: AsyncSession, campaign_id: UUID, window: timedelta) -> CampaignRun | None:
    """The newest launch of the last `window`, on the database's clock, that enrols somebody or may yet."""
    query = (
        select(CampaignRun)
        .where(
            col(CampaignRun.campaign_id) == campaign_id,
            col(CampaignRun.created_at) > func.now() - window,
            col(CampaignRun.state).not_in((RunState.REFUSED, RunState.CANCELLED)),
            or_(col(CampaignRun.finished_at).is_(None), col(CampaignRun.started) > 0),
        )
        .order_by(col(CampaignRun.created_at).desc())
        .limit(1)
    )
    return (await session.scalars(query)).one_or_none()


async def read_run(session: AsyncSession, run_id: UUID, *, hold: bool = False) -> CampaignRun:
    """A run; with `hold`, its state stays as it is until the transaction ends.

    Raises:
        NotFoundError: there is none of that id.

    """
    found = await session.get(CampaignRun, run_id, with_for_update={"read": True} if hold else None)
    if found is None:
        raise NotFoundError(f"there is no run {run_id}")
    return found


async def insert_named_audience(session: AsyncSession, run_id: UUID, customer_ids: Sequence[UUID]) -> int:
    """Write an audience that was named one by one; ids that are no customer's are left out. Returns its size."""
    result = await session.execute(
        text(
            "INSERT INTO audience_members (run_id, position, customer_id) "
            "SELECT :run_id, row_number() OVER (ORDER BY id) - 1, id FROM customers "
            "WHERE id = ANY(:ids) AND erased_at IS NULL"
        ),
        {"run_id": run_id, "ids": sorted(set(customer_ids))},
        execution_options={"preserve_rowcount": True},
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


async def lock_members(session: AsyncSession, run_id: UUID, position: int, size: int) -> list[UUID]:
    """A page of the audience, its customers locked in the order of their ids, against entrances by event meanwhile."""
    rows = await session.scalars(
        select(col(Customer.id))
        .join(AudienceMember, col(AudienceMember.customer_id) == col(Customer.id))
        .where(
            col(AudienceMember.run_id) == run_id,
            col(AudienceMember.position) >= position,
            col(AudienceMember.position) < position + size,
            col(Customer.erased_at).is_(None),
        )
        .order_by(col(Customer.id))
        .with_for_update(of=Customer, key_share=True)
    )
    return list(rows)


async def kept_out(
    session: AsyncSession,
    campaign_id: UUID,
    run_id: UUID,
    customer_ids: Sequence[UUID],
    rule: EntryRule,
    *,
    now: datetime,
    time_scale: float,
    key: str | None = None,
) -> dict[UUID, EntryRejection]:
    """Which of these customers re-entry keeps out, and why. Journeys of this very run keep nobody out.

    Args:
        session: the transaction.
        campaign_id: the campaign.
        run_id: the run that enrols.
        customer_ids: who would enter.
        rule: the campaign's.
        now: the present instant.
        time_scale: real seconds per business second.
        key: the entry key that they would enter with.

    """
    past: dict[UUID, list[PastEntry]] = {}
    for entry in await triggers.pasts(session, [campaign_id], customer_ids, but_run=run_id):
        past.setdefault(entry.customer_id, []).append(PastEntry(entry.entry_key, entry.inside, entry.latest))
    checked = ((id_, check(rule, entries, key, now=now, time_scale=time_scale)) for id_, entries in past.items())
    return {customer_id: why for customer_id, why in checked if why is not None}


@dataclass(frozen=True)
class Entered:
    """A journey that a run has begun for a customer."""

    id: UUID
    workflow_id: str
    customer_id: UUID
    is_starting: bool
    """Its workflow has not taken it up yet."""


async def entered(session: AsyncSession, run_id: UUID, customer_ids: Sequence[UUID]) -> list[Entered]:
    """Journeys of a run that these customers have, their own and those of profiles that have become one with them."""
    found = await session.execute(
        select(col(Journey.id), col(Journey.workflow_id), col(Journey.customer_id), col(Journey.state)).where(
            col(Journey.run_id) == run_id, col(Journey.customer_id).in_(customer_ids)
        )
    )
    return [Entered(id_, name, customer, state == JourneyState.STARTING) for id_, name, customer, state in found]


async def starting_among(session: AsyncSession, journey_ids: Sequence[UUID]) -> set[UUID]:
    """Which of these journeys have not been taken up by their workflow yet."""
    found = await session.scalars(
        select(col(Journey.id)).where(col(Journey.id).in_(journey_ids), col(Journey.state) == JourneyState.STARTING)
    )
    return set(found.all())


async def record_refusals(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Write down who was kept out, and why."""
    if rows:
        await session.execute(insert(EntryRejectionRow), list(rows))


async def refused_by_run(session: AsyncSession, run_id: UUID, customer_ids: Sequence[UUID]) -> set[UUID]:
    """Which of these customers the run has refused already: a repeated page must not write them twice."""
    found = await session.scalars(
        select(col(EntryRejectionRow.customer_id)).where(
            col(EntryRejectionRow.run_id) == run_id, col(EntryRejectionRow.customer_id).in_(customer_ids)
        )
    )
    return set(found.all())


async def close_run(session: AsyncSession, run_id: UUID, *, state: RunState, started: int, refused: int) -> None:
    """Say how a run went. What is said first stays."""
    await session.execute(
        update(CampaignRun)
        .where(col(CampaignRun.id) == run_id, col(CampaignRun.finished_at).is_(None))
        .values(state=state, started=started, refused=refused, finished_at=func.now())
    )


async def lock_run(session: AsyncSession, campaign_id: UUID, run_id: UUID) -> CampaignRun | None:
    """A run of that campaign, locked: nobody enrols a page of it meanwhile."""
    query = (
        select(CampaignRun)
        .where(col(CampaignRun.campaign_id) == campaign_id, col(CampaignRun.id) == run_id)
        .with_for_update(key_share=True)
    )
    return (await session.scalars(query)).one_or_none()


async def end_journeys_of(session: AsyncSession, run_id: UUID, exit_signal: Mapping[str, Any]) -> int:
    """Note in every open journey of a run what ends it; how many there are. Who holds one is waited for."""
    result = await session.execute(
        text("""
            WITH open AS (SELECT id FROM journeys WHERE run_id = :run AND state <> 'ended'
                           ORDER BY customer_id FOR NO KEY UPDATE)
            UPDATE journeys SET exit_signal = CAST(:signal AS jsonb) FROM open
             WHERE journeys.id = open.id AND journeys.state <> 'ended'
        """),
        {"run": run_id, "signal": json.dumps(dict(exit_signal))},
        execution_options={"preserve_rowcount": True},
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


# The index of a run's addresses answers it: its own words, then ours.
_LEFT = "FROM messages WHERE run_id = :run AND state NOT IN ('skipped','failed') AND state <> 'deferred'"


async def messages_left(session: AsyncSession, run_id: UUID) -> int:
    """Messages of a run that left or are on their way; those that wait or were not taken are none of them."""
    return int(await session.scalar(text(f"SELECT count(*) {_LEFT}"), {"run": run_id}) or 0)


async def any_left(session: AsyncSession, run_id: UUID) -> bool:
    """Whether `messages_left` is more than zero; ends at the first that it meets."""
    return bool(await session.scalar(text(f"SELECT EXISTS (SELECT {_LEFT})"), {"run": run_id}))


async def cancel_run(session: AsyncSession, run_id: UUID) -> None:
    """Say that a run was taken back."""
    await session.execute(
        update(CampaignRun)
        .where(col(CampaignRun.id) == run_id)
        .values(state=RunState.CANCELLED, finished_at=func.coalesce(col(CampaignRun.finished_at), func.now()))
    )
