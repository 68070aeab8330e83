"""How a campaign does: who is where, what was sent, what came of it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped
from sqlmodel import col

from models import EntryRejectionRow, Journey, JourneyStep, Message


@dataclass(frozen=True)
class NodeCount:
    """How often journeys left a node by a port; `port` is None for those that are there, or ended there."""

    node_id: str
    port: str | None
    visits: int


@dataclass(frozen=True)
class MessageCount:
    """Messages of one node and channel in one state, and how many of them were delivered, opened, clicked."""

    node_id: str | None
    channel: str
    state: str
    messages: int
    delivered: int
    opened: int
    clicked: int


@dataclass(frozen=True)
class Report:
    """The figures of one campaign, or of one launch of it."""

    journeys: int
    by_state: dict[str, int]
    by_exit: dict[str, int]
    inside: dict[str, int]
    """Node -> journeys that stand there now."""
    nodes: list[NodeCount]
    messages: list[MessageCount]
    refusals: dict[str, int]
    """Reason -> triggers refused."""
    put_off: dict[str, int]
    """BlockReason -> messages that it put off last, whether they were sent later or not."""
    skipped: dict[str, int]
    """BlockReason -> messages that it skipped."""


async def report(session: AsyncSession, campaign_id: UUID, run_id: UUID | None = None) -> Report:
    """Count, now. With `run_id`, only the journeys of that launch."""
    state_rows = await session.execute(
        select(col(Journey.state), col(Journey.exit_reason), func.count())
        .where(*_of(Journey, campaign_id, run_id))
        .group_by(col(Journey.state), col(Journey.exit_reason))
    )
    by_state: dict[str, int] = {}
    by_exit: dict[str, int] = {}
    for state, exit_reason, count in state_rows:
        by_state[state] = by_state.get(state, 0) + count
        if exit_reason:
            by_exit[exit_reason] = by_exit.get(exit_reason, 0) + count
    inside = await session.execute(
        select(col(Journey.node_id), func.count())
        .where(*_of(Journey, campaign_id, run_id), col(Journey.state) != "ended", col(Journey.node_id).is_not(None))
        .group_by(col(Journey.node_id))
    )
    refusals = await session.execute(
        select(col(EntryRejectionRow.code), func.count())
        .where(*_of(EntryRejectionRow, campaign_id, run_id))
        .group_by(col(EntryRejectionRow.code))
    )
    return Report(
        journeys=sum(by_state.values()),
        by_state=by_state,
        by_exit=by_exit,
        inside={str(row[0]): row[1] for row in inside},
        nodes=await _nodes(session, campaign_id, run_id),
        messages=await _messages(session, campaign_id, run_id),
        refusals={row[0]: row[1] for row in refusals},
        put_off=await _blocked(session, col(Message.deferral_reason), campaign_id, run_id),
        skipped=await _blocked(session, col(Message.skip_reason), campaign_id, run_id),
    )


async def _blocked(
    session: AsyncSession, by: Mapped[str | None], campaign_id: UUID, run_id: UUID | None
) -> dict[str, int]:
    rows = await session.execute(
        select(by, func.count()).where(*_of(Message, campaign_id, run_id), by.is_not(None)).group_by(by).order_by(by)
    )
    return {str(row[0]): row[1] for row in rows}


def _of(
    table: type[Journey] | type[Message] | type[EntryRejectionRow], campaign_id: UUID, run_id: UUID | None
) -> list[ColumnElement[bool]]:
    narrow = [col(table.campaign_id) == campaign_id]
    if run_id is not None:
        narrow.append(col(table.run_id) == run_id)
    return narrow


async def _nodes(session: AsyncSession, campaign_id: UUID, run_id: UUID | None) -> list[NodeCount]:
    rows = await session.execute(
        select(col(JourneyStep.node_id), col(JourneyStep.port), func.count())
        .join(Journey, col(Journey.id) == col(JourneyStep.journey_id))
        .where(*_of(Journey, campaign_id, run_id))
        .group_by(col(JourneyStep.node_id), col(JourneyStep.port))
        .order_by(col(JourneyStep.node_id), col(JourneyStep.port))
    )
    return [NodeCount(*row) for row in rows]


async def _messages(session: AsyncSession, campaign_id: UUID, run_id: UUID | None) -> list[MessageCount]:
    rows = await session.execute(
        select(
            col(Message.node_id),
            col(Message.channel),
            col(Message.state),
            func.count(),
            func.count(col(Message.delivered_at)),
            func.count(col(Message.opened_at)),
            func.count(col(Message.clicked_at)),
        )
        .where(*_of(Message, campaign_id, run_id))
        .group_by(col(Message.node_id), col(Message.channel), col(Message.state))
        .order_by(col(Message.node_id), col(Message.channel), col(Message.state))
    )
    return [MessageCount(*row) for row in rows]
