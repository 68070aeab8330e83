"""Inbound SMS that may ask to stop: a person reads them and decides."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.dependencies import Marketer, ServicesDep, Transaction, Viewer
from api.paging import Page, PageQuery, decode, paged
from api.problems import responses
from api.schemas.possible_opt_outs import PossibleOptOutView
from ingestion import possible_opt_outs as decisions
from store.access.actor import acting
from store.messages import possible_opt_outs
from store.messages.possible_opt_outs import ReviewState

router = APIRouter(prefix="/possible-opt-outs", tags=["contact"])


class PossibleOptOutQuery(PageQuery):
    """Which of them."""

    state: ReviewState | None = None


@router.get("", dependencies=[Viewer], responses=responses(401, 403, 422))
async def list_possible_opt_outs(
    session: Transaction, query: Annotated[PossibleOptOutQuery, Query()]
) -> Page[PossibleOptOutView]:
    """Answers that may ask to stop, newest first; of each number the newest."""
    after = decode(query.cursor, tuple[datetime, UUID])
    rows = await possible_opt_outs.page(session, after, query.limit + 1, state=query.state)
    return paged(rows, query.limit, PossibleOptOutView.model_validate, lambda row: (row.received_at, row.id))


@router.post("/{entry_id}/confirm", dependencies=[Marketer], responses=responses(401, 403, 404, 409, 422))
async def confirm_opt_out(entry_id: UUID, session: Transaction, services: ServicesDep) -> PossibleOptOutView:
    """It is an opt-out: the number is suppressed and its owners' consent is withdrawn, as by the keyword STOP."""
    entry = await decisions.confirm(
        session,
        entry_id,
        by=acting.get() or "api",
        now=datetime.now(UTC),
        time_scale=services.settings.time_scale,
    )
    return PossibleOptOutView.model_validate(entry)


@router.post("/{entry_id}/dismiss", dependencies=[Marketer], responses=responses(401, 403, 404, 409, 422))
async def dismiss_opt_out(entry_id: UUID, session: Transaction) -> PossibleOptOutView:
    """It is no opt-out. Nothing else changes."""
    entry = await decisions.dismiss(session, entry_id, by=acting.get() or "api", now=datetime.now(UTC))
    return PossibleOptOutView.model_validate(entry)
