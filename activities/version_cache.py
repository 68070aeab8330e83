"""Published versions, parsed once a process. They are immutable: a cached one is never stale."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from activities.compiled_flow import compiled_flow
from domain.content import Content
from domain.email_document import BrandKit
from domain.flow import Flow, FlowSettings
from domain.traversal import Graph
from domain.triggers import EventTrigger
from rendering.email_document import compiled
from store.campaigns.runs import read_version

_CONTENT: TypeAdapter[Content] = TypeAdapter(Content)
_KEPT = 500


@dataclass(frozen=True)
class LoadedVersion:
    """A version, ready to be walked."""

    id: UUID
    campaign_id: UUID
    campaign_name: str
    number: int
    graph: Graph
    settings: FlowSettings
    templates: Mapping[UUID, Content]

    @property
    def key_path(self) -> str | None:
        """The property path of the entry key, where the trigger has one."""
        trigger = self.graph.entry.data.trigger
        return trigger.key if isinstance(trigger, EventTrigger) else None


class Versions:
    """The cache: the versions used last, a bounded number of them."""

    def __init__(self) -> None:
        self._loaded: OrderedDict[UUID, LoadedVersion] = OrderedDict()

    async def get(self, session: AsyncSession, version_id: UUID) -> LoadedVersion:
        """The version of that id. Raises NotFoundError when there is none."""
        found = self._loaded.get(version_id)
        if found is None:
            found = await self._load(session, version_id)
            self._loaded[version_id] = found
            if len(self._loaded) > _KEPT:
                self._loaded.popitem(last=False)
        self._loaded.move_to_end(version_id)
        return found

    async def _load(self, session: AsyncSession, version_id: UUID) -> LoadedVersion:
        row, campaign_name = await read_version(session, version_id)
        kit = BrandKit.model_validate(row.brand_kit)
        flow = compiled_flow(Flow.model_validate(row.flow), kit)
        contents = {UUID(id_): _CONTENT.validate_python(content) for id_, content in row.templates.items()}
        return LoadedVersion(
            id=row.id,
            campaign_id=row.campaign_id,
            campaign_name=campaign_name,
            number=row.number,
            graph=Graph(flow),
            settings=flow.settings,
            templates={id_: compiled(content, kit) for id_, content in contents.items()},
        )
