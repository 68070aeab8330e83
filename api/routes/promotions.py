"""Promotions and their codes."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Path, Query
from sqlalchemy.ext.asyncio import AsyncSession

from api.dependencies import Marketer, Operator, Transaction, Viewer
from api.paging import Page, Paging, decode, paged
from api.problems import responses
from api.schemas.promotions import (
    CodesCreate,
    CodesImport,
    CodesMade,
    CodeView,
    PromotionCreate,
    PromotionUpdate,
    PromotionView,
    RedemptionView,
    RefusalsView,
)
from api.strict_json import StrictRoute
from domain.errors import ConflictError
from domain.i18n import sentence
from domain.promotions.codes import normal
from domain.promotions.promotion import Promotion
from domain.promotions.rewards import GiftCardReward
from domain.promotions.schedule import valid_until
from models import PromotionRow
from store.access import audit
from store.customers import customer_queries
from store.promotions import codes, orders, promotions
from store.promotions.codes import CodeBatch

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
async def list_promotion_refusals(session: Transaction) -> list[RefusalsView]:
    """Codes that did not apply in the last 7 days, by key and reason: many different ones are somebody's guesses."""
    return [RefusalsView.model_validate(row) for row in await orders.refusals(session, 100)]


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


async def _batch(session: AsyncSession, promotion_id: UUID, customer: str | None) -> CodeBatch:
    row = await promotions.require(session, promotion_id)
    promotion = Promotion.model_validate(row.definition)
    rules, now = promotion.codes, datetime.now(UTC)
    if rules.kind == "none":
        raise ConflictError(sentence("promotion_takes_no_code"))
    customer_id = None
    if customer is not None:
        customer_id = (await customer_queries.require(session, customer)).id
    elif rules.personal:
        raise ConflictError(sentence("promotion_codes_personal"))
    return CodeBatch(
        id=uuid4(),
        promotion_id=promotion_id,
        max_uses=rules.uses if rules.uses or rules.kind == "generic" else 1,
        balance=promotion.reward.balance if isinstance(promotion.reward, GiftCardReward) else None,
        customer_id=customer_id,
        issued_at=now,
        valid_until=None if rules.valid_days is None else valid_until(now, rules.valid_days, promotion.schedule.zone),
    )


@router.post("/{promotion_id}/codes", status_code=201, dependencies=[Marketer], responses=_CHANGE)
async def create_promotion_codes(promotion_id: PromotionPath, body: CodesCreate, session: Transaction) -> CodesMade:
    """Make unguessable codes."""
    batch = await _batch(session, promotion_id, body.customer)
    made = await codes.generate(session, batch, body.count, body.prefix)
    await audit.note(session, "made codes", "promotion", str(promotion_id), {"batch": str(batch.id), "made": len(made)})
    return CodesMade(batch_id=batch.id, made=len(made), codes=made)


@router.post("/{promotion_id}/codes/import", status_code=201, dependencies=[Marketer], responses=_CHANGE)
async def import_promotion_codes(promotion_id: PromotionPath, body: CodesImport, session: Transaction) -> CodesMade:
    """Take codes that exist already, or the one that everybody is to use. Those that are known stay as they are."""
    batch = await _batch(session, promotion_id, None)
    made = await codes.add(session, batch, sorted({normal(code) for code in body.codes} - {""}))
    after = {"batch": str(batch.id), "made": made}
    await audit.note(session, "imported codes", "promotion", str(promotion_id), after)
    return CodesMade(batch_id=batch.id, made=made, codes=[])


@router.get("/{promotion_id}/codes", dependencies=[Operator], responses=_READ)
async def list_promotion_codes(promotion_id: PromotionPath, session: Transaction, query: Paging) -> Page[CodeView]:
    """A promotion's codes, in their order."""
    await promotions.require(session, promotion_id)
    after = decode(query.cursor, tuple[str])
    rows = await codes.page(session, promotion_id, after[0] if after else "", query.limit + 1)
    return paged(rows, query.limit, CodeView.model_validate, lambda row: (row.code,))


@router.get("/{promotion_id}/redemptions", dependencies=[Viewer], responses=_READ)
async def list_promotion_redemptions(
    promotion_id: PromotionPath, session: Transaction, limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> list[RedemptionView]:
    """A promotion's newest redemptions."""
    await promotions.require(session, promotion_id)
    return [RedemptionView.model_validate(row) for row in await orders.page_of(session, promotion_id, limit)]
