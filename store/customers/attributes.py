"""Definitions of attributes."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.attributes import AttributeType
from models import AttributeDefinition


async def types(session: AsyncSession) -> dict[str, AttributeType]:
    """Name -> type, of the attributes that have one."""
    rows = await session.execute(select(col(AttributeDefinition.name), col(AttributeDefinition.type)))
    return {name: AttributeType(type_) for name, type_ in rows}


async def every(session: AsyncSession) -> Sequence[AttributeDefinition]:
    """All definitions, by name."""
    return (await session.scalars(select(AttributeDefinition).order_by(col(AttributeDefinition.name)))).all()


async def define(session: AsyncSession, name: str, type_: AttributeType, description: str) -> AttributeDefinition:
    """Give an attribute a type, or another one."""
    values: dict[str, object] = {"type": type_.value, "description": description, "updated_at": func.now()}
    await session.execute(
        insert(AttributeDefinition)
        .values(name=name, **values)
        .on_conflict_do_update(index_elements=["name"], set_=values)
    )
    return await session.get_one(AttributeDefinition, name, populate_existing=True)


async def forget(session: AsyncSession, name: str) -> bool:
    """Let the attribute hold anything again; False when it had no type."""
    gone = await session.execute(
        delete(AttributeDefinition)
        .where(col(AttributeDefinition.name) == name)
        .returning(col(AttributeDefinition.name))
    )
    return gone.one_or_none() is not None
