"""Edit a running campaign: what becomes of those inside, before it is confirmed; and the move itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain import ids
from domain.errors import ConflictError, InvalidError
from domain.flow import Flow, ListeningNode, Node, UntilDuration, WaitNode
from domain.i18n import sentence, state
from domain.traversal import Graph, TraversalError
from domain.version_migration import MigrationEffect, NodeMapping, effect_of, mapping_errors, target_node
from domain.vocabulary import CampaignState
from models import Campaign, CampaignVersion, JourneyMigration
from store.campaigns import campaigns, journey_migrations, outbox
from store.campaigns.journey_migrations import StepPopulation
from store.campaigns.outbox import OutboxMessage

_MOVABLE = (CampaignState.ACTIVE, CampaignState.PAUSED, CampaignState.RETIRED)


@dataclass(frozen=True)
class MigrationPreview:
    """What becomes of the journeys that stand at one node of one version.

    `at_once` counts those who have waited longer than the new wait already; null where the moment differs by customer.
    """

    version: int
    node_id: str | None
    label: str
    journeys: int
    becomes: MigrationEffect
    to_node: str | None
    at_once: int | None
    why: str


async def plan(
    session: AsyncSession,
    campaign: Campaign,
    target: Flow,
    mapping: NodeMapping,
    *,
    to_version_id: UUID | None,
    now: datetime,
    time_scale: float,
) -> list[MigrationPreview]:
    """What a move to `target` would do, by node, the fullest first.

    Args:
        session: a transaction; nothing is written.
        campaign: whose journeys.
        target: the flow they would go on in, a draft even.
        mapping: which node stands for which.
        to_version_id: the version that `target` is; journeys on it already are left out. None for a draft.
        now: the present instant, UTC.
        time_scale: real seconds per business second.

    Raises:
        InvalidError: the mapping names nodes that the target does not have, or the target is not a graph yet.

    """
    new = _graph(target)
    _check(mapping, new)
    found = await journey_migrations.population(session, campaign.id, to_version_id)
    versions = await _versions(session, {at.version_id for at in found})
    outlooks = []
    for at in found:
        version, graph = versions[at.version_id]
        preview = _outlook(at, version.number, graph, new, mapping)
        seconds = _seconds(new, preview)
        if seconds is not None:
            moment = now - timedelta(seconds=seconds * time_scale)
            overdue = await journey_migrations.entered_before(session, campaign.id, at, moment)
            preview = MigrationPreview(**{**vars(preview), "at_once": overdue})
        outlooks.append(preview)
    return outlooks


async def migrate(
    session: AsyncSession, campaign: Campaign, version: CampaignVersion, mapping: Mapping[str, str | None]
) -> JourneyMigration:
    """Write the move down; the relay starts the workflow that tells the journeys. The same move again is the same one.

    Raises:
        ConflictError: the campaign has no journeys that could move: it is a draft, or stopped.
        InvalidError: the mapping names nodes that the version does not have.

    """
    if campaign.state not in _MOVABLE:
        raise ConflictError(sentence("nobody_inside", state=state(campaign.state)), state=campaign.state)
    _check(mapping, _graph(Flow.model_validate(version.flow)))
    migration_id = ids.migration_id(campaign.id, version.id, mapping)
    migration = JourneyMigration(
        id=migration_id,
        campaign_id=campaign.id,
        to_version_id=version.id,
        mapping=dict(mapping),
        workflow_id=f"migration/{campaign.slug}/{migration_id.hex[:12]}",
    )
    await journey_migrations.begin(session, migration)
    await outbox.add(
        session,
        [OutboxMessage("start_migration", migration_id, migration.workflow_id, {"campaign_id": str(campaign.id)})],
    )
    return await journey_migrations.read(session, migration_id)


def _graph(flow: Flow) -> Graph:
    try:
        return Graph(flow)
    except TraversalError as error:
        raise InvalidError(sentence("flow_unwalkable", why=str(error))) from error


def _check(mapping: NodeMapping, new: Graph) -> None:
    errors = mapping_errors(mapping, new)
    if errors:
        raise InvalidError(
            sentence("mapping_unusable", why=errors[0]),
            errors=[{"path": "mapping", "message": message} for message in errors],
        )


async def _versions(session: AsyncSession, wanted: set[UUID]) -> dict[UUID, tuple[CampaignVersion, Graph]]:
    rows: Sequence[CampaignVersion] = await campaigns.versions_of(session, sorted(wanted))
    return {row.id: (row, Graph(Flow.model_validate(row.flow))) for row in rows}


def _outlook(at: StepPopulation, version: int, old: Graph, new: Graph, mapping: NodeMapping) -> MigrationPreview:
    if at.node_id is None:
        return MigrationPreview(
            version,
            None,
            "",
            at.journeys,
            MigrationEffect.BEGINS,
            new.entry.id,
            None,
            "it has not begun, and does so there",
        )
    before = old.node(at.node_id)
    after = target_node(at.node_id, new, mapping)
    becomes = effect_of(before, after)
    label = before.data.label or before.id
    to_node = after.id if after is not None else None
    return MigrationPreview(
        version, at.node_id, label, at.journeys, becomes, to_node, None, _why(becomes, before, after)
    )


def _why(becomes: MigrationEffect, before: Node, after: Node | None) -> str:
    named = (after.data.label or after.id) if after is not None else ""
    if becomes is MigrationEffect.EXITS:
        return "the node is gone: they exit with reason node_removed"
    if becomes is MigrationEffect.WAITS_ANEW:
        return f"they wait by the words of {named!r}, counted from when their wait began"
    return f"they enter {named!r}; a message or call that was handed over already is finished first, and not repeated"


def _seconds(new: Graph, preview: MigrationPreview) -> float | None:
    """How long the new wait is, where that is the same for everybody."""
    if preview.becomes is not MigrationEffect.WAITS_ANEW or preview.to_node is None:
        return None
    node = new.node(preview.to_node)
    if isinstance(node, WaitNode) and isinstance(node.data.until, UntilDuration):
        return node.data.until.duration.total_seconds
    if isinstance(node, ListeningNode):
        return node.data.timeout.total_seconds
    return None
