"""What models say, how right they are, and which of them makes each score."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query

from activities.recommendations import products_for
from api.dependencies import Marketer, Operator, ServicesDep, TemporalDep, Transaction, Viewer
from api.noting import note
from api.problems import responses
from api.schemas.base import CustomerRef, SlugPath
from api.schemas.intelligence import (
    ChannelChoicesView,
    ChoicesJudged,
    ClustersView,
    ClusterView,
    MapPoint,
    ModelSummary,
    ModelView,
    RecommendationView,
    ScoreView,
    TrainBody,
    TrainingRunView,
    UpliftLearned,
    UpliftView,
    WorkView,
)
from api.strict_json import StrictRoute
from api.temporal_ui import workflow_url
from campaigns import training_schedule
from domain.errors import ConflictError, NotFoundError
from domain.holdouts import score_name
from domain.i18n import sentence
from domain.vocabulary import ModelKind
from models import Model
from store.campaigns import campaigns
from store.customers import customer_queries
from store.intelligence import holdouts, model_registry, scores, training_runs
from workflows.intelligence_contracts import LESSONS, UPLIFT

router = APIRouter(tags=["intelligence"], route_class=StrictRoute)
ScoreName = Annotated[str, Path(min_length=1, max_length=80, examples=["churn"])]


def _told(row: Model) -> dict[str, Any]:
    card = row.card
    return row.model_dump() | {
        "metrics": card.get("metrics", {}),
        "baseline": card.get("beside", {}).get("everyone" if row.kind == ModelKind.HOURS else "baseline", {}),
    }


def _summary(row: Model) -> ModelSummary:
    return ModelSummary.model_validate(_told(row))


def _view(row: Model) -> ModelView:
    return ModelView.model_validate(_told(row))


@router.get("/models", dependencies=[Viewer], responses=responses(401, 403, 422))
async def list_models(
    session: Transaction, score: Annotated[str | None, Query(max_length=80)] = None
) -> list[ModelSummary]:
    """Models by score, the newest first; of those that lost, the last few."""
    return [_summary(row) for row in await model_registry.listed(session, score)]


@router.get("/models/{model_id}", dependencies=[Viewer], responses=responses(401, 403, 404, 422))
async def get_model(model_id: UUID, session: Transaction) -> ModelView:
    """One model with its card."""
    return _view(await model_registry.require(session, model_id))


@router.get("/training-runs", dependencies=[Viewer], responses=responses(401, 403))
async def list_training_outcomes(session: Transaction) -> list[TrainingRunView]:
    """What came of each score's last training, those that could not be learned among them; none before the first."""
    order = {name: place for place, name in enumerate(LESSONS)}
    rows = sorted(await training_runs.listed(session), key=lambda row: order.get(row.name, order[UPLIFT]))
    return [TrainingRunView.model_validate(row) for row in rows]


@router.post("/models/{model_id}/promote", dependencies=[Operator], responses=responses(401, 403, 404, 422))
async def promote_model(model_id: UUID, session: Transaction) -> ModelView:
    """Let this model make its score from the next scoring on, whatever its figures; the one in use is retired."""
    row = await model_registry.require(session, model_id)
    await model_registry.promote(session, row, now=datetime.now(UTC))
    return _view(row)


@router.post("/scores/{name}/rollback", dependencies=[Operator], responses=responses(401, 403, 404, 409, 422))
async def roll_back_score(name: ScoreName, session: Transaction) -> ModelView:
    """Give a score back to the model that made it before; it counts from the next scoring on."""
    return _view(await model_registry.roll_back(session, name, now=datetime.now(UTC)))


@router.post("/training-runs", status_code=202, dependencies=[Operator], responses=responses(401, 403, 422, 503))
async def train_models(body: TrainBody, services: ServicesDep, client: TemporalDep) -> WorkView:
    """Learn scores now, and score everyone with what won. While a training runs, it is the answer."""
    started = await training_schedule.train_now(client, body.names)
    await note(services, "training started", "model", ", ".join(body.names or ["all"]))
    url = workflow_url(services.settings, started.workflow_id)
    return WorkView(kind="training", workflow_id=started.workflow_id, temporal_url=url)


@router.post("/scoring-runs", status_code=202, dependencies=[Marketer], responses=responses(401, 403, 503))
async def score_customers(services: ServicesDep, client: TemporalDep) -> WorkView:
    """Score everyone now, with the models in use. While a scoring runs, it is the answer."""
    started = await training_schedule.score_now(client)
    await note(services, "scoring started", "model", "all")
    url = workflow_url(services.settings, started.workflow_id)
    return WorkView(kind="scoring", workflow_id=started.workflow_id, temporal_url=url)


@router.get("/clusters", dependencies=[Viewer], responses=responses(401, 403, 404))
async def get_clusters(session: Transaction) -> ClustersView:
    """The clusters in use: what sets each apart, its segment, and a map of some customers."""
    row = await model_registry.champion(session, "cluster")
    if row is None:
        raise NotFoundError(sentence("no_clusters"))
    segments = row.card.get("segments", {})
    return ClustersView(
        model_id=row.id,
        trained_at=row.trained_at,
        **row.card["metrics"],
        tried=row.card["tried"],
        clusters=[
            ClusterView(**cluster, segment_id=segments.get(str(cluster["number"]))) for cluster in row.card["clusters"]
        ],
        map=[MapPoint(**point) for point in row.card["map"]],
    )


@router.get("/campaigns/{slug}/uplift", dependencies=[Viewer], responses=responses(401, 403, 404, 422))
async def get_uplift(slug: SlugPath, session: Transaction) -> UpliftView:
    """Who responds because of the campaign: the newest learning from its holdout, whether or not it is in use."""
    campaign = await campaigns.require(session, slug)
    held = await holdouts.campaigns(session, campaign.id)
    rows = await model_registry.listed(session, score_name(campaign.id))
    newest = max(rows, key=lambda row: row.trained_at, default=None)
    return UpliftView(
        score=score_name(campaign.id),
        holdout=bool(held),
        learned=None if newest is None else UpliftLearned.model_validate(newest.card | newest.model_dump()),
    )


@router.get("/campaigns/{slug}/channel-choices", dependencies=[Viewer], responses=responses(401, 403, 404, 422))
async def get_channel_choices(slug: SlugPath, session: Transaction) -> ChannelChoicesView:
    """What the campaign's channel choices earned, and what other ways to choose would have (off-policy)."""
    await campaigns.require(session, slug)
    row = await model_registry.champion(session, "channel_choice")
    judged = None if row is None else row.card["campaigns"].get(slug)
    return ChannelChoicesView(
        judged_at=None if row is None else row.trained_at,
        judged=None if judged is None else ChoicesJudged.model_validate(judged),
    )


@router.post(
    "/campaigns/{slug}/uplift",
    status_code=202,
    dependencies=[Operator],
    responses=responses(401, 403, 404, 409, 422, 503),
)
async def learn_uplift(slug: SlugPath, services: ServicesDep, client: TemporalDep) -> WorkView:
    """Learn from the campaign's holdout now, then score everyone. While that runs, it is the answer."""
    async with services.database.transaction() as session:
        campaign = await campaigns.require(session, slug)
        if not await holdouts.campaigns(session, campaign.id):
            raise ConflictError(sentence("nobody_held_out"))
    started = await training_schedule.learn_uplift_now(client, score_name(campaign.id))
    await note(services, "uplift learning started", "campaign", slug)
    url = workflow_url(services.settings, started.workflow_id)
    return WorkView(kind="training", workflow_id=started.workflow_id, temporal_url=url)


@router.get(
    "/customers/{customer:path}/recommendations", dependencies=[Viewer], responses=responses(401, 403, 404, 422)
)
async def list_recommendations(customer: CustomerRef, session: Transaction) -> list[RecommendationView]:
    """What a message would recommend to the customer now, the best first."""
    found = await customer_queries.require(session, customer)
    shown = await products_for(session, found, datetime.now(UTC))
    return [RecommendationView(product_id=each["product_id"], why=each["why"], details=each) for each in shown]


@router.get("/customers/{customer:path}/scores", dependencies=[Viewer], responses=responses(401, 403, 404, 422))
async def list_scores(customer: CustomerRef, session: Transaction, services: ServicesDep) -> list[ScoreView]:
    """A customer's scores, each with what moved it most."""
    # not with the module: only who asks why pays for loading what learns
    from intelligence.feature_attribution import explain

    found = await customer_queries.require(session, customer)
    rows = await scores.of_customer(session, found.id)
    pace = services.settings.learning_time_scale
    why = await explain(session, found.id, rows, time_scale=pace)
    return [ScoreView.model_validate(row.model_dump() | {"reasons": why[row.name]}) for row in rows]
