"""What one customer did last."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models import Event


async def latest(session: AsyncSession, customer_id: UUID, name: str) -> Event | None:
    """The customer's last event of that name."""
    found = await session.scalars(
        select(Event)
        .where(col(Event.customer_id) == customer_id, col(Event.name) == name)
        .order_by(col(Event.occurred_at).desc())
        .limit(1)
    )
    return found.one_or_none()
