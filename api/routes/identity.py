"""Customers who turn out to be one."""

from datetime import UTC, datetime

from fastapi import APIRouter

from api.bodies import StrictRoute
from api.dependencies import Operator, ServicesDep, Transaction, Viewer
from api.problems import responses
from api.schemas.base import CustomerRef
from api.schemas.customers import CustomerView, MergeBody, MergeView
from ingestion.merging import merge_by_hand
from store.customers import customer_queries, merges
from store.database.retry import committed

router = APIRouter(prefix="/customers", tags=["customers"], route_class=StrictRoute)


@router.post("/{customer:path}/merge", dependencies=[Operator], responses=responses(401, 403, 404, 409, 413, 422))
async def merge_customer(customer: CustomerRef, body: MergeBody, services: ServicesDep) -> CustomerView:
    """Make this customer part of another, by the rule of docs/data.md. It can't be undone."""

    async def merge(session: Transaction) -> CustomerView:
        gone = await customer_queries.require(session, customer)
        into = await customer_queries.require(session, body.into)
        stays = into.id
        await merge_by_hand(session, gone.id, stays, now=datetime.now(UTC))
        session.expire_all()
        return CustomerView.model_validate(await customer_queries.require(session, str(stays)))

    return await committed(services.database, merge)


@router.get("/{customer:path}/merges", dependencies=[Viewer], responses=responses(401, 403, 404, 422))
async def get_merges(customer: CustomerRef, session: Transaction) -> list[MergeView]:
    """Which customers became this one, why, and what was decided each time, newest first."""
    found = await customer_queries.require(session, customer)
    return [MergeView.model_validate(row) for row in await merges.of_customer(session, found.id)]
