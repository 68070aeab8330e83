"""Edits of running campaigns: look what becomes of those inside, then move them. Not moving them is pinning them."""

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession

from api.dependencies import ApiServices, Operator, ServicesDep, Transaction, Viewer
from api.paging import Page, Paging, decode, paged
from api.problems import responses
from api.schemas.base import SlugPath
from api.schemas.version_migration import MigrateBody, MigrationPreviewView, MigrationView, PlanBody, PlanView
from api.strict_json import StrictRoute
from api.temporal_ui import workflow_url
from campaigns import version_migration as moving
from domain.errors import ConflictError, NotFoundError
from domain.flow import Flow
from domain.i18n import sentence
from models import Campaign, CampaignVersion, JourneyMigration
from store.campaigns import campaigns, journey_migrations

router = APIRouter(prefix="/campaigns", tags=["campaigns"], route_class=StrictRoute)


async def _version(session: AsyncSession, campaign: Campaign, number: int | None) -> CampaignVersion:
    if number is not None:
        return await campaigns.version(session, campaign.id, number)
    current = await campaigns.current_version(session, campaign)
    if current is None:
        raise ConflictError(sentence("no_published_version"), state=campaign.state)
    return current


async def _view(session: AsyncSession, services: ApiServices, row: JourneyMigration) -> MigrationView:
    numbers = await campaigns.version_numbers(session, [row.to_version_id])
    return MigrationView.model_validate(
        {
            **row.model_dump(),
            "to_version": numbers[row.to_version_id],
            "outstanding": await journey_migrations.pending(session, row),
            "temporal_url": workflow_url(services.settings, row.workflow_id),
        }
    )


@router.post("/{slug}/migrations/plan", dependencies=[Viewer], responses=responses(401, 403, 404, 409, 413, 422))
async def plan_migration(slug: SlugPath, body: PlanBody, session: Transaction, services: ServicesDep) -> PlanView:
    """How many stand at each node, and what would become of them. Nothing is changed."""
    campaign = await campaigns.require(session, slug)
    if body.to == "draft":
        flow, version_id = Flow.model_validate(campaign.draft), None
    else:
        version = await _version(session, campaign, body.to)
        flow, version_id = Flow.model_validate(version.flow), version.id
    outlooks = await moving.plan(
        session,
        campaign,
        flow,
        body.mapping,
        to_version_id=version_id,
        now=datetime.now(UTC),
        time_scale=services.settings.time_scale,
    )
    nodes = [MigrationPreviewView.model_validate(outlook) for outlook in outlooks]
    return PlanView(journeys=sum(node.journeys for node in nodes), nodes=nodes)


@router.post(
    "/{slug}/migrations",
    status_code=202,
    dependencies=[Operator],
    responses=responses(401, 403, 404, 409, 413, 422, 503),
)
async def migrate_journeys(slug: SlugPath, body: MigrateBody, services: ServicesDep) -> MigrationView:
    """Move everybody inside to a version. Sending the same again moves those who came to other versions since."""
    async with services.database.transaction() as session:
        campaign = await campaigns.require(session, slug)
        version = await _version(session, campaign, body.to)
        migration = await moving.migrate(session, campaign, version, body.mapping)
    async with services.database.transaction() as session:
        return await _view(session, services, migration)


@router.get("/{slug}/migrations", dependencies=[Viewer], responses=responses(401, 403, 404, 422))
async def list_migrations(
    slug: SlugPath, session: Transaction, services: ServicesDep, query: Paging
) -> Page[MigrationView]:
    """Moves of this campaign's journeys, newest first."""
    campaign = await campaigns.require(session, slug)
    after = decode(query.cursor, tuple[datetime, UUID])
    rows = await journey_migrations.page(session, campaign.id, after, query.limit + 1)
    views = {row.id: await _view(session, services, row) for row in rows}
    return paged(rows, query.limit, lambda row: views[row.id], lambda row: (row.created_at, row.id))


@router.get("/{slug}/migrations/{migration_id}", dependencies=[Viewer], responses=responses(401, 403, 404, 422))
async def get_migration(
    slug: SlugPath, migration_id: UUID, session: Transaction, services: ServicesDep
) -> MigrationView:
    """One move, and how far it is."""
    campaign = await campaigns.require(session, slug)
    row = await journey_migrations.read(session, migration_id)
    if row.campaign_id != campaign.id:
        raise NotFoundError(sentence("no_migration_of", migration=str(migration_id), slug=slug))
    return await _view(session, services, row)
