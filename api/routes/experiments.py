"""Experiments on random splits: plan, start, read out, roll out."""

from datetime import UTC, datetime
from math import ceil
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from activities.experiments import reading_of
from api.dependencies import Marketer, Operator, ServicesDep, Transaction, Viewer
from api.paging import Page, PageQuery, decode, paged
from api.problems import responses
from api.schemas.experiments import (
    ArmView,
    DecisionView,
    EffectView,
    ExperimentCreate,
    ExperimentItem,
    ExperimentPromote,
    ExperimentUpdate,
    ExperimentView,
    LookView,
    PowerQuestion,
    PowerView,
    TrafficQuestion,
    TrafficView,
    effect_views,
)
from api.strict_json import StrictRoute
from campaigns import experiments as trying
from domain.errors import InvalidError
from domain.experiments import ExperimentArm, ExperimentPlan, ExperimentStage, planned_shares
from intelligence.experiments import power
from intelligence.experiments.readout import ExperimentReading
from intelligence.experiments.verdicts import WinRule
from models import Campaign, Experiment
from store.campaigns import campaigns
from store.experiments import experiments, outcomes, traffic

router = APIRouter(prefix="/experiments", tags=["experiments"], route_class=StrictRoute)
ExperimentPath = Annotated[UUID, Path(description="The experiment.")]
_READ = responses(401, 403, 404, 422)
_CHANGE = responses(401, 403, 404, 409, 413, 422)
_ALPHA = 0.025


class ExperimentQuery(PageQuery):
    """Which experiments."""

    search: str | None = Field(default=None, min_length=1, max_length=120, description="Part of name or hypothesis.")
    campaign: str | None = Field(default=None, max_length=60, description="Of that campaign only.")
    node_id: str | None = Field(default=None, max_length=120, description="On that split only.")
    stage: ExperimentStage | None = Field(default=None, description="Without it: all but the archived ones.")


def _item(row: Experiment, campaign: Campaign, readout: dict[str, Any]) -> dict[str, Any]:
    names = (
        "id", "node_id", "name", "state", "winner", "ramp", "started_at", "ended_at", "created_at", "revision",
        "archived_at",
    )  # fmt: skip
    return {name: getattr(row, name) for name in names} | {
        "winner_label": next((arm["label"] or arm["id"] for arm in row.arms if arm["id"] == row.winner), ""),
        "campaign": campaign.slug,
        "campaign_name": campaign.name,
        "hypothesis": row.plan.get("hypothesis", ""),
        "exposed": readout.get("exposed", 0),
        "progress": readout.get("progress", 0.0),
    }


async def _view(session: AsyncSession, services: ServicesDep, row: Experiment) -> ExperimentView:
    [campaign] = await campaigns.by_ids(session, [row.campaign_id])
    now, scale = datetime.now(UTC), services.settings.time_scale
    plan = ExperimentPlan.model_validate(row.plan)
    frozen = [ExperimentArm.model_validate(arm) for arm in row.arms]
    reading = (await reading_of(session, row, now=now, time_scale=scale))[0] if frozen else None
    looks = await experiments.looks(session, row.id)
    said = _item(row, campaign, {"exposed": reading.exposed, "progress": reading.progress} if reading else {})
    return ExperimentView.model_validate(
        said
        | {
            "plan": plan,
            "frozen_arms": frozen,
            "arms": arm_views(row, plan, reading) if reading else [],
            "effects": [EffectView.model_validate(each) for each in (reading.effects if reading else [])],
            "sample_ratio_p": reading.sample_ratio_p if reading else 1.0,
            "sample_ratio_ok": reading.sample_ratio_ok if reading else True,
            "crossed": await outcomes.crossed(session, row.id) if frozen else 0,
            "days_left": _days_left(row, plan, reading.exposed if reading else 0, now, scale),
            "decisions": [DecisionView.model_validate(each) for each in await experiments.decisions(session, row.id)],
            "looks": [
                LookView(
                    number=look.number, at=look.at, exposed=look.readout["exposed"],
                    effects=effect_views([each for each in look.readout["effects"] if each["metric"] == 0]),
                    sample_ratio_p=look.readout["sample_ratio_p"],
                )
                for look in looks
            ],
        }
    )  # fmt: skip


def arm_views(row: Experiment, plan: ExperimentPlan, reading: ExperimentReading) -> list[ArmView]:
    """The arms of a started experiment as a reading has them."""
    frozen = [ExperimentArm.model_validate(arm) for arm in row.arms]
    shares, labels = planned_shares(frozen), {arm.id: arm.label for arm in frozen}
    return [
        ArmView(
            arm=arm.arm, label=labels[arm.arm], share=shares[arm.arm], exposed=arm.exposed, means=arm.means,
            control=arm.arm == plan.control, retired=arm.arm in row.retired,
        )
        for arm in reading.arms
    ]  # fmt: skip


def _days_left(row: Experiment, plan: ExperimentPlan, exposed: int, now: datetime, scale: float) -> int | None:
    if row.started_at is None or row.ended_at is not None or exposed == 0:
        return None
    days = max((now - row.started_at).total_seconds(), 1.0) / 86_400 / scale
    return max(ceil((plan.planned_customers - exposed) / (exposed / days)), 0)


@router.post("", status_code=201, dependencies=[Marketer], responses=_CHANGE)
async def create_experiment(body: ExperimentCreate, session: Transaction, services: ServicesDep) -> ExperimentView:
    """Write an experiment down: hypothesis, metrics, guardrails, size. Nothing is assigned before it starts."""
    row = await trying.create(session, body.campaign, body.node_id, body.name, body.plan)
    return await _view(session, services, row)


@router.get("", dependencies=[Viewer], responses=_READ)
async def list_experiments(session: Transaction, query: Annotated[ExperimentQuery, Query()]) -> Page[ExperimentItem]:
    """Experiments of all campaigns, newest first."""
    after = decode(query.cursor, tuple[datetime, UUID])
    campaign_id = (await campaigns.require(session, query.campaign)).id if query.campaign else None
    rows = await experiments.page(
        session, after, query.limit + 1, search=query.search, campaign_id=campaign_id,
        stage=query.stage, node_id=query.node_id,
    )  # fmt: skip
    newest = await experiments.newest_readouts(session, [row.id for row, _ in rows])
    return paged(
        rows,
        query.limit,
        lambda row: ExperimentItem.model_validate(_item(row[0], row[1], newest.get(row[0].id, {}))),
        lambda row: (row[0].created_at, row[0].id),
    )


@router.post("/power", dependencies=[Viewer], responses=responses(401, 403, 413, 422))
async def plan_experiment_size(body: PowerQuestion) -> PowerView:
    """How many customers and days it takes to find a difference."""
    if body.variance is None and body.baseline >= 1:
        message = "give the variance of a metric that is no rate"
        raise InvalidError(message, errors=[{"path": "/variance", "message": message}])
    variance = body.variance or body.baseline * (1 - body.baseline)
    per_arm = power.customers_needed(
        variance, body.effect, alpha=_ALPHA / (body.arms - 1), power=body.power, win=WinRule(body.win)
    )
    return PowerView.model_validate(power.plan(per_arm, body.arms, body.daily))


@router.post("/traffic", dependencies=[Viewer], responses=responses(401, 403, 404, 413, 422))
async def get_campaign_traffic(body: TrafficQuestion, session: Transaction) -> TrafficView:
    """How many customers a campaign has a day, and how they do on a metric: what `POST /experiments/power` asks."""
    campaign = await campaigns.require(session, body.campaign)
    return TrafficView.model_validate(await traffic.traffic(session, campaign.id, body.metric, datetime.now(UTC)))


@router.get("/{experiment_id}", dependencies=[Viewer], responses=_READ)
async def get_experiment(experiment_id: ExperimentPath, session: Transaction, services: ServicesDep) -> ExperimentView:
    """What an experiment says now, and every look and step so far."""
    return await _view(session, services, await experiments.require(session, experiment_id))


@router.patch("/{experiment_id}", dependencies=[Marketer], responses=_CHANGE)
async def update_experiment(
    experiment_id: ExperimentPath, body: ExperimentUpdate, session: Transaction, services: ServicesDep
) -> ExperimentView:
    """Change a draft; of an experiment that has started only the name."""
    row = await trying.change(session, experiment_id, body.revision, name=body.name, plan=body.plan)
    return await _view(session, services, row)


@router.post("/{experiment_id}/start", dependencies=[Operator], responses=_CHANGE)
async def start_experiment(
    experiment_id: ExperimentPath, session: Transaction, services: ServicesDep
) -> ExperimentView:
    """Freeze the plan and begin. 409 when it has started, or another experiment stands on the split."""
    return await _view(session, services, await trying.start(session, experiment_id))


@router.post("/{experiment_id}/promote", dependencies=[Operator], responses=_CHANGE)
async def promote_arm(
    experiment_id: ExperimentPath, body: ExperimentPromote, session: Transaction, services: ServicesDep
) -> ExperimentView:
    """Roll an arm out to all new customers, step by step: 5, 25, 50, 100 %; a crossed guardrail rolls it back."""
    return await _view(session, services, await trying.promote(session, experiment_id, body.arm))


@router.post("/{experiment_id}/stop", dependencies=[Operator], responses=_CHANGE)
async def stop_experiment(experiment_id: ExperimentPath, session: Transaction, services: ServicesDep) -> ExperimentView:
    """End it without a winner: the split goes on as it does without an experiment."""
    return await _view(session, services, await trying.stop(session, experiment_id))


@router.post("/{experiment_id}/roll-back", dependencies=[Operator], responses=_CHANGE)
async def roll_back_experiment(
    experiment_id: ExperimentPath, session: Transaction, services: ServicesDep
) -> ExperimentView:
    """Give the control to all new customers, by hand; also after a roll-out."""
    return await _view(session, services, await trying.roll_back(session, experiment_id))


@router.post("/{experiment_id}/fold", dependencies=[Marketer], responses=_CHANGE)
async def fold_winner(experiment_id: ExperimentPath, session: Transaction, services: ServicesDep) -> ExperimentView:
    """Take the split out of the campaign's draft: the next version knows the winner alone."""
    return await _view(session, services, await trying.fold_winner(session, experiment_id))


@router.post("/{experiment_id}/archive", dependencies=[Marketer], responses=_CHANGE)
async def archive_experiment(
    experiment_id: ExperimentPath, session: Transaction, services: ServicesDep
) -> ExperimentView:
    """Put it away: it is listed apart, and decides as before."""
    return await _view(session, services, await trying.archive(session, experiment_id, away=True))


@router.post("/{experiment_id}/restore", dependencies=[Marketer], responses=_CHANGE)
async def restore_experiment(
    experiment_id: ExperimentPath, session: Transaction, services: ServicesDep
) -> ExperimentView:
    """List an archived one among the others again."""
    return await _view(session, services, await trying.archive(session, experiment_id, away=False))
