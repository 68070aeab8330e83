"""Products for one customer at the moment of sending, fetched only for a text that names them.

A recommendation must never hold a message up: past its time, or without products, browsing alone is shown.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from domain.recommendations import JUST_BOUGHT, SHOWN, Pick, ProductInterest, recommend
from models import Customer
from store.intelligence import products

NAMES = ("recommended_products", "RecommendedProducts")
_PATIENCE = "500ms"
_POPULAR = 100
Recommended = list[dict[str, Any]]

log = structlog.get_logger()


async def recommended(session: AsyncSession, customer: Customer, now: datetime, written: str) -> Recommended:
    """The customer's products, where a text names them: each `product_id`, `why`, and what is known of it."""
    if not any(name in written for name in NAMES):
        return []
    return await products_for(session, customer, now)


async def products_for(session: AsyncSession, customer: Customer, now: datetime) -> Recommended:
    """The customer's products, the best first."""
    browsed = [view for view in (customer.traits or {}).get("browsed") or [] if isinstance(view, dict)]
    seen = {str(view["product_id"]): view for view in browsed if view.get("product_id") is not None}
    try:
        async with session.begin_nested():
            await session.execute(text(f"SET LOCAL statement_timeout = '{_PATIENCE}'"))
            picks, details = await _picked(session, customer, now, list(seen))
            await session.execute(text("SET LOCAL statement_timeout = DEFAULT"))
    except DBAPIError as error:
        log.warning("recommendations fail, browsing alone is shown", customer=str(customer.id), problem=repr(error))
        picks, details = recommend(ProductInterest(list(seen)), {}, []), {}
    return [_shown(pick, details.get(pick.product_id) or seen.get(pick.product_id) or {}) for pick in picks[:SHOWN]]


async def _picked(
    session: AsyncSession, customer: Customer, now: datetime, viewed: Sequence[str]
) -> tuple[list[Pick], Mapping[str, Mapping[str, Any]]]:
    bought = await products.just_bought(session, customer.id, now=now, within=JUST_BOUGHT)
    taste = ProductInterest(viewed, bought)
    seeds = await products.some(session, taste.seeds)
    neighbours = {name: [(other, weight) for other, weight in row.neighbours] for name, row in seeds.items()}
    picks = recommend(taste, neighbours, await products.popular(session, _POPULAR))
    known = await products.some(session, [pick.product_id for pick in picks])
    return picks, {name: row.details for name, row in known.items()}


def _shown(pick: Pick, details: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in details.items() if name not in {"at", "product_id"}}
    return {"product_id": pick.product_id, "why": pick.why} | kept
