"""Learned models: who makes a score now, who did before, who lost."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from domain import ids
from domain.errors import ConflictError, NotFoundError
from domain.i18n import sentence
from domain.vocabulary import ModelKind, ModelState
from models import Model

CHALLENGERS_KEPT = 5
"""Losers kept for each score, to look at."""


@dataclass(frozen=True)
class NewModel:
    """A model about to be kept."""

    name: str
    kind: ModelKind
    artifact: str
    card: Mapping[str, Any]


async def champion(session: AsyncSession, name: str) -> Model | None:
    """The model that makes a score now."""
    return (
        await session.execute(select(Model).where(col(Model.name) == name, col(Model.state) == ModelState.CHAMPION))
    ).scalar_one_or_none()


async def champions(session: AsyncSession) -> list[Model]:
    """Every model that makes a score now, by name."""
    found = await session.execute(
        select(Model).where(col(Model.state) == ModelState.CHAMPION).order_by(col(Model.name))
    )
    return list(found.scalars())


async def these(session: AsyncSession, ids: Iterable[UUID]) -> list[Model]:
    """Models of these ids, by name."""
    found = await session.execute(select(Model).where(col(Model.id).in_(list(ids))).order_by(col(Model.name)))
    return list(found.scalars())


async def require(session: AsyncSession, model_id: UUID) -> Model:
    """One model.

    Raises:
        NotFoundError: there is none.

    """
    found = await session.get(Model, model_id)
    if found is None:
        raise NotFoundError(sentence("no_model"))
    return found


async def listed(session: AsyncSession, name: str | None = None) -> Sequence[Model]:
    """All models, of one score or of all: by name, the newest first."""
    wanted = select(Model).order_by(col(Model.name), col(Model.trained_at).desc(), col(Model.id))
    if name is not None:
        wanted = wanted.where(col(Model.name) == name)
    return (await session.execute(wanted)).scalars().all()


async def keep(session: AsyncSession, new: NewModel, *, now: datetime) -> Model:
    """Keep a model as a challenger; of older ones that lost, the last few stay. A repeat finds it kept."""
    id_ = ids.model_id(new.name, new.kind, now)
    kept = await session.get(Model, id_)
    if kept is not None:
        return kept
    row = Model(
        id=id_,
        name=new.name,
        kind=new.kind,
        state=ModelState.CHALLENGER,
        card=dict(new.card),
        artifact=new.artifact,
        trained_at=now,
    )
    session.add(row)
    await session.flush()
    old = (
        select(col(Model.id))
        .where(col(Model.name) == new.name, col(Model.state) == ModelState.CHALLENGER)
        .order_by(col(Model.trained_at).desc())
        .offset(CHALLENGERS_KEPT)
    )
    await session.execute(delete(Model).where(col(Model.id).in_(old)))
    return row


async def promote(session: AsyncSession, row: Model, *, now: datetime) -> None:
    """Let a model make its score from now on. The one that did is retired."""
    await _lock(session, row.name)
    before = await champion(session, row.name)
    if before is not None and before.id != row.id:
        before.state = ModelState.RETIRED
        # the index allows one champion: the old one steps down first
        await session.flush()
    row.state, row.promoted_at = ModelState.CHAMPION, now
    await session.flush()


async def retire(session: AsyncSession, name: str) -> None:
    """Let nothing make that score any more."""
    await _lock(session, name)
    before = await champion(session, name)
    if before is not None:
        before.state = ModelState.RETIRED
        await session.flush()


async def roll_back(session: AsyncSession, name: str, *, now: datetime) -> Model:
    """Give a score back to the model that made it before; the present one is retired, and no rollback returns to it.

    Raises:
        ConflictError: no model made it before.

    """
    await _lock(session, name)
    present = await champion(session, name)
    earlier = select(Model).where(col(Model.name) == name, col(Model.state) == ModelState.RETIRED)
    if present is not None and present.promoted_at is not None:
        earlier = earlier.where(col(Model.promoted_at) < present.promoted_at)
    found = (await session.execute(earlier.order_by(col(Model.promoted_at).desc()).limit(1))).scalar_one_or_none()
    if found is None:
        raise ConflictError(sentence("no_model_before", name=name))
    since = found.promoted_at
    await promote(session, found, now=now)
    # it keeps the day it was first promoted: a second rollback goes further back, not in a circle
    found.promoted_at = since
    await session.flush()
    return found


async def note_drift(session: AsyncSession, model_id: UUID, drift: Mapping[str, Any]) -> None:
    """Write down how far a model's features and scores have moved."""
    (await require(session, model_id)).drift = dict(drift)
    await session.flush()


async def _lock(session: AsyncSession, name: str) -> None:
    """One change of a score's champion at a time."""
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": f"models:{name}"})
