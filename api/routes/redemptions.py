"""What a shop's till and server ask: evaluate a cart, reserve, redeem, return, cancel."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Path
from pydantic import BeforeValidator
from sqlalchemy.ext.asyncio import AsyncSession

from api.dependencies import ApiServices, Caller, CallerDep, ServicesDep, Transaction, Viewer
from api.encoded_slashes import STAND_IN
from api.problems import responses
from api.schemas.promotions import (
    EvaluationView,
    OrderView,
    ReserveBody,
    ReturnBody,
    ReturnView,
    SimulateBody,
)
from api.strict_json import StrictRoute
from domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from domain.i18n import sentence
from domain.promotions.reasons import Refusal
from domain.vocabulary import Role
from ingestion.promotions import orders, returning
from ingestion.promotions.answers import BudgetTakenError, CodesRefusedError, OrderAnswer, result_of
from ingestion.promotions.offers import PromotionRequest, ask
from models import PromotionRefusal
from store.promotions import orders as order_store

router = APIRouter(prefix="/promotions", tags=["promotions"], route_class=StrictRoute)
_ATTEMPTS = 5
_ANSWERS = responses(401, 403, 404, 409, 413, 422)
OrderRef = Annotated[
    str,
    BeforeValidator(lambda ref: ref.replace(STAND_IN, "/") if isinstance(ref, str) else ref),
    Path(min_length=1, max_length=255, description="The shop's id of the order.", examples=["2026-000123"]),
]


async def till(caller: CallerDep) -> Caller:
    """The caller, if their key is a till's, or a marketer's or more.

    Raises:
        ForbiddenError: it only reads.

    """
    if caller.role == Role.VIEWER:
        raise ForbiddenError(sentence("role_wanted", wanted=Role.TILL.value, yours=caller.role.value))
    return caller


Till = Annotated[Caller, Depends(till)]


@router.post("/evaluate", responses=responses(401, 403, 413, 422))
async def evaluate_promotions(
    body: PromotionRequest, caller: Till, services: ServicesDep, session: Transaction
) -> EvaluationView:
    """What the promotions come to for a cart, line by line, and why others do not apply. Takes nothing."""
    asked = await ask(session, services.promotions, body, datetime.now(UTC))
    await _note(session, caller, asked.refused_codes)
    return EvaluationView.model_validate(result_of(asked.evaluation))


@router.post("/simulate", dependencies=[Viewer], responses=responses(401, 403, 404, 413, 422))
async def simulate_promotions(body: SimulateBody, services: ServicesDep, session: Transaction) -> EvaluationView:
    """What the promotions would come to, drafts among them, now or at another time. Takes and notes nothing."""
    request = PromotionRequest.model_validate(body.model_dump(exclude={"promotions", "at"}))
    at = (body.at or datetime.now(UTC)).astimezone(UTC)
    asked = await ask(session, services.promotions, request, at, also=body.promotions)
    return EvaluationView.model_validate(result_of(asked.evaluation))


async def _note(session: AsyncSession, caller: Caller, refused: list[tuple[str, UUID | None, Refusal]]) -> None:
    if refused:
        rows = [
            PromotionRefusal(
                code_hash=hashlib.sha256(code.encode("utf-8", "surrogatepass")).hexdigest(),
                reason=refusal.reason.value,
                promotion_id=promotion_id,
                caller=caller.name,
            )
            for code, promotion_id, refusal in refused
        ]
        await order_store.note_refusals(session, rows)


def _view(answer: OrderAnswer) -> OrderView:
    return OrderView(
        order_id=answer.order_id,
        state=answer.state,
        repeated=answer.repeated,
        reserved_until=answer.reserved_until,
        result=EvaluationView.model_validate(answer.result),
    )


async def _decided(
    services: ApiServices, caller: Caller, work: Callable[[AsyncSession], Awaitable[OrderAnswer]]
) -> OrderView:
    """Do it in a transaction; again where somebody else took the last of a budget meanwhile."""
    for _ in range(_ATTEMPTS):
        try:
            async with services.database.hot_transaction() as session:
                answer = await work(session)
            return _view(answer)
        except BudgetTakenError:
            continue
        except CodesRefusedError as error:
            async with services.database.transaction() as session:
                await _note(session, caller, error.asked.refused_codes)
            raise
    raise ConflictError(sentence("promotion_contended"))


@router.post("/orders/{order_id}/reserve", responses=_ANSWERS)
async def reserve_promotions(order_id: OrderRef, body: ReserveBody, caller: Till, services: ServicesDep) -> OrderView:
    """Take what the order's promotions need, until they are redeemed or the time is over.

    A changed cart replaces what was reserved before. 409 with each code's reason where a code does not apply.
    """
    now = datetime.now(UTC)
    request = PromotionRequest.model_validate(body.model_dump(exclude={"minutes"}))
    until = now + timedelta(minutes=body.minutes)
    return await _decided(
        services,
        caller,
        lambda session: orders.reserve(session, services.promotions, order_id, request, until=until, now=now),
    )


@router.post("/orders/{order_id}/redeem", responses=_ANSWERS)
async def redeem_promotions(
    order_id: OrderRef, caller: Till, services: ServicesDep, body: Annotated[PromotionRequest | None, Body()] = None
) -> OrderView:
    """Redeem what is reserved for the order, or what applies to its cart now. Again, it is the same redemption."""
    now = datetime.now(UTC)
    return await _decided(
        services, caller, lambda session: orders.redeem(session, services.promotions, order_id, body, now=now)
    )


@router.post("/orders/{order_id}/cancel", responses=_ANSWERS)
async def cancel_promotions(order_id: OrderRef, caller: Till, services: ServicesDep) -> OrderView:
    """Free the uses and amounts that the order took, once."""
    now = datetime.now(UTC)
    return await _decided(services, caller, lambda session: orders.cancel(session, order_id, now))


@router.post("/orders/{order_id}/returns", responses=_ANSWERS)
async def return_promotions(order_id: OrderRef, body: ReturnBody, caller: Till, session: Transaction) -> ReturnView:
    """Take units back: what was paid for them, to the unit. Budgets get the discounts again; uses stay used."""
    if not body.lines and not body.shipping:
        raise InvalidError(sentence("return_of_nothing"))
    answer = await returning.give_back(
        session, order_id, body.key, body.lines, shipping=body.shipping, now=datetime.now(UTC)
    )
    return ReturnView.model_validate(answer.result)


@router.get("/orders/{order_id}", responses=responses(401, 403, 404, 422))
async def get_promotion_order(order_id: OrderRef, caller: Till, session: Transaction) -> OrderView:
    """An order's promotions."""
    row = await order_store.find(session, order_id)
    if row is None:
        raise NotFoundError(sentence("no_order"))
    return _view(OrderAnswer(order_id, row.state, row.result, row.reserved_until, repeated=True))
