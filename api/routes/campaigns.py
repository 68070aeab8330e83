"""Campaigns: draw, check, publish, read."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Body, Path, Query
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from api.dependencies import Marketer, Operator, ServicesDep, Transaction, Viewer, temporal_of
from api.paging import Page, PageQuery, Paging, decode, paged
from api.problems import responses
from api.schemas.base import SlugPath
from api.schemas.campaigns import (
    CampaignCreate,
    CampaignItem,
    CampaignUpdate,
    CampaignView,
    LabelsBody,
    ValidateBody,
    Validation,
    VersionSummary,
    VersionView,
    ViolationView,
)
from api.strict_json import StrictRoute
from campaigns import publish as publishing
from campaigns import schedule_sync
from domain.campaign_status import status_of
from domain.errors import ConflictError
from domain.flow import Flow
from domain.i18n import sentence
from domain.vocabulary import CampaignState
from models import Campaign
from store.campaigns import broadcasts, campaign_labels, campaigns, scheduled, statuses
from store.campaigns.campaign_labels import LabelChange
from store.metrics import performance
from store.metrics.performance import Performance

router = APIRouter(prefix="/campaigns", tags=["campaigns"], route_class=StrictRoute)


class CampaignQuery(PageQuery):
    """Which campaigns."""

    state: CampaignState | None = None
    search: str | None = Field(default=None, min_length=1, max_length=120, description="Part of the name or slug.")
    folder: str | None = Field(default=None, min_length=1, max_length=60)
    tag: str | None = Field(default=None, min_length=1, max_length=40)


async def campaign_view(session: AsyncSession, campaign: Campaign) -> CampaignView:
    """The campaign with its draft and the number of its current version."""
    current = await campaigns.current_version(session, campaign)
    now = datetime.now(UTC)
    found = (await statuses.facts(session, [campaign.id], now))[campaign.id]
    return CampaignView.model_validate(
        {
            **campaign.model_dump(),
            "current_version": current.number if current else None,
            "status": status_of(found, now),
            "broadcast": found.broadcast,
        }
    )


async def _require_journey(session: AsyncSession, slug: str) -> None:
    """Refuse what would change the campaign of a broadcast behind its back."""
    if await broadcasts.among(session, [(await campaigns.require(session, slug)).id]):
        raise ConflictError(sentence("is_broadcast"))


def _draft(flow: Flow) -> dict[str, object]:
    return flow.model_dump(mode="json", by_alias=True)


@router.post("", status_code=201, dependencies=[Marketer], responses=responses(401, 403, 409, 413, 422))
async def create_campaign(body: CampaignCreate, session: Transaction) -> CampaignView:
    """Create a campaign. Its flow may be unfinished: publishing is what validates."""
    made = await campaigns.create(
        session,
        Campaign(id=uuid4(), slug=body.slug, name=body.name, description=body.description, draft=_draft(body.flow)),
    )
    return await campaign_view(session, made)


@router.get("", dependencies=[Viewer], responses=responses(401, 403, 422))
async def list_campaigns(session: Transaction, query: Annotated[CampaignQuery, Query()]) -> Page[CampaignItem]:
    """Campaigns, newest first, each with what it came to so far and when it was launched last."""
    after = decode(query.cursor, tuple[datetime, UUID])
    rows = await campaigns.page(
        session,
        after,
        query.limit + 1,
        state=query.state,
        search=query.search,
        folder=query.folder,
        tag=query.tag,
    )
    numbers = await campaigns.version_numbers(
        session, [row.current_version_id for row in rows if row.current_version_id]
    )

    ids = [row.id for row in rows]
    figures = await performance.of_campaigns(session, ids)
    launched = await scheduled.last_launches(session, ids)
    now = datetime.now(UTC)
    facts = await statuses.facts(session, ids, now)

    def item(row: Campaign) -> CampaignItem:
        number = numbers.get(row.current_version_id) if row.current_version_id else None
        counts = vars(figures.get(row.id, Performance()))
        last = launched.get(row.id)
        return CampaignItem.model_validate(
            {
                **row.model_dump(),
                "current_version": number,
                **counts,
                "last_launch": last,
                "status": status_of(facts[row.id], now),
            }
        )

    return paged(rows, query.limit, item, lambda row: (row.created_at, row.id))


@router.post("/labels", dependencies=[Marketer], responses=responses(401, 403, 404, 413, 422))
async def label_campaigns(body: LabelsBody, session: Transaction) -> list[CampaignView]:
    """Tag several campaigns, or move them to a folder: all of them or none. Nothing else about them changes."""
    wanted = LabelChange(
        add_tags=body.add_tags,
        remove_tags=body.remove_tags,
        move="folder" in body.model_fields_set,
        folder=body.folder,
    )
    changed = await campaign_labels.change(session, body.slugs, wanted)
    return [await campaign_view(session, campaign) for campaign in changed]


@router.get("/{slug}", dependencies=[Viewer], responses=responses(401, 403, 404, 422))
async def get_campaign(slug: SlugPath, session: Transaction) -> CampaignView:
    """One campaign, with its draft."""
    return await campaign_view(session, await campaigns.require(session, slug))


@router.patch("/{slug}", dependencies=[Marketer], responses=responses(401, 403, 404, 409, 413, 422))
async def update_campaign(slug: SlugPath, body: CampaignUpdate, session: Transaction) -> CampaignView:
    """Change the draft. 409 with the newest revision when somebody changed it since it was read."""
    await _require_journey(session, slug)
    values: dict[str, object] = body.model_dump(include={"name", "description"}, exclude_none=True)
    if body.flow is not None:
        values["draft"] = _draft(body.flow)
    return await campaign_view(session, await campaigns.change(session, slug, body.revision, values))


@router.post("/{slug}/validate", dependencies=[Viewer], responses=responses(401, 403, 404, 413, 422))
async def validate_campaign(
    slug: SlugPath,
    session: Transaction,
    services: ServicesDep,
    body: Annotated[ValidateBody | None, Body()] = None,
) -> Validation:
    """Everything that keeps the draft (or the flow sent) from being published, at once."""
    campaign = await campaigns.require(session, slug)
    flow = body.flow if body else Flow.model_validate(campaign.draft)
    found = await publishing.violations(session, flow, services.providers.channels)
    return Validation(valid=not found, violations=[ViolationView.model_validate(item) for item in found])


@router.post("/{slug}/publish", dependencies=[Operator], responses=responses(401, 403, 404, 409, 422, 503))
async def publish_campaign(slug: SlugPath, services: ServicesDep) -> VersionView:
    """Freeze the draft as the version that new journeys take; running journeys keep theirs.

    422 with all `violations` when it can't be published. Publishing the same again makes no second version.
    """
    async with services.database.transaction() as session:
        await _require_journey(session, slug)
        published = await publishing.publish(session, slug, services.providers.channels)
    view = VersionView.model_validate(published.version)
    if published.replaced:
        await schedule_sync.sync_now(await temporal_of(services), services.database, published.campaign.id)
    return view


@router.get("/{slug}/versions", dependencies=[Viewer], responses=responses(401, 403, 404, 422))
async def list_versions(slug: SlugPath, session: Transaction, query: Paging) -> Page[VersionSummary]:
    """Published versions, newest first."""
    campaign = await campaigns.require(session, slug)
    below = decode(query.cursor, tuple[int])
    rows = await campaigns.versions(session, campaign.id, below[0] if below else None, query.limit + 1)
    return paged(rows, query.limit, VersionSummary.model_validate, lambda row: (row.number,))


@router.get("/{slug}/versions/{number}", dependencies=[Viewer], responses=responses(401, 403, 404, 422))
async def get_version(
    slug: SlugPath, number: Annotated[int, Path(ge=1, le=1_000_000)], session: Transaction
) -> VersionView:
    """One published version, whole."""
    campaign = await campaigns.require(session, slug)
    return VersionView.model_validate(await campaigns.version(session, campaign.id, number))
