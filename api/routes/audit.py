"""Who changed what, and when."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.dependencies import Operator, Transaction
from api.paging import Page, decode, paged
from api.problems import responses
from api.schemas.audit import AuditQuery, AuditView
from store.access import audit
from store.access.audit import AuditFilter

router = APIRouter(prefix="/audit", tags=["audit"], dependencies=[Operator])


@router.get("", responses=responses(401, 403, 422))
async def list_changes(session: Transaction, query: Annotated[AuditQuery, Query()]) -> Page[AuditView]:
    """Every change made by a request, and every change of what people set up; newest first."""
    below = decode(query.cursor, tuple[int])
    narrow = AuditFilter(actor=query.actor, kind=query.kind, subject=query.subject)
    rows = await audit.page(session, narrow, below[0] if below else None, query.limit + 1)
    return paged(rows, query.limit, AuditView.model_validate, lambda row: (row.id,))
