"""The right to know what is kept, and the right to be forgotten (GDPR, articles 15, 17, 20)."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from api.dependencies import Admin, Caller, RequireRole, ServicesDep, Transaction
from api.problems import responses
from api.schemas.base import CustomerRef
from api.schemas.privacy import ErasureView
from domain.errors import NotFoundError
from domain.sentences import sentence
from domain.vocabulary import Role
from ingestion.privacy import erase
from store import customer_lists, privacy
from store.identities import erased_hash
from store.retrying import committed

router = APIRouter(tags=["customers"])
_ERRORS = responses(401, 403, 404, 422)


@router.get("/customers/{customer:path}/export", dependencies=[Admin], responses=_ERRORS)
async def export_customer(customer: CustomerRef, session: Transaction) -> dict[str, Any]:
    """All that is kept about a customer, in one JSON: the profile, and their rows by table."""
    found = await customer_lists.require(session, customer)
    return await privacy.export(session, found.id)


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
            found = await customer_lists.require(session, customer)
        except NotFoundError:
            earlier = await privacy.proof(session, erased_hash(customer))
            if earlier is None:
                raise
            return ErasureView.model_validate(earlier)
        return ErasureView.model_validate(await erase(session, found.id, found.external_id, by=caller.name))

    return await committed(services.database, work)


@router.get("/erasures", dependencies=[Admin], responses=_ERRORS)
async def get_erasure(
    session: Transaction, external_id: Annotated[str, Query(min_length=1, max_length=255)]
) -> ErasureView:
    """The proof that the customer of that external id was erased."""
    found = await privacy.proof(session, erased_hash(external_id))
    if found is None:
        raise NotFoundError(sentence("nobody_erased"))
    return ErasureView.model_validate(found)
