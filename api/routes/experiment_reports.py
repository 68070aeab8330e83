"""What an experiment says, divided or as a file."""

import csv
from datetime import UTC, datetime
from io import StringIO
from uuid import UUID

from fastapi import APIRouter, Response

from activities.experiments import recomputed
from api.dependencies import ServicesDep, Transaction, Viewer
from api.problems import responses
from api.routes.experiments import ExperimentPath, arm_views
from api.schemas.experiments import DayEffectView, EffectView, SegmentReading
from domain.errors import ConflictError
from domain.experiments import ExperimentPlan
from domain.i18n import sentence
from intelligence.experiments.by_day import effects_by_day
from intelligence.experiments.sums import Sums
from store.experiments import breakdowns, experiments
from store.segments import saved_segments

router = APIRouter(prefix="/experiments", tags=["experiments"], dependencies=[Viewer])
_READ = responses(401, 403, 404, 422)


@router.get(
    "/{experiment_id}/looks.csv",
    responses=_READ | {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
    response_class=Response,
)
async def export_experiment(experiment_id: ExperimentPath, session: Transaction) -> Response:
    """Every look, arm and metric as a table."""
    row = await experiments.require(session, experiment_id)
    names = [metric.event for metric in ExperimentPlan.model_validate(row.plan).metrics]
    out = StringIO()
    table = csv.writer(out)
    table.writerow(["look", "at", "arm", "metric", "effect", "low", "high", "win_p", "harm_p"])
    for look in await experiments.looks(session, row.id):
        for e in look.readout["effects"]:
            figures = [e[name] for name in ("effect", "low", "high", "win_p", "harm_p")]
            table.writerow([look.number, look.at.isoformat(), e["arm"], names[e["metric"]], *figures])
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8")


@router.get("/{experiment_id}/days", responses=_READ)
async def get_effect_by_day(
    experiment_id: ExperimentPath, session: Transaction, services: ServicesDep
) -> list[DayEffectView]:
    """The primary metric on each of the first 14 days since exposure: whether an effect is a novelty's."""
    row = await experiments.require(session, experiment_id)
    plan = ExperimentPlan.model_validate(row.plan)
    now, scale = datetime.now(UTC), services.settings.time_scale
    found = await breakdowns.by_day(session, row.id, row.campaign_id, plan.primary, now=now, time_scale=scale)
    cells = {(each.arm, each.day): Sums(each.n, each.y, each.yy) for each in found}
    return [DayEffectView.model_validate(each) for each in effects_by_day(plan, cells)]


@router.get("/{experiment_id}/segments/{segment_id}", responses=responses(401, 403, 404, 409, 422))
async def get_segment_reading(
    experiment_id: ExperimentPath,
    segment_id: UUID,
    session: Transaction,
    services: ServicesDep,
) -> SegmentReading:
    """The primary metric among the customers who are in a saved segment now."""
    row = await experiments.require(session, experiment_id)
    if not row.arms:
        raise ConflictError(sentence("experiment_not_running", state=row.state))
    segment = await saved_segments.require(session, segment_id)
    plan = ExperimentPlan.model_validate(row.plan)
    now, scale = datetime.now(UTC), services.settings.time_scale
    sums = await breakdowns.in_segment(
        session, row.id, row.campaign_id, segment.id, plan.primary, now=now, time_scale=scale
    )
    reading = recomputed(row, sums, primary_only=True)
    return SegmentReading.model_validate(
        {
            "segment": segment.id,
            "segment_name": segment.name,
            "arms": arm_views(row, plan, reading),
            "effects": [EffectView.model_validate(each) for each in reading.effects],
        }
    )
