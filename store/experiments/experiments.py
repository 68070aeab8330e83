"""Rows of experiments: found, kept, stepped."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import NotFoundError
from domain.experiments import ExperimentStage
from domain.i18n import sentence
from models import Campaign, Experiment, ExperimentDecision, ExperimentLook
from store.database.keyset import after_cursor


async def require(session: AsyncSession, experiment_id: UUID, *, lock: bool = False) -> Experiment:
    """The experiment of that id; with `lock`, nobody else changes it until the transaction ends.

    Raises:
        NotFoundError: there is none.

    """
    query = select(Experiment).where(col(Experiment.id) == experiment_id)
    if lock:
        # keys stay as they are: assignments that name it need not wait
        query = query.with_for_update(key_share=True)
    found = (await session.scalars(query)).one_or_none()
    if found is None:
        raise NotFoundError(sentence("no_experiment"))
    return found


async def page(
    session: AsyncSession,
    after: tuple[datetime, UUID] | None,
    limit: int,
    *,
    search: str | None = None,
    campaign_id: UUID | None = None,
    node_id: str | None = None,
    stage: ExperimentStage | None = None,
) -> list[tuple[Experiment, Campaign]]:
    """Experiments with their campaigns, newest first.

    Args:
        session: the transaction.
        after: the last of the page before.
        limit: so many at most.
        search: part of a name or hypothesis.
        campaign_id: of that campaign only.
        node_id: on a split of that id only.
        stage: of that stage only; without it all that are not put away.

    """
    query = (
        select(Experiment, Campaign)
        .join(Campaign, col(Campaign.id) == col(Experiment.campaign_id))
        .order_by(col(Experiment.created_at).desc(), col(Experiment.id).desc())
        .limit(limit)
    )
    if after is not None:
        query = query.where(after_cursor((col(Experiment.created_at), col(Experiment.id)), after, descending=True))
    if campaign_id is not None:
        query = query.where(col(Experiment.campaign_id) == campaign_id)
    if node_id is not None:
        query = query.where(col(Experiment.node_id) == node_id)
    if stage is not None:
        query = query.where(col(Experiment.state).in_(stage.states))
    away = col(Experiment.archived_at).is_not(None)
    query = query.where(away if stage is ExperimentStage.ARCHIVED else ~away)
    if search is not None:
        found = col(Experiment.name).icontains(search, autoescape=True)
        query = query.where(found | col(Experiment.plan)["hypothesis"].astext.icontains(search, autoescape=True))
    return [(row[0], row[1]) for row in (await session.execute(query)).all()]


async def add_look(session: AsyncSession, look: ExperimentLook) -> None:
    """Keep a look."""
    session.add(look)
    await session.flush()


async def add_decision(session: AsyncSession, decision: ExperimentDecision) -> None:
    """Keep a step; its number is the experiment's, so a second one of that number is refused by the key."""
    session.add(decision)
    await session.flush()


async def looks(session: AsyncSession, experiment_id: UUID) -> Sequence[ExperimentLook]:
    """All looks, oldest first."""
    query = select(ExperimentLook).where(col(ExperimentLook.experiment_id) == experiment_id)
    return (await session.scalars(query.order_by(col(ExperimentLook.number)))).all()


async def newest_look(session: AsyncSession, experiment_id: UUID) -> ExperimentLook | None:
    """The last look."""
    query = select(ExperimentLook).where(col(ExperimentLook.experiment_id) == experiment_id)
    return (await session.scalars(query.order_by(col(ExperimentLook.number).desc()).limit(1))).one_or_none()


async def decisions(session: AsyncSession, experiment_id: UUID) -> Sequence[ExperimentDecision]:
    """All steps, oldest first."""
    query = select(ExperimentDecision).where(col(ExperimentDecision.experiment_id) == experiment_id)
    return (await session.scalars(query.order_by(col(ExperimentDecision.step)))).all()


async def running(session: AsyncSession) -> Sequence[Experiment]:
    """Experiments that are looked at."""
    query = select(Experiment).where(col(Experiment.state).in_(["running", "ramping"]))
    return (await session.scalars(query)).all()


# Any event of a guardrail that came in since the last look: then the next look is now. Providers tell some days late.
_GUARDED = text("""
    SELECT EXISTS (
        SELECT FROM events e
         WHERE e.name = ANY(CAST(:names AS text[])) AND e.occurred_at >= :since - interval '3 days'
           AND e.received_at > :since
           AND EXISTS (SELECT FROM experiment_assignments a
                        WHERE a.experiment_id = :experiment AND a.customer_id = e.customer_id))
""")


async def guardrail_moved(session: AsyncSession, experiment_id: UUID, names: Sequence[str], since: datetime) -> bool:
    """Whether an event of those names came in from a customer of the experiment since a real instant."""
    values = {"experiment": experiment_id, "names": list(names), "since": since}
    return bool((await session.execute(_GUARDED, values)).scalar_one())


_NEWEST = text("""
    SELECT DISTINCT ON (experiment_id) experiment_id, readout -> 'exposed' AS exposed, readout -> 'progress' AS progress
      FROM experiment_looks WHERE experiment_id = ANY(CAST(:ids AS uuid[])) ORDER BY experiment_id, number DESC
""")


async def newest_readouts(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """Of each experiment that was looked at: customers exposed and progress at the last look."""
    rows = await session.execute(_NEWEST, {"ids": list(ids)})
    return {row.experiment_id: {"exposed": row.exposed, "progress": row.progress} for row in rows}
