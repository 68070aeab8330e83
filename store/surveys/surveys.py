"""Definitions of surveys."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import ConflictError, NotFoundError, RevisionConflictError
from domain.i18n import sentence
from models import SurveyRow
from store.database.keyset import after_cursor


async def add(session: AsyncSession, row: SurveyRow) -> SurveyRow:
    """Keep a new survey.

    Raises:
        ConflictError: another one has its key.

    """
    try:
        async with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise ConflictError(sentence("survey_key_taken", key=row.key)) from error
    await session.refresh(row)
    return row


async def require(session: AsyncSession, survey_id: UUID, *, locked: bool = False) -> SurveyRow:
    """The survey.

    Raises:
        NotFoundError: there is none of that id.

    """
    found = await session.get(SurveyRow, survey_id, with_for_update=True if locked else None)
    if found is None:
        raise NotFoundError(sentence("no_survey", survey=str(survey_id)))
    return found


async def by_keys(session: AsyncSession, keys: Collection[str]) -> dict[str, SurveyRow]:
    """Surveys by their keys; those that do not exist are left out."""
    if not keys:
        return {}
    found = await session.scalars(select(SurveyRow).where(col(SurveyRow.key).in_(sorted(keys))))
    return {row.key: row for row in found}


async def open_ones(session: AsyncSession) -> Sequence[SurveyRow]:
    """All surveys that have not ended."""
    query = select(SurveyRow).where(col(SurveyRow.state) != "ended").order_by(col(SurveyRow.key))
    return (await session.scalars(query)).all()


async def change(session: AsyncSession, survey_id: UUID, revision: int, values: dict[str, Any]) -> SurveyRow:
    """Change it, if it is still as it was read.

    Raises:
        NotFoundError: there is none of that id.
        RevisionConflictError: somebody changed it since.

    """
    row = await require(session, survey_id)
    changed = await session.scalars(
        update(SurveyRow)
        .where(col(SurveyRow.id) == survey_id, col(SurveyRow.revision) == revision)
        .values(**values, revision=revision + 1, updated_at=func.now())
        .returning(SurveyRow),
        execution_options={"populate_existing": True},
    )
    made = changed.one_or_none()
    if made is None:
        await session.refresh(row)
        raise RevisionConflictError(sentence("survey_revised"), revision=row.revision)
    return made


async def page(session: AsyncSession, after: tuple[datetime, UUID] | None, limit: int) -> Sequence[SurveyRow]:
    """Surveys, newest first, from behind `after`."""
    order = (col(SurveyRow.created_at), col(SurveyRow.id))
    query = select(SurveyRow).order_by(*(column.desc() for column in order)).limit(limit)
    if after:
        query = query.where(after_cursor(order, after, descending=True))
    return (await session.scalars(query)).all()
