"""What ingestion asks and writes about campaigns and journeys: who subscribed_events, who is inside, who starts."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, insert, select, text
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.conditions import Condition, EventFilter
from models import EntryRejectionRow, Event, Journey
from store.conditions.binds import JsonPath
from store.conditions.json_path import json_path
from store.conditions.scope import Scope
from store.database.driver import Statement
from store.events.events import id_list
from store.segments.segments import matching


@dataclass(frozen=True)
class ActiveTrigger:
    """A version that an event of some name starts journeys of."""

    version_id: UUID
    version_number: int
    campaign_id: UUID
    slug: str
    campaign_name: str
    paused: bool
    event: str


@dataclass(frozen=True)
class Past:
    """A customer's journeys through a campaign so far (those of one entry key)."""

    campaign_id: UUID
    customer_id: UUID
    entry_key: str | None
    inside: bool
    latest: datetime


@dataclass
class OpenJourney:
    """A journey that has not ended, and what an event needs to know of it."""

    id: UUID
    workflow_id: str
    customer_id: UUID
    campaign_id: UUID
    version_id: UUID
    state: str
    entry_key: str | None
    trigger: Mapping[str, Any]
    step: Mapping[str, Any] | None
    exit_signal: Mapping[str, Any] | None
    coupons: Mapping[str, str]
    goal_deadline: datetime | None
    started_at: datetime | None
    by_event: bool = True
    """An event started it, and its start is that event's time; else the database's clock said when it began."""


_ACTIVE = """
    SELECT v.id, v.number, c.id, c.slug, c.name, c.state = 'paused', v.trigger_event
      FROM campaign_versions v JOIN campaigns c ON c.current_version_id = v.id
     WHERE v.trigger_event = ANY(CAST(%(names)s AS text[])) AND c.state IN ('active', 'paused') ORDER BY c.slug
"""


def finding_triggers(names: Iterable[str]) -> Statement[list[ActiveTrigger]]:
    """Versions in force, of active and paused campaigns, that events of these names start journeys of."""
    return Statement(_ACTIVE, {"names": list(names)}, lambda rows: [ActiveTrigger(*row) for row in rows])


async def flows(session: AsyncSession, version_ids: Iterable[UUID]) -> dict[UUID, tuple[UUID, dict[str, Any]]]:
    """(campaign, flow as stored) of those versions."""
    rows = await session.execute(
        text("SELECT id, campaign_id, flow FROM campaign_versions WHERE id = ANY(CAST(:ids AS uuid[]))"),
        {"ids": list(version_ids)},
    )
    return {row.id: (row.campaign_id, row.flow) for row in rows}


async def moments(
    session: AsyncSession, wanted: EventFilter, customer_ids: Iterable[UUID], *, after: datetime, until: datetime
) -> dict[UUID, list[datetime]]:
    """When these customers did such events, after one moment and up to another."""
    passing = func.jsonb_path_exists_tz(
        col(Event.properties), bindparam("path", json_path(wanted.where, {}), JsonPath())
    )
    rows = await session.execute(
        select(col(Event.customer_id), col(Event.occurred_at)).where(
            col(Event.customer_id).in_(customer_ids),
            col(Event.name) == wanted.event,
            col(Event.occurred_at) > after,
            col(Event.occurred_at) <= until,
            passing,
        )
    )
    found: dict[UUID, list[datetime]] = {}
    for customer_id, at in rows:
        found.setdefault(customer_id, []).append(at)
    return found


async def pasts(
    session: AsyncSession, campaign_ids: Iterable[UUID], customer_ids: Iterable[UUID], *, but_run: UUID | None = None
) -> list[Past]:
    """What re-entry rules ask: earlier journeys by campaign, customer and entry key; `but_run`, those of other runs.

    A journey that a goal or an exit event has interrupted counts as left.
    """
    rows = await session.execute(
        text("""
            SELECT campaign_id, customer_id, entry_key,
                   bool_or(state <> 'ended' AND exit_signal IS NULL), max(created_at)
              FROM journeys
             WHERE customer_id = ANY(CAST(:customers AS uuid[])) AND campaign_id = ANY(CAST(:campaigns AS uuid[]))
               AND (CAST(:but_run AS uuid) IS NULL OR run_id IS DISTINCT FROM CAST(:but_run AS uuid))
             GROUP BY campaign_id, customer_id, entry_key
        """),
        {"campaigns": list(campaign_ids), "customers": list(customer_ids), "but_run": but_run},
    )
    return [Past(*row) for row in rows]


_OPEN = """
    SELECT j.id, j.workflow_id, j.customer_id, j.campaign_id, j.version_id, j.state, j.entry_key, j.trigger,
           j.step, j.exit_signal, j.coupons, j.goal_deadline, j.started_at,
           j.trigger_event_id IS NOT NULL
      FROM journeys j JOIN campaign_versions v ON v.id = j.version_id
     WHERE j.customer_id = ANY(CAST(%(customers)s AS uuid[])) AND j.state <> 'ended'
       AND v.subscribed_events && CAST(%(names)s AS text[])
     ORDER BY j.created_at, j.id
"""


def finding_open_journeys(customer_ids: Iterable[UUID], names: Iterable[str]) -> Statement[list[OpenJourney]]:
    """Journeys of these customers that have not ended and whose version listens to one of these names."""
    values = {"customers": id_list(customer_ids), "names": list(names)}
    return Statement(_OPEN, values, lambda rows: [OpenJourney(*row) for row in rows])


async def fitting(
    session: AsyncSession, condition: Condition, customer_ids: Iterable[UUID], *, now: datetime
) -> set[UUID]:
    """Which of these customers satisfy the condition now.

    Raises:
        InvalidError: it can't be asked: a segment is gone, or it speaks of a journey.

    """
    answers = await matching(session, [condition], list(customer_ids), Scope(now=now))
    return {customer_id for customer_id, (held,) in answers.items() if held}


async def insert_journeys(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> set[UUID]:
    """Write journeys that are about to start; the ids of those that did not exist."""
    if not rows:
        return set()
    written = await session.execute(
        pg_insert(Journey).on_conflict_do_nothing().returning(col(Journey.id)), [dict(row) for row in rows]
    )
    return set(written.scalars())


async def record_exit_signals(session: AsyncSession, signals: Mapping[UUID, Mapping[str, Any]]) -> None:
    """Note in journeys what ends them; what was noted first stays."""
    if signals:
        await session.execute(
            text("""
                UPDATE journeys SET exit_signal = CAST(n.why AS jsonb)
                  FROM unnest(CAST(:ids AS uuid[]), CAST(:whys AS text[])) AS n(id, why)
                 WHERE journeys.id = n.id AND exit_signal IS NULL AND state <> 'ended'
            """),
            {"ids": list(signals), "whys": [json.dumps(dict(why)) for why in signals.values()]},
        )


async def refuse(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write down which triggers fired and started nothing, and why."""
    if rows:
        await session.execute(insert(EntryRejectionRow), [dict(row) for row in rows])
