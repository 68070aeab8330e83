"""All that happened to one customer, in one list: events, messages, journey steps."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, cast, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models import Campaign, Event, Journey, JourneyStep, Message
from store.database.keyset import after_cursor

Kind = Literal["event", "message", "step"]
Mark = tuple[datetime, str, str]
"""(at, kind, key) of an item: where the next page begins."""


@dataclass(frozen=True)
class TimelineItem:
    """One thing that happened. `key` is unique among items of its kind; `what` depends on the kind."""

    at: datetime
    kind: Kind
    key: str
    what: dict[str, Any]


@dataclass(frozen=True)
class _Source:
    """Where items of one kind come from, and what makes one."""

    kind: Kind
    rows: Select[Any]
    at: Any
    key: Any
    what: ColumnElement[Any]


def _newest(source: _Source, after: Mark | None, limit: int) -> Any:
    columns = (source.at, cast(literal(source.kind), Text), cast(source.key, Text))
    labels = [column.label(name) for column, name in zip(columns, ("at", "kind", "key"), strict=True)]
    query = source.rows.add_columns(*labels, source.what)
    if after:
        query = query.where(after_cursor(columns, after, descending=True))
    return query.order_by(*(column.desc() for column in columns)).limit(limit).subquery().select()


def _object(**members: Any) -> ColumnElement[Any]:
    return cast(
        func.jsonb_build_object(*(part for name, value in members.items() for part in (name, value))), JSONB
    ).label("what")


def _events(customer_id: UUID) -> _Source:
    return _Source(
        kind="event",
        rows=select().where(col(Event.customer_id) == customer_id),
        at=col(Event.occurred_at),
        key=col(Event.id),
        what=_object(name=Event.name, properties=Event.properties, source=Event.source),
    )


def _messages(customer_id: UUID) -> _Source:
    return _Source(
        kind="message",
        rows=select()
        .outerjoin_from(Message, Campaign, col(Campaign.id) == col(Message.campaign_id))
        .where(col(Message.customer_id) == customer_id),
        at=col(Message.reserved_at),
        key=col(Message.id),
        what=_object(
            channel=Message.channel,
            state=Message.state,
            reason=Message.reason,
            said=Message.said,
            campaign=Campaign.slug,
            node_id=Message.node_id,
            journey_id=Message.journey_id,
        ),
    )


def _steps(customer_id: UUID) -> _Source:
    return _Source(
        kind="step",
        rows=select()
        .join_from(JourneyStep, Journey, col(Journey.id) == col(JourneyStep.journey_id))
        .join(Campaign, col(Campaign.id) == col(Journey.campaign_id))
        .where(col(Journey.customer_id) == customer_id),
        at=col(JourneyStep.entered_at),
        key=cast(col(JourneyStep.journey_id), Text) + ":" + func.lpad(cast(col(JourneyStep.seq), Text), 9, "0"),
        what=_object(
            campaign=Campaign.slug,
            journey_id=JourneyStep.journey_id,
            node_id=JourneyStep.node_id,
            type=JourneyStep.kind,
            port=JourneyStep.port,
            why=JourneyStep.why,
            said=JourneyStep.said,
        ),
    )


async def page(session: AsyncSession, customer_id: UUID, after: Mark | None, limit: int) -> list[TimelineItem]:
    """The customer's items, newest first, from behind `after`."""
    sources = (_events(customer_id), _messages(customer_id), _steps(customer_id))
    merged = union_all(*(_newest(source, after, limit) for source in sources)).subquery()
    query = select(merged).order_by(merged.c.at.desc(), merged.c.kind.desc(), merged.c.key.desc()).limit(limit)
    return [TimelineItem(*row) for row in await session.execute(query)]
