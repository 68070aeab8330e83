"""Coupon codes given to customers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models import Coupon


async def issue(
    session: AsyncSession,
    *,
    code: str,
    prefix: str,
    campaign_id: UUID,
    customer_id: UUID,
    journey_id: UUID,
    at: datetime,
) -> None:
    """Write a code down as given; one that was given before stays as it was."""
    await session.execute(
        insert(Coupon)
        .values(
            code=code,
            prefix=prefix,
            campaign_id=campaign_id,
            customer_id=customer_id,
            journey_id=journey_id,
            issued_at=at,
        )
        .on_conflict_do_nothing()
    )
