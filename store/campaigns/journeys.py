"""Journeys and their steps: the row that activities decide on, and the log of why."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, insert, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.conditions import EventFilter
from domain.errors import NotFoundError
from domain.i18n import Words
from domain.vocabulary import CampaignState
from models import Campaign, Customer, Event, Journey, JourneyStep
from store.conditions.binds import JsonPath
from store.conditions.json_path import json_path


@dataclass
class Locked:
    """A journey and its customer, both locked until the transaction ends."""

    journey: Journey
    customer: Customer
    campaign_state: CampaignState


_LOCK = (
    select(Customer, Journey)
    .join(Journey, col(Journey.customer_id) == col(Customer.id))
    .where(col(Journey.id) == bindparam("journey_id"))
    # The customer first, then the journey: the order in which ingestion locks them too.
    .with_for_update(of=[Customer, Journey], key_share=True)
)
_STATE = select(col(Campaign.state)).where(col(Campaign.id) == bindparam("campaign_id"))


async def lock(session: AsyncSession, journey_id: UUID) -> Locked:
    """Lock a customer and one journey of theirs, and read both as the last committer left them.

    Raises:
        NotFoundError: there is no such journey.

    """
    for _ in range(_LOOK_UPS):
        # Danger: who waits for a merge finds its customer gone and so no row, though the journey has only moved to the
        # profile that stayed: the next statement sees that.
        row = (await session.execute(_LOCK, {"journey_id": journey_id})).one_or_none()
        if row is not None:
            customer, journey = row
            # Danger: that statement saw the campaign as it was before it waited for the customer. A pause or a stop
            # committed during the wait must be seen: from its commit on nothing is sent.
            state = (await session.scalars(_STATE, {"campaign_id": journey.campaign_id})).one()
            return Locked(journey=journey, customer=customer, campaign_state=CampaignState(state))
    raise NotFoundError(f"there is no journey {journey_id}")


_LOOK_UPS = 3
"""A journey may move more than once while one waits; never so often in practice."""


_STEPS = insert(JourneyStep.__table__)  # type: ignore[attr-defined]
_CLOSE = (
    update(JourneyStep.__table__)  # type: ignore[attr-defined]
    .where(col(JourneyStep.journey_id) == bindparam("of_journey"), col(JourneyStep.seq) == bindparam("of_seq"))
    .values(
        port=bindparam("by_port"),
        why=bindparam("because"),
        said=bindparam("because_said", type_=JSONB),
        left_at=bindparam("at"),
        details=col(JourneyStep.details).op("||")(bindparam("with", type_=JSONB)),
    )
)
_NOTE = (
    update(JourneyStep.__table__)  # type: ignore[attr-defined]
    .where(col(JourneyStep.journey_id) == bindparam("of_journey"), col(JourneyStep.seq) == bindparam("of_seq"))
    .values(
        why=bindparam("because"),
        said=bindparam("because_said", type_=JSONB),
        details=col(JourneyStep.details).op("||")(bindparam("with", type_=JSONB)),
    )
)


async def add_steps(session: AsyncSession, steps: Sequence[dict[str, Any]]) -> None:
    """Write visited nodes: a row each, in one statement."""
    if steps:
        await session.execute(_STEPS, list(steps))


async def close_step(
    session: AsyncSession,
    journey_id: UUID,
    seq: int,
    *,
    port: str | None,
    why: Words,
    details: dict[str, Any],
    at: datetime,
) -> None:
    """Say how and why a step was left; `details` join those that it has."""
    await session.execute(
        _CLOSE,
        {
            "of_journey": journey_id,
            "of_seq": seq,
            "by_port": port,
            "because": str(why),
            "because_said": why.said(),
            "with": details,
            "at": at,
        },
    )


async def note(session: AsyncSession, journey_id: UUID, seq: int, *, why: Words, details: dict[str, Any]) -> None:
    """Say what keeps a journey at a step; `details` join those that it has."""
    await session.execute(
        _NOTE,
        {"of_journey": journey_id, "of_seq": seq, "because": str(why), "because_said": why.said(), "with": details},
    )


async def reword_step(
    session: AsyncSession, journey_id: UUID, seq: int, *, node_id: str, kind: str, why: Words, details: dict[str, Any]
) -> None:
    """Say anew what an open step is about."""
    await session.execute(
        update(JourneyStep)
        .where(col(JourneyStep.journey_id) == journey_id, col(JourneyStep.seq) == seq)
        .values(node_id=node_id, kind=kind, why=str(why), said=why.said(), details=details)
    )


async def step(session: AsyncSession, journey_id: UUID, seq: int) -> JourneyStep | None:
    """A step of the log."""
    found = await session.scalars(
        select(JourneyStep).where(col(JourneyStep.journey_id) == journey_id, col(JourneyStep.seq) == seq)
    )
    return found.one_or_none()


async def entered_at(session: AsyncSession, journey_id: UUID, seq: int) -> datetime | None:
    """When the journey came to a step."""
    found = await session.scalars(
        select(col(JourneyStep.entered_at)).where(
            col(JourneyStep.journey_id) == journey_id, col(JourneyStep.seq) == seq
        )
    )
    return found.one_or_none()


async def last_visit(session: AsyncSession, journey_id: UUID, node_id: str) -> datetime | None:
    """When the journey last entered a node."""
    found = await session.scalars(
        select(col(JourneyStep.entered_at))
        .where(col(JourneyStep.journey_id) == journey_id, col(JourneyStep.node_id) == node_id)
        .order_by(col(JourneyStep.seq).desc())
        .limit(1)
    )
    return found.first()


async def events_that_ended(session: AsyncSession, journey_id: UUID, node_id: str) -> frozenset[str]:
    """Ids of the events that ended this journey's earlier waits at a node."""
    event_id = col(JourneyStep.details)["event_id"].astext
    found = await session.scalars(
        select(event_id).where(
            col(JourneyStep.journey_id) == journey_id, col(JourneyStep.node_id) == node_id, event_id.is_not(None)
        )
    )
    return frozenset(found)


async def events_since(
    session: AsyncSession,
    customer_id: UUID,
    wanted: Sequence[EventFilter],
    since: datetime,
    *,
    refs: Mapping[str, Any],
    page: int = 200,
) -> AsyncIterator[Event]:
    """All of the customer's events from `since` on that one of the filters lets through, oldest first.

    Args:
        session: the transaction.
        customer_id: whose.
        wanted: at least one.
        since: an instant.
        refs: what references in the filters stand for; see `domain.matching.journey_refs`.
        page: events read at once.

    """
    passing = or_(
        *(
            (col(Event.name) == filter_.event)
            & func.jsonb_path_exists_tz(
                col(Event.properties), bindparam(None, json_path(filter_.where, refs), JsonPath())
            )
            for filter_ in wanted
        )
    )
    query = (
        select(Event)
        .where(
            col(Event.customer_id) == customer_id,
            col(Event.name).in_(sorted({filter_.event for filter_ in wanted})),
            col(Event.occurred_at) >= since,
            passing,
        )
        .order_by(col(Event.occurred_at), col(Event.id))
        .limit(page)
    )
    found = (await session.scalars(query)).all()
    while found:
        for event in found:
            yield event
        if len(found) < page:
            return
        behind_last = tuple_(col(Event.occurred_at), col(Event.id)) > (found[-1].occurred_at, found[-1].id)
        found = (await session.scalars(query.where(behind_last))).all()


async def event_received(session: AsyncSession, event_ids: Sequence[UUID], customer_id: UUID) -> datetime | None:
    """When the first of these events was received."""
    found = await session.scalars(
        select(col(Event.received_at))
        .where(col(Event.id).in_(event_ids), col(Event.customer_id) == customer_id)
        .order_by(col(Event.received_at))
        .limit(1)
    )
    return found.first()


async def event_time(session: AsyncSession, event_id: UUID, customer_id: UUID) -> datetime | None:
    """When an event happened."""
    found = await session.scalars(
        select(col(Event.occurred_at)).where(col(Event.id) == event_id, col(Event.customer_id) == customer_id)
    )
    return found.first()
