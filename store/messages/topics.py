"""Topics: the subscription groups that customers choose from."""

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import ConflictError, NotFoundError
from domain.i18n import ListParam, sentence
from models import Topic

_MAX = 200
_USED_BY = text("""
    SELECT format('campaign %L', c.name) FROM campaigns c JOIN campaign_versions v ON v.id = c.current_version_id
     WHERE c.state NOT IN ('retired', 'stopped') AND jsonb_path_exists(v.flow, CAST(:mention AS jsonpath))
""")


async def listed(session: AsyncSession) -> Sequence[Topic]:
    """All topics, by name."""
    return (await session.scalars(select(Topic).order_by(col(Topic.name), col(Topic.key)))).all()


async def known(session: AsyncSession, keys: Iterable[str]) -> set[str]:
    """Which of these topics exist."""
    return set(await session.scalars(select(col(Topic.key)).where(col(Topic.key).in_(sorted(set(keys))))))


async def save(session: AsyncSession, key: str, *, name: str, description: str, opt_in: bool) -> Topic:
    """Make a topic, or change it.

    Raises:
        ConflictError: there are so many that no customer could choose among them.

    """
    values = {"name": name, "description": description, "opt_in": opt_in}
    made = await session.scalars(
        insert(Topic)
        .values(key=key, **values)
        .on_conflict_do_update(index_elements=["key"], set_=values | {"updated_at": func.now()})
        .returning(Topic),
        execution_options={"populate_existing": True},
    )
    topic = made.one()
    if (await session.scalar(select(func.count()).select_from(Topic)) or 0) > _MAX:
        raise ConflictError(sentence("too_many_topics", most=_MAX))
    return topic


async def remove(session: AsyncSession, key: str) -> None:
    """Remove a topic. What customers said about it is kept, should it come back.

    Raises:
        NotFoundError: there is none of that key.
        ConflictError: the version in force of a campaign names it: `extra["used_by"]`.

    """
    mention = f'$.** ? (@.topic == "{key}")'
    if users := list(await session.scalars(_USED_BY, {"mention": mention})):
        raise ConflictError(sentence("topic_used", users=ListParam(users, "comma")), used_by=users)
    removed = await session.scalars(delete(Topic).where(col(Topic.key) == key).returning(col(Topic.key)))
    if removed.one_or_none() is None:
        raise NotFoundError(sentence("no_topic", topic=key))
