"""Promotions: definitions, what is used of them, what looks like misuse."""

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Path, Query
from sqlalchemy.ext.asyncio import AsyncSession

from api.dependencies import Marketer, Transaction, Viewer
from api.paging import Page, Paging, decode, paged
from api.problems import responses
from api.schemas.promotions import (
    BurnDayView,
    PromotionCreate,
    PromotionUpdate,
    PromotionView,
    RedemptionView,
    RefusalsView,
    SharedIdentifierView,
)
from api.strict_json import StrictRoute
from domain.errors import ConflictError
from domain.i18n import sentence
from domain.promotions.promotion import Promotion
from models import PromotionRow
from store.promotions import orders, promotions, reports

router = APIRouter(prefix="/promotions", tags=["promotions"], route_class=StrictRoute)
PromotionPath = Annotated[UUID, Path(description="The promotion.")]
_READ = responses(401, 403, 404, 422)
_CHANGE = responses(401, 403, 404, 409, 413, 422)


async def _views(session: AsyncSession, rows: list[PromotionRow]) -> list[PromotionView]:
    used = await promotions.used(session, [row.id for row in rows])
    return [
        PromotionView(
            id=row.id,
            name=row.name,
            state=row.state,
            revision=row.revision,
            promotion=Promotion.model_validate(row.definition),
            budgets=[{"budget": b, "taken": t, "most": m} for b, t, m in used.get(row.id, [])],
            created_at=row.created_at,
            updated_at=row.updated_at,
        )
        for row in rows
    ]


@router.post("", status_code=201, dependencies=[Marketer], responses=responses(401, 403, 413, 422))
async def create_promotion(body: PromotionCreate, session: Transaction) -> PromotionView:
    """Create a draft."""
    definition = body.promotion.model_dump(mode="json")
    row = await promotions.add(session, PromotionRow(id=uuid4(), name=body.name, definition=definition))
    return (await _views(session, [row]))[0]


@router.get("", dependencies=[Viewer], responses=responses(401, 403, 422))
async def list_promotions(session: Transaction, query: Paging) -> Page[PromotionView]:
    """Promotions, newest first, each with what is used of its budgets."""
    rows = await promotions.page(session, decode(query.cursor, tuple[datetime, UUID]), query.limit + 1)
    views = {view.id: view for view in await _views(session, list(rows))}
    return paged(rows, query.limit, lambda row: views[row.id], lambda row: (row.created_at, row.id))


@router.get("/refused-codes", dependencies=[Viewer], responses=responses(401, 403, 422))
async def list_promotion_refusals(
    session: Transaction, promotion_id: Annotated[UUID | None, Query(description="Only of this promotion.")] = None
) -> list[RefusalsView]:
    """Codes that did not apply in the last 7 days, by key and reason: many different ones are somebody's guesses."""
    return [RefusalsView.model_validate(row) for row in await reports.refusals(session, promotion_id, 100)]


@router.get("/shared-identifiers", dependencies=[Viewer], responses=responses(401, 403, 422))
async def list_shared_identifiers(session: Transaction) -> list[SharedIdentifierView]:
    """Devices and cards with which several customers redeemed in the last 90 days: one person, perhaps.

    Promotions with a budget per identifier note them, as hashes.
    """
    since = datetime.now(UTC) - timedelta(days=90)
    return [SharedIdentifierView.model_validate(row) for row in await reports.shared_identifiers(session, since, 100)]


@router.get("/burn-down", dependencies=[Viewer], responses=responses(401, 403, 422))
async def get_promotion_burn_down(
    session: Transaction,
    promotion_id: Annotated[list[UUID], Query(description="Which promotions.", min_length=1, max_length=200)],
    days: Annotated[int, Query(ge=1, le=366)] = 30,
) -> list[BurnDayView]:
    """What each of the last days (UTC) took of promotions' budgets, less what it gave back."""
    since = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days - 1)
    return [BurnDayView.model_validate(day) for day in await reports.burn(session, promotion_id, since)]


@router.get("/{promotion_id}", dependencies=[Viewer], responses=_READ)
async def get_promotion(promotion_id: PromotionPath, session: Transaction) -> PromotionView:
    """One promotion."""
    return (await _views(session, [await promotions.require(session, promotion_id)]))[0]


@router.patch("/{promotion_id}", dependencies=[Marketer], responses=_CHANGE)
async def update_promotion(promotion_id: PromotionPath, body: PromotionUpdate, session: Transaction) -> PromotionView:
    """Change a promotion, or start, pause and end it. 409 when somebody changed it since it was read.

    What was redeemed keeps its discounts. The currency stays once the promotion has left its draft.
    """
    row = await promotions.require(session, promotion_id)
    values = body.model_dump(mode="json", exclude_none=True, exclude={"revision", "promotion"})
    if row.state == "ended" and body.state not in (None, "ended"):
        raise ConflictError(sentence("promotion_ended_for_good"))
    if body.promotion is not None:
        if row.state != "draft" and body.promotion.currency != row.definition["currency"]:
            raise ConflictError(sentence("promotion_currency_kept"))
        values["definition"] = body.promotion.model_dump(mode="json")
    changed = await promotions.change(session, promotion_id, body.revision, values)
    return (await _views(session, [changed]))[0]


@router.get("/{promotion_id}/redemptions", dependencies=[Viewer], responses=_READ)
async def list_promotion_redemptions(
    promotion_id: PromotionPath, session: Transaction, limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> list[RedemptionView]:
    """A promotion's newest redemptions."""
    await promotions.require(session, promotion_id)
    return [RedemptionView.model_validate(row) for row in await orders.page_of(session, promotion_id, limit)]
