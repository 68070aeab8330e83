"""Who is in a tracked segment, as last seen, and who comes and goes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import delete, func, insert, literal, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.conditions import Condition
from models import SegmentMember
from store.conditions.compiler import of_everybody
from store.conditions.members_sql import member_ids
from store.conditions.scope import Scope
from store.database import driver
from store.database.driver import Statement
from store.events.events import id_list

_CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)


@dataclass(frozen=True)
class Watched:
    """A segment whose members are kept."""

    id: UUID
    name: str
    definition: dict[str, Any]
    updated_at: datetime
    filled: bool
    refreshed_at: datetime | None
    reconciled_at: datetime | None

    @property
    def condition(self) -> Condition:
        """Its definition, parsed."""
        return _CONDITION.validate_python(self.definition)


@dataclass(frozen=True)
class Change:
    """A customer who came into a segment, or left it."""

    segment_id: UUID
    customer_id: UUID
    entered: bool


_WATCHED = """
    SELECT s.id, s.name, s.condition, s.updated_at, s.initialized_at IS NOT NULL, s.refreshed_at, s.reconciled_at
      FROM segments s LEFT JOIN campaigns c ON c.id = s.owner_campaign_id
     WHERE s.tracked AND (s.owner_campaign_id IS NULL OR c.state IN ('active', 'paused')) ORDER BY s.id
"""


def finding_watched() -> Statement[list[Watched]]:
    """Every tracked segment, by id."""
    return Statement(_WATCHED, {}, lambda rows: [Watched(*row) for row in rows])


async def watched(session: AsyncSession) -> list[Watched]:
    """Every tracked segment, by id."""
    return await driver.run(session, finding_watched())


async def lock_segment(session: AsyncSession, segment_id: UUID) -> Watched | None:
    """The segment, kept from being changed until the transaction ends; None when it is not watched any more."""
    rows = await session.execute(
        text("""
            SELECT id, name, condition, updated_at, initialized_at IS NOT NULL, refreshed_at, reconciled_at
              FROM segments
             WHERE tracked AND id = :id FOR NO KEY UPDATE
        """),
        {"id": segment_id},
    )
    return next((Watched(*row) for row in rows), None)


async def fill(session: AsyncSession, segment: Watched, scope: Scope) -> None:
    """Write its members down for the first time; `scope` holds every segment that it names."""
    ids = member_ids(segment.condition, of_everybody(scope)).subquery()
    members = select(literal(segment.id), ids.c.id, literal(scope.now))
    await session.execute(delete(SegmentMember).where(col(SegmentMember.segment_id) == segment.id))
    await session.execute(insert(SegmentMember).from_select(["segment_id", "customer_id", "since"], members))
    await session.execute(
        text("UPDATE segments SET initialized_at = :now, refreshed_at = :now, reconciled_at = :now WHERE id = :id"),
        {"now": scope.now, "id": segment.id},
    )


async def differing(session: AsyncSession, segment: Watched, scope: Scope) -> list[UUID]:
    """Customers who are members now and were not, or were and are not: as sets, without locks."""
    recorded = (
        select(col(SegmentMember.customer_id).label("id")).where(col(SegmentMember.segment_id) == segment.id).subquery()
    )
    members = member_ids(segment.condition, of_everybody(scope)).subquery()
    both = members.join(recorded, members.c.id == recorded.c.id, full=True)
    differing = select(func.coalesce(members.c.id, recorded.c.id)).select_from(both)
    found = await session.scalars(differing.where(or_(members.c.id.is_(None), recorded.c.id.is_(None))))
    return sorted(found)


async def recorded(session: AsyncSession, segment_id: UUID, customer_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the customers who are written down as members."""
    rows = await session.scalars(
        text("""
            SELECT customer_id FROM segment_members
             WHERE segment_id = :segment AND customer_id = ANY(CAST(:ids AS uuid[]))
        """),
        {"segment": segment_id, "ids": id_list(customer_ids)},
    )
    return set(rows)


async def swept(session: AsyncSession, segment_id: UUID, *, now: datetime, wholly: bool) -> None:
    """Note that the segment was compared with its condition: for everybody, or for those whom time may have moved."""
    await session.execute(
        text("""
            UPDATE segments SET refreshed_at = :now, reconciled_at = CASE WHEN :wholly THEN :now ELSE reconciled_at END
             WHERE id = :id
        """),
        {"now": now, "wholly": wholly, "id": segment_id},
    )


async def record(session: AsyncSession, found: Sequence[Change], *, now: datetime) -> list[Change]:
    """Write down who is in and who is not; those that are changes. The customers are locked by this transaction."""
    changed: list[Change] = []
    for entered, statement in ((True, _ENTER), (False, _LEAVE)):
        wanted = [change for change in found if change.entered is entered]
        if not wanted:
            continue
        rows = await session.execute(
            statement,
            {
                "segments": [change.segment_id for change in wanted],
                "customers": [change.customer_id for change in wanted],
            }
            | ({"now": now} if entered else {}),
        )
        changed += [Change(row.segment_id, row.customer_id, entered) for row in rows]
    return changed


_ENTER = text("""
    INSERT INTO segment_members (segment_id, customer_id, since)
    SELECT segment_id, customer_id, :now
      FROM unnest(CAST(:segments AS uuid[]), CAST(:customers AS uuid[])) AS n(segment_id, customer_id)
     ORDER BY 1, 2
    ON CONFLICT DO NOTHING RETURNING segment_id, customer_id
""")
_LEAVE = text("""
    DELETE FROM segment_members m
     USING unnest(CAST(:segments AS uuid[]), CAST(:customers AS uuid[])) AS n(segment_id, customer_id)
     WHERE m.segment_id = n.segment_id AND m.customer_id = n.customer_id
    RETURNING m.segment_id, m.customer_id
""")


async def forget_customers(session: AsyncSession, customer_ids: Iterable[UUID]) -> None:
    """Take away members who are customers no longer (erased, or joined with another)."""
    await session.execute(
        text("DELETE FROM segment_members WHERE customer_id = ANY(CAST(:ids AS uuid[]))"),
        {"ids": id_list(list(customer_ids))},
    )


async def watch(session: AsyncSession, segment_ids: Iterable[UUID]) -> None:
    """Keep the members of these segments from now on."""
    await session.execute(
        text("UPDATE segments SET tracked = true WHERE id = ANY(CAST(:ids AS uuid[])) AND NOT tracked"),
        {"ids": id_list(list(segment_ids))},
    )


async def refill(session: AsyncSession, segment_id: UUID) -> None:
    """Its condition changed, or nobody watches it: what was written down counts no more."""
    await session.execute(delete(SegmentMember).where(col(SegmentMember.segment_id) == segment_id))
    await session.execute(text("UPDATE segments SET initialized_at = NULL WHERE id = :id"), {"id": segment_id})
