"""Templates."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.content import Content
from domain.errors import ConflictError, NotFoundError, RevisionConflictError
from domain.i18n import sentence
from domain.vocabulary import Channel
from models import Template
from store.database.keyset import after_cursor

CONTENT: TypeAdapter[Content] = TypeAdapter(Content)


async def require(session: AsyncSession, template_id: UUID) -> Template:
    """The template of that id.

    Raises:
        NotFoundError: there is none.

    """
    found = await session.get(Template, template_id)
    if found is None:
        raise NotFoundError(sentence("no_template", template=str(template_id)))
    return found


async def contents(session: AsyncSession, template_ids: Iterable[UUID]) -> dict[UUID, Content]:
    """Template id -> content, of those that exist."""
    rows = await session.execute(
        select(col(Template.id), col(Template.content)).where(col(Template.id).in_(sorted(template_ids)))
    )
    return {template_id: CONTENT.validate_python(content) for template_id, content in rows}


async def ids_by_name(session: AsyncSession, names: Iterable[str]) -> dict[str, UUID]:
    """Name -> id, of those templates that exist."""
    rows = await session.execute(
        select(col(Template.name), col(Template.id)).where(col(Template.name).in_(sorted(names)))
    )
    return {row.name: row.id for row in rows}


async def create(session: AsyncSession, template: Template) -> Template:
    """Keep a new template.

    Raises:
        ConflictError: the name is taken.

    """
    made = await session.scalars(
        insert(Template)
        .values(**template.model_dump(include={"id", "name", "channel", "content", "revision"}))
        .on_conflict_do_nothing(index_elements=["name"])
        .returning(Template)
    )
    found = made.one_or_none()
    if found is None:
        raise ConflictError(sentence("template_exists", name=template.name), name=template.name)
    return found


async def page(
    session: AsyncSession, after: tuple[str, UUID] | None, limit: int, *, channel: Channel | None = None
) -> Sequence[Template]:
    """Templates by name, from behind `after` = (name, id)."""
    order = (col(Template.name), col(Template.id))
    query = select(Template).order_by(*order).limit(limit)
    if channel:
        query = query.where(col(Template.channel) == channel)
    if after:
        query = query.where(after_cursor(order, after, descending=False))
    return (await session.scalars(query)).all()


async def change(session: AsyncSession, template_id: UUID, revision: int, values: Mapping[str, Any]) -> Template:
    """Change name or content of the template that was read at `revision`.

    Raises:
        NotFoundError: there is none of that id.
        RevisionConflictError: somebody changed it since.
        ConflictError: the new name is taken.

    """
    statement = (
        update(Template)
        .where(col(Template.id) == template_id, col(Template.revision) == revision)
        .values(**values, revision=revision + 1, updated_at=func.now())
        .returning(Template)
    )
    try:
        async with session.begin_nested():
            found = (await session.scalars(statement)).one_or_none()
    except IntegrityError as error:
        raise ConflictError(
            sentence("template_exists", name=str(values.get("name"))), name=values.get("name")
        ) from error
    if found is None:
        newest = await require(session, template_id)
        raise RevisionConflictError(
            sentence("template_revised", read=revision, now=newest.revision), revision=newest.revision
        )
    return found


async def remove(session: AsyncSession, template_id: UUID) -> bool:
    """Delete a template; published versions keep their copy. False when there is none."""
    gone = await session.scalars(delete(Template).where(col(Template.id) == template_id).returning(col(Template.id)))
    return gone.one_or_none() is not None
