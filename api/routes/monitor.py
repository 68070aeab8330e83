"""The monitor of a campaign: its figures now, live, over time, and launch by launch."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from api.dependencies import ServicesDep, Transaction, Viewer
from api.problems import responses
from api.schemas.base import SlugPath
from api.schemas.campaigns import RunView
from api.schemas.monitor import MonitorView, PointView, RunFiguresView, SeriesView
from api.server_sent_events import Broadcaster
from api.temporal_ui import workflow_url
from ingestion.counter_rollup import bucket_width
from store.campaigns import campaigns
from store.metrics import campaign_counters, monitoring
from store.metrics.monitoring import RunFigures

router = APIRouter(prefix="/campaigns", tags=["campaigns"], dependencies=[Viewer])
_READ = responses(401, 403, 404, 422)
_METRICS = ("entered", "sent", "delivered", "opened", "clicked", "conversions", "unsubscribed", "bounced")
_RUNS_COMPARED = 60
_STREAM = {
    "description": "An event `figures` with a MonitorView after each change.",
    "content": {"text/event-stream": {"schema": {"type": "string"}}},
}


@router.get("/{slug}/monitor", responses=_READ)
async def get_monitor(slug: SlugPath, session: Transaction, run_id: UUID | None = None) -> MonitorView:
    """The campaign's figures, or those of one launch, counted to this moment."""
    campaign = await campaigns.require(session, slug)
    return MonitorView.model_validate(await monitoring.figures(session, campaign.id, run_id))


@router.get("/{slug}/monitor/stream", responses={**_READ, 200: _STREAM}, response_class=StreamingResponse)
async def watch_monitor(
    slug: SlugPath, services: ServicesDep, request: Request, run_id: UUID | None = None
) -> StreamingResponse:
    """The same figures as server-sent events: at once, then within a second of each change."""
    async with services.database.transaction() as session:
        campaign_id = (await campaigns.require(session, slug)).id

    async def read() -> str:
        async with services.database.transaction() as session:
            found = await monitoring.figures(session, campaign_id, run_id)
        return MonitorView.model_validate(found).model_dump_json()

    feeds: Broadcaster = request.app.state.feeds
    watching = feeds.watch(f"{campaign_id}:{run_id}", read)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_events(watching), media_type="text/event-stream", headers=headers)


async def _events(watching: AsyncIterator[str | None]) -> AsyncIterator[str]:
    async for figures in watching:
        yield f"event: figures\ndata: {figures}\n\n" if figures is not None else ": nothing new\n\n"


@router.get("/{slug}/monitor/series", responses=_READ)
async def get_monitor_series(
    slug: SlugPath,
    session: Transaction,
    services: ServicesDep,
    run_id: UUID | None = None,
    node: Annotated[str | None, Query(max_length=64, description="The messages of one step.")] = None,
) -> SeriesView:
    """What happened over time, in about a hundred stretches at most."""
    campaign = await campaigns.require(session, slug)
    finest = bucket_width(services.settings.time_scale)
    found = await campaign_counters.series(session, campaign.id, _METRICS, finest, run_id=run_id, node_id=node)
    return SeriesView(
        width_seconds=found.width / timedelta(seconds=1),
        points=[
            PointView.model_validate(
                {
                    **vars(point),
                    "channel": point.channel or None,
                    "currency": point.currency or None,
                    "amount": float(point.amount),
                }
            )
            for point in found.points
        ],
    )


@router.get("/{slug}/monitor/runs", responses=_READ)
async def compare_runs(
    slug: SlugPath,
    session: Transaction,
    services: ServicesDep,
    limit: Annotated[int, Query(ge=1, le=_RUNS_COMPARED, description="The newest so many.")] = 20,
) -> list[RunFiguresView]:
    """The campaign's launches beside each other, newest first."""
    campaign = await campaigns.require(session, slug)
    rows = await campaigns.runs(session, campaign.id, None, limit)
    numbers = await campaigns.version_numbers(session, [row.version_id for row in rows])
    figures = await monitoring.runs(session, campaign.id)
    return [
        RunFiguresView.model_validate(
            {
                **vars(figures.get(row.id, RunFigures())),
                "run": RunView.model_validate(
                    {
                        **row.model_dump(),
                        "version": numbers[row.version_id],
                        "temporal_url": workflow_url(services.settings, row.workflow_id),
                    }
                ),
            }
        )
        for row in rows
    ]
