"""A published campaign makes segments watched: those whose comings and goings start, wake or end its journeys."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.condition_text import say
from domain.conditions import EventFilter, Operator
from domain.events import SYSTEM_EVENTS
from domain.flow import EntryNode, Flow, ListeningNode
from domain.triggers import EventTrigger, implied_condition, watched_segment
from models import Campaign
from store.segments import memberships, saved_segments


def heard_segments(flow: Flow) -> set[UUID]:
    """Saved segments that the flow's event filters name: `Segment Entered` with `segment_id` equal to ..."""
    found: set[UUID] = set()
    for on in _filters(flow):
        for test in on.where if on.event in SYSTEM_EVENTS else []:
            if test.property == "segment_id" and test.op in (Operator.EQ, Operator.IN):
                values = test.value if isinstance(test.value, list) else [test.value]
                found |= {UUID(value) for value in values if isinstance(value, str) and _is_id(value)}
    return found


async def watch_for(session: AsyncSession, campaign: Campaign, flow: Flow) -> None:
    """Keep the members of the segments that this flow, now in force, listens to; and make its trigger's own segment."""
    wanted = heard_segments(flow)
    own: UUID | None = None
    for trigger in (node.data.trigger for node in flow.nodes if isinstance(node, EntryNode)):
        segment_id, condition = watched_segment(trigger, campaign.id), implied_condition(trigger)
        if segment_id is not None and condition is not None:
            own = segment_id
            name = f"{campaign.slug}: {say(condition)}"[:200]
            await saved_segments.keep_for_trigger(session, segment_id, campaign.id, name, condition)
        elif segment_id is not None:
            wanted.add(segment_id)
    await saved_segments.drop_for_trigger(session, campaign.id, but=own)
    await memberships.watch(session, wanted)


def _filters(flow: Flow) -> Iterator[EventFilter]:
    for node in flow.nodes:
        if isinstance(node, EntryNode) and isinstance(node.data.trigger, EventTrigger):
            yield node.data.trigger.on
        if isinstance(node, ListeningNode):
            yield from (branch.on for branch in node.data.branches)
    if flow.settings.goal is not None:
        yield flow.settings.goal.on
    yield from (exit_event.on for exit_event in flow.settings.exit_events)


def _is_id(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True
