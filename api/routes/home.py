"""The first page: figures of all campaigns, what needs attention, what runs next, the first steps."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.ext.asyncio import AsyncSession

from api.dependencies import ServicesDep, Transaction, Viewer
from api.problems import responses
from api.schemas.home import (
    AttentionView,
    CampaignPerformance,
    ChecklistView,
    DayView,
    PerformanceView,
    PeriodView,
    UpcomingView,
)
from campaigns.upcoming import upcoming
from domain.periods import PeriodDays, period
from store.campaigns import campaigns
from store.metrics import attention, performance
from store.metrics.performance import Overview, Performance

router = APIRouter(tags=["home"], dependencies=[Viewer])
_READ = responses(401, 403, 422)
_BEST = 5
_ATTENTION = timedelta(days=7)


@router.get("/home/performance", responses=_READ)
async def get_performance(session: Transaction, days: PeriodDays = PeriodDays.MONTH) -> PeriodView:
    """What all campaigns sent and earned in the last days, today among them, and in as many days before."""
    stretch = period(days, datetime.now(UTC))
    found = await performance.overview(session, stretch)
    return PeriodView(
        **asdict(stretch),
        now=PerformanceView.model_validate(found.now),
        before=PerformanceView.model_validate(found.before),
        days=[DayView.model_validate(day) for day in found.days],
        best=await _best(session, found),
    )


async def _best(session: AsyncSession, found: Overview) -> list[CampaignPerformance]:
    def rank(figures: Performance) -> tuple[int, int, int]:
        return (figures.conversions, figures.clicked, figures.sent)

    ranked = sorted(found.campaigns.items(), key=lambda item: rank(item[1]), reverse=True)[:_BEST]
    names = {row.id: row for row in await campaigns.by_ids(session, [campaign_id for campaign_id, _ in ranked])}
    return [
        CampaignPerformance.model_validate({**vars(figures), "slug": row.slug, "name": row.name})
        for campaign_id, figures in ranked
        if (row := names.get(campaign_id))
    ]


@router.get("/home/attention", responses=_READ)
async def get_attention(session: Transaction) -> AttentionView:
    """Paused campaigns, and what went wrong in the last seven days: 20 of each kind at most."""
    since = datetime.now(UTC) - _ATTENTION
    return AttentionView.model_validate({**vars(await attention.attention(session, since)), "since": since})


@router.get("/home/checklist", responses=_READ)
async def get_checklist(session: Transaction) -> ChecklistView:
    """The first steps of a new installation, and which of them were taken."""
    return ChecklistView.model_validate(await attention.checklist(session))


@router.get("/upcoming-launches", responses=_READ)
async def list_upcoming_launches(
    services: ServicesDep,
    days: Annotated[int, Query(ge=1, le=366, description="So far ahead.")] = 14,
    per_campaign: Annotated[int, Query(ge=1, le=50, description="So many of one campaign at most.")] = 50,
) -> UpcomingView:
    """Launches by schedules that are on, of active campaigns; scheduled broadcasts; launches that can be undone yet."""
    found = await upcoming(services.database, services.temporal, datetime.now(UTC), days, per_campaign)
    return UpcomingView.model_validate(found)
