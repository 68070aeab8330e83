"""Saved segments: named conditions."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from pydantic import TypeAdapter
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.conditions import Condition
from domain.errors import ConflictError, InvalidError, NotFoundError
from domain.i18n import ListParam, sentence
from models import Customer, Segment
from store.conditions.binds import Asking, Binds
from store.conditions.compiler import expression
from store.conditions.scope import Scope
from store.database.keyset import after_cursor
from store.segments import memberships
from store.segments.segments import load_conditions, matching

_CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)
_USED_BY = text("""
    SELECT format('segment %L', name) FROM segments WHERE jsonb_path_exists(condition, CAST(:mention AS jsonpath))
    UNION ALL
    SELECT format('campaign %L', c.name) FROM campaigns c JOIN campaign_versions v ON v.id = c.current_version_id
     WHERE v.segments ? :id
    UNION
    SELECT format('campaign %L, version %s', c.name, v.number)
      FROM campaign_versions v JOIN campaigns c ON c.id = v.campaign_id
     WHERE v.segments ? :id AND v.id IS DISTINCT FROM c.current_version_id
       AND EXISTS (SELECT FROM journeys j
                    WHERE j.campaign_id = v.campaign_id AND j.version_id = v.id AND j.state <> 'ended')
""")
_HEARD_BY = text("""
    SELECT format('campaign %L', c.name) FROM campaigns c JOIN campaign_versions v ON v.id = c.current_version_id
     WHERE v.segments ? :id AND c.state IN ('active', 'paused')
       AND (v.trigger_event IN ('Segment Entered', 'Segment Left')
            OR v.subscribed_events && ARRAY['Segment Entered', 'Segment Left'])
""")


async def require(session: AsyncSession, segment_id: UUID) -> Segment:
    """The segment of that id.

    Raises:
        NotFoundError: there is none.

    """
    found = await session.get(Segment, segment_id)
    if found is None or found.owner_campaign_id is not None:
        raise NotFoundError(sentence("no_segment", segment=str(segment_id)))
    return found


async def page(session: AsyncSession, after: tuple[str, UUID] | None, limit: int) -> Sequence[Segment]:
    """Segments by name, from behind `after` = (name, id)."""
    order = (col(Segment.name), col(Segment.id))
    query = select(Segment).where(col(Segment.owner_campaign_id).is_(None)).order_by(*order).limit(limit)
    return (await session.scalars(query.where(after_cursor(order, after, descending=False)) if after else query)).all()


async def names(session: AsyncSession, segment_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Segment id -> name, of those that exist."""
    rows = await session.execute(
        select(col(Segment.id), col(Segment.name)).where(col(Segment.id).in_(sorted(segment_ids)))
    )
    return {row.id: row.name for row in rows}


async def ids_by_name(session: AsyncSession, names: Iterable[str]) -> dict[str, UUID]:
    """Name -> id, of those segments that exist."""
    rows = await session.execute(select(col(Segment.name), col(Segment.id)).where(col(Segment.name).in_(sorted(names))))
    return {row.name: row.id for row in rows}


async def personas_of(session: AsyncSession, customer_id: UUID, *, now: datetime) -> list[Segment]:
    """The personas that the customer meets now, by name; one that can't be asked any more is left out."""
    rows = (await session.scalars(select(Segment).where(col(Segment.persona)).order_by(col(Segment.name)))).all()
    met = []
    for row in rows:
        try:
            held = await matching(session, [_CONDITION.validate_python(row.condition)], [customer_id], Scope(now=now))
        except InvalidError:
            continue
        met += [row] if held.get(customer_id) == [True] else []
    return met


async def create(
    session: AsyncSession,
    name: str,
    description: str,
    condition: Condition,
    *,
    persona: bool = False,
    tracked: bool = False,
) -> Segment:
    """Save a condition under a name.

    Raises:
        ConflictError: the name is taken.
        InvalidError: the condition can't be a segment: it asks about a journey, or names a segment that isn't there.

    """
    segment_id = uuid4()
    await _check(session, segment_id, condition)
    made = await session.scalars(
        insert(Segment)
        .values(
            id=segment_id,
            name=name,
            description=description,
            condition=_as_json(condition),
            persona=persona,
            tracked=tracked,
        )
        .on_conflict_do_nothing(index_elements=["name"])
        .returning(Segment)
    )
    found = made.one_or_none()
    if found is None:
        raise ConflictError(sentence("segment_exists", name=name), name=name)
    return found


async def change(
    session: AsyncSession,
    segment_id: UUID,
    *,
    name: str | None = None,
    description: str | None = None,
    condition: Condition | None = None,
    persona: bool | None = None,
    tracked: bool | None = None,
) -> Segment:
    """Change what is given of a segment. Campaigns that name it follow at their next launch or check.

    Raises:
        NotFoundError: there is none of that id.
        ConflictError: the new name is taken; or it is not to be tracked, and a campaign listens to it.
        InvalidError: as in `create`; also a condition through which the segment would contain itself.

    """
    await require(session, segment_id)
    if tracked is False:
        await _refuse_if_heard(session, segment_id)
    values: dict[str, Any] = {"name": name, "description": description, "persona": persona, "tracked": tracked}
    if condition is not None:
        await _check(session, segment_id, condition)
        values["condition"] = _as_json(condition)
    values = {key: value for key, value in values.items() if value is not None}
    statement = update(Segment).where(col(Segment.id) == segment_id).values(**values, updated_at=func.now())
    try:
        async with session.begin_nested():
            found = (await session.scalars(statement.returning(Segment))).one_or_none()
    except IntegrityError as error:
        raise ConflictError(sentence("segment_exists", name=str(name)), name=name) from error
    if found is None:
        raise NotFoundError(sentence("no_segment", segment=str(segment_id)))
    if condition is not None or tracked is False:
        await memberships.refill(session, segment_id)
    return found


async def _refuse_if_heard(session: AsyncSession, segment_id: UUID) -> None:
    """A campaign that listens to its comings and goings would hear nothing any more."""
    if users := list(await session.scalars(_HEARD_BY, {"id": str(segment_id)})):
        raise ConflictError(sentence("segment_listened_to", users=ListParam(users, "comma")), used_by=users)


async def keep_for_trigger(
    session: AsyncSession, segment_id: UUID, campaign_id: UUID, name: str, condition: Condition
) -> None:
    """The tracked segment that a campaign's trigger stands for, made unless it is there."""
    await session.execute(
        insert(Segment)
        .values(
            id=segment_id,
            name=f"{name} [{segment_id.hex[:8]}]",
            description="",
            condition=_as_json(condition),
            tracked=True,
            owner_campaign_id=campaign_id,
        )
        .on_conflict_do_nothing(index_elements=["id"])
    )


async def drop_for_trigger(session: AsyncSession, campaign_id: UUID, *, but: UUID | None) -> None:
    """Forget the segments of the campaign's earlier triggers."""
    await session.execute(
        delete(Segment).where(col(Segment.owner_campaign_id) == campaign_id, col(Segment.id).is_distinct_from(but))
    )


async def remove(session: AsyncSession, segment_id: UUID) -> None:
    """Delete a segment.

    Raises:
        NotFoundError: there is none of that id.
        ConflictError: a segment, or the current version of a campaign, names it: `extra["used_by"]`.

    """
    await require(session, segment_id)
    mention = f'$.** ? (@.segment_id == "{segment_id}")'
    if users := list(await session.scalars(_USED_BY, {"id": str(segment_id), "mention": mention})):
        raise ConflictError(sentence("segment_used", users=ListParam(users, "comma")), used_by=users)
    await session.execute(delete(Segment).where(col(Segment.id) == segment_id))


async def _check(session: AsyncSession, segment_id: UUID, condition: Condition) -> None:
    """Compile the condition as a segment is asked, so that what can't be asked is refused before it is saved."""
    nested = await load_conditions(session, condition) | {segment_id: condition}
    asking = Asking(col(Customer.id), Binds(), in_journey=False, segments=nested, inside=(segment_id,))
    expression(condition, asking)


def _as_json(condition: Condition) -> Any:
    return _CONDITION.dump_python(condition, mode="json", by_alias=True)
