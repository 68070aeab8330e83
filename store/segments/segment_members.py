"""Members of a segment, page by page, for those who look."""

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.conditions import Condition
from models import Customer
from store.conditions.compiler import compile_condition
from store.conditions.scope import Scope
from store.database.keyset import after_cursor


async def ids(session: AsyncSession, condition: Condition, scope: Scope) -> AsyncIterator[UUID]:
    """The ids of everybody whom the condition holds for, in their order, read as they are asked for."""
    query = (
        select(col(Customer.id))
        .where(col(Customer.erased_at).is_(None), compile_condition(condition, scope))
        .order_by(col(Customer.id))
    )
    found = await session.stream_scalars(query, execution_options={"yield_per": 10_000})
    async for customer_id in found:
        yield customer_id


async def page(
    session: AsyncSession, condition: Condition, scope: Scope, after: tuple[UUID] | None, limit: int
) -> Sequence[Customer]:
    """Customers that the condition holds for, by id, from behind `after`; `scope` holds every segment it names."""
    query = (
        select(Customer)
        .where(col(Customer.erased_at).is_(None), compile_condition(condition, scope))
        .order_by(col(Customer.id))
        .limit(limit)
    )
    if after:
        query = query.where(after_cursor((col(Customer.id),), after, descending=False))
    return (await session.scalars(query)).all()
