"""What ingestion needs of a published version, parsed once a process: versions never change."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.flow import EntryNode, Flow, FlowSettings, ListeningNode, SurveyWaitData, WaitEventData
from domain.triggers import EventTrigger, as_event_trigger
from store.campaigns import triggers

_KEPT = 500


@dataclass(frozen=True)
class EventSubscription:
    """The parts of a flow that events matter to."""

    trigger: EventTrigger | None
    settings: FlowSettings
    waits: Mapping[str, WaitEventData | SurveyWaitData]
    """By node."""

    @property
    def key_path(self) -> str | None:
        """Path of the entry key in an event's properties, where there is one."""
        return self.trigger.key if self.trigger else None


_parsed: OrderedDict[UUID, EventSubscription] = OrderedDict()


def _parse(flow: Flow, campaign_id: UUID) -> EventSubscription:
    entries = [node.data.trigger for node in flow.nodes if isinstance(node, EntryNode)]
    listened = (as_event_trigger(trigger, campaign_id) for trigger in entries)
    return EventSubscription(
        trigger=next((trigger for trigger in listened if trigger is not None), None),
        settings=flow.settings,
        waits={node.id: node.data for node in flow.nodes if isinstance(node, ListeningNode)},
    )


async def listening(session: AsyncSession, version_ids: Iterable[UUID]) -> dict[UUID, EventSubscription]:
    """Those versions, from the cache, or read in one statement."""
    wanted = set(version_ids)
    found = {version_id: _parsed[version_id] for version_id in wanted if version_id in _parsed}
    if len(found) < len(wanted):
        for version_id, (campaign_id, flow) in (await triggers.flows(session, wanted - set(found))).items():
            found[version_id] = _parsed[version_id] = _parse(Flow.model_validate(flow), campaign_id)
    for version_id in found:
        _parsed.move_to_end(version_id)
    while len(_parsed) > _KEPT:
        _parsed.popitem(last=False)
    return found
