"""Who was asked, when, and by which message."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models import SurveyInvitation


async def add(session: AsyncSession, values: dict[str, Any]) -> None:
    """Write an invitation down; one of that id stays as it is."""
    await session.execute(insert(SurveyInvitation).values(**values).on_conflict_do_nothing(index_elements=["id"]))


async def read(session: AsyncSession, invitation_id: UUID) -> SurveyInvitation | None:
    """The invitation of that id."""
    return await session.get(SurveyInvitation, invitation_id)


async def asked_since(session: AsyncSession, customer_id: UUID, since: datetime, *, but: Sequence[UUID] = ()) -> bool:
    """Whether the customer was asked by any survey after `since`, those invitations aside."""
    found = await session.execute(
        text("""
            SELECT EXISTS (SELECT FROM survey_invitations
                            WHERE customer_id = :customer AND invited_at > :since AND NOT test
                              AND message_id IS NOT NULL AND id <> ALL(CAST(:but AS uuid[])))
        """),
        {"customer": customer_id, "since": since, "but": list(but)},
    )
    return bool(found.scalar_one())


async def newest_of(session: AsyncSession, customer_id: UUID, message_id: UUID) -> SurveyInvitation | None:
    """The invitation that a message of this customer carried."""
    rows = await session.execute(
        text("""
            SELECT id FROM survey_invitations
             WHERE customer_id = :customer AND message_id = :message ORDER BY invited_at DESC LIMIT 1
        """),
        {"customer": customer_id, "message": message_id},
    )
    found = rows.scalar_one_or_none()
    return None if found is None else await read(session, found)


async def forget_tests(session: AsyncSession, survey_id: UUID) -> None:
    """Remove invitations that only tried the survey out."""
    await session.execute(
        text("DELETE FROM survey_invitations WHERE survey_id = :survey AND test"), {"survey": survey_id}
    )
