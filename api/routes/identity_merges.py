"""Customers who turn out to be one."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from api.dependencies import Caller, Operator, RequireRole, ServicesDep, Transaction, Viewer
from api.problems import responses
from api.schemas.base import CustomerRef
from api.schemas.customers import CustomerView, MergeBody, MergeView
from api.strict_json import StrictRoute
from domain.vocabulary import Role
from ingestion.profile_merge import UNDO_DAYS, merge_by_hand, undo_merge
from models import CustomerMerge
from store.customers import customer_queries, merges
from store.database.retry import run_in_transaction

router = APIRouter(prefix="/customers", tags=["customers"], route_class=StrictRoute)


@router.post("/{customer:path}/merge", dependencies=[Operator], responses=responses(401, 403, 404, 409, 413, 422))
async def merge_customer(customer: CustomerRef, body: MergeBody, services: ServicesDep) -> CustomerView:
    """Make this customer part of another, by the rule of docs/data.md. It can be undone for 30 days."""

    async def merge(session: Transaction) -> CustomerView:
        gone = await customer_queries.require(session, customer)
        into = await customer_queries.require(session, body.into)
        stays = into.id
        scale = services.settings.time_scale
        await merge_by_hand(session, gone.id, stays, now=datetime.now(UTC), time_scale=scale)
        session.expire_all()
        return CustomerView.model_validate(await customer_queries.require(session, str(stays)))

    return await run_in_transaction(services.database, merge)


@router.get("/{customer:path}/merges", dependencies=[Viewer], responses=responses(401, 403, 404, 422))
async def get_merges(customer: CustomerRef, session: Transaction) -> list[MergeView]:
    """Which customers became this one, why, and what was decided each time, newest first."""
    found = await customer_queries.require(session, customer)
    return [_shown(row) for row in await merges.of_customer(session, found.id)]


@router.post(
    "/{customer:path}/merges/{merge_id}/undo", dependencies=[Operator], responses=responses(401, 403, 404, 409, 422)
)
async def undo_customer_merge(
    customer: CustomerRef,
    merge_id: Annotated[int, Path(ge=1, le=2**62)],
    services: ServicesDep,
    caller: Annotated[Caller, Depends(RequireRole(Role.OPERATOR))],
) -> CustomerView:
    """Part two customers whom a merge joined; the answer is the one who is there again.

    What has happened since the merge stays with the customer who survived it.
    """

    async def undo(session: Transaction) -> CustomerView:
        found = await customer_queries.require(session, customer)
        again = await undo_merge(session, merge_id, found.id, by=caller.name, now=datetime.now(UTC))
        session.expire_all()
        return CustomerView.model_validate(await customer_queries.require(session, str(again)))

    return await run_in_transaction(services.database, undo)


def _shown(row: CustomerMerge) -> MergeView:
    young = row.at > datetime.now(UTC) - timedelta(days=UNDO_DAYS)
    can = row.undo is not None and row.undone_at is None and young
    return MergeView.model_validate({**row.model_dump(exclude={"undo"}), "can_be_undone": can})
