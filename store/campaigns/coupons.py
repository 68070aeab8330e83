"""Coupon codes given to customers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import ConflictError
from domain.ids import coupon_code
from models import Coupon

_ATTEMPTS = 5


async def issue(
    session: AsyncSession, *, prefix: str, campaign_id: UUID, customer_id: UUID, journey_id: UUID, at: datetime
) -> str:
    """The customer's code of this campaign: the one given before, else a new one, written down as given.

    Raises:
        ConflictError: each of several codes is somebody else's, which does not happen by chance.

    """
    given: str | None = await session.scalar(
        select(col(Coupon.code)).where(
            col(Coupon.campaign_id) == campaign_id,
            col(Coupon.customer_id) == customer_id,
            col(Coupon.prefix) == prefix,
        )
    )
    if given is not None:
        return given
    for attempt in range(_ATTEMPTS):
        values = {
            "code": coupon_code(prefix, campaign_id, customer_id, attempt),
            "prefix": prefix,
            "campaign_id": campaign_id,
            "customer_id": customer_id,
            "journey_id": journey_id,
            "issued_at": at,
        }
        issued = insert(Coupon).values(values).on_conflict_do_nothing().returning(col(Coupon.code))
        made: str | None = await session.scalar(issued)
        if made is not None:
            return made
    raise ConflictError(f"no free coupon code with the prefix {prefix!r}")
