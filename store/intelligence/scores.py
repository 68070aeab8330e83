"""Scores, read: of one customer, or of many."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models import Score


async def of_customer(session: AsyncSession, customer_id: UUID) -> Sequence[Score]:
    """A customer's scores, by name."""
    found = await session.execute(select(Score).where(col(Score.customer_id) == customer_id).order_by(col(Score.name)))
    return found.scalars().all()


async def of_customers(
    session: AsyncSession, customer_ids: Sequence[UUID], names: Sequence[str]
) -> dict[tuple[UUID, str], Score]:
    """Scores of these names that these customers have, by customer and name."""
    asked = select(Score).where(col(Score.customer_id).in_(customer_ids), col(Score.name).in_(names))
    return {(row.customer_id, row.name): row for row in (await session.execute(asked)).scalars()}


async def value(session: AsyncSession, customer_id: UUID, name: str) -> float | None:
    """A customer's score of one name."""
    found = await session.get(Score, (customer_id, name))
    return None if found is None else found.value


async def percentile(session: AsyncSession, customer_id: UUID, name: str, *, within: timedelta) -> float | None:
    """Where a customer's score stands among all, 0 to 100; None for one that was not made within that time."""
    found: float | None = await session.scalar(
        text("""
            SELECT percentile FROM scores
             WHERE customer_id = :customer AND name = :name
               AND at > now() - CAST(:within AS interval)
        """),
        {"customer": customer_id, "name": name, "within": within},
    )
    return found


@dataclass(frozen=True)
class Foretold:
    """What models say of a customer: scores by name, and the names of those that are too old to be believed."""

    fresh: dict[str, float]
    stale: frozenset[str]


async def foretold(session: AsyncSession, customer_id: UUID, names: Iterable[str], *, within: timedelta) -> Foretold:
    """A customer's scores of these names; fresh ones were made within that time."""
    rows = (
        await session.execute(
            text("""
                SELECT name, value, at > now() - CAST(:within AS interval) AS fresh FROM scores
                 WHERE customer_id = :customer AND name = ANY(CAST(:names AS text[]))
            """),
            {"customer": customer_id, "names": list(names), "within": within},
        )
    ).all()
    fresh = {row.name: row.value for row in rows if row.fresh}
    return Foretold(fresh, frozenset(row.name for row in rows if not row.fresh))
