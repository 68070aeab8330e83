"""The right to know what is kept, and the right to be forgotten (GDPR, articles 15, 17, 20)."""

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from api.dependencies import Admin, ApiServices, Caller, RequireRole, ServicesDep, Transaction
from api.problems import responses
from api.schemas.base import CustomerRef
from api.schemas.privacy import ErasureView
from domain.errors import NotFoundError
from domain.i18n import sentence
from domain.vocabulary import Role
from ingestion.privacy import erase
from store.customers import customer_queries, privacy
from store.customers.identities import erased_hash
from store.database.engine import unhurried
from store.database.retry import run_in_transaction
from store.events import json_text

router = APIRouter(tags=["customers"])
_ERRORS = responses(401, 403, 404, 422)
_PIECE = 64 * 1024


_EXPORT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The profile as `customer`, and a list of rows for each table.",
        "content": {"application/json": {"schema": {"type": "object", "additionalProperties": True}}},
    }
}


@router.get(
    "/customers/{customer:path}/export",
    dependencies=[Admin],
    responses=_ERRORS | _EXPORT,
    response_class=StreamingResponse,
)
async def export_customer(customer: CustomerRef, session: Transaction, services: ServicesDep) -> StreamingResponse:
    """All that is kept about a customer, in one JSON: the profile, and their rows by table.

    It is written while it is sent: a customer may have a million events.
    """
    found = await customer_queries.require(session, customer)
    return StreamingResponse(_export(services, found.id), media_type="application/json")


async def _export(services: ApiServices, customer_id: UUID) -> AsyncIterator[str]:
    """A JSON object with a member for each table, empty ones included, in pieces."""
    async with services.database.transaction() as session:
        await unhurried(session)
        tables, piece = iter(privacy.EXPORTED), ""
        current: str | None = None
        async for name, row in privacy.export(session, customer_id):
            if name == "customer":
                piece = '{"customer": ' + json_text.dumps(row)
                continue
            while current != name:  # tables without rows are passed on the way
                piece += "]" if current else ""
                current = next(tables)
                piece += f', "{current}": ['
                first = True
            piece += ("" if first else ", ") + json_text.dumps(row)
            first = False
            if len(piece) > _PIECE:
                yield piece
                piece = ""
        rest = "".join(f', "{table}": []' for table in tables)
        yield piece + ("]" if current else "") + rest + "}"


@router.post("/customers/{customer:path}/erase", responses=_ERRORS)
async def erase_customer(
    customer: CustomerRef,
    services: ServicesDep,
    caller: Annotated[Caller, Depends(RequireRole(Role.ADMIN))],
) -> ErasureView:
    """Forget a customer: their journeys end, what says who they were is removed everywhere. It can't be undone.

    The answer is the proof. Asked again, the same proof is given.
    """

    async def work(session: Transaction) -> ErasureView:
        try:
            found = await customer_queries.require(session, customer)
        except NotFoundError:
            earlier = await privacy.proof(session, erased_hash(customer))
            if earlier is None:
                raise
            return ErasureView.model_validate(earlier)
        return ErasureView.model_validate(await erase(session, found.id, found.external_id, by=caller.name))

    return await run_in_transaction(services.database, work)


@router.get("/erasures", dependencies=[Admin], responses=_ERRORS)
async def get_erasure(
    session: Transaction, external_id: Annotated[str, Query(min_length=1, max_length=255)]
) -> ErasureView:
    """The proof that the customer of that external id was erased."""
    found = await privacy.proof(session, erased_hash(external_id))
    if found is None:
        raise NotFoundError(sentence("nobody_erased"))
    return ErasureView.model_validate(found)
