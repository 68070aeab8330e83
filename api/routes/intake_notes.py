"""What could not be used of what sources sent."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from api.dependencies import Operator, Transaction
from api.paging import Page, PageQuery, decode, paged
from api.problems import responses
from api.schemas.intake_notes import IntakeNoteView
from store.events import intake_notes

router = APIRouter(prefix="/intake-notes", tags=["tracking"])


class IntakeNoteQuery(PageQuery):
    """Which notes."""

    source: str | None = Query(default=None, max_length=40, description="`segment`, `mixpanel`, `ga4`, `kafka`.")
    outcome: Literal["rejected", "noted"] | None = None
    day: date | None = Query(default=None, description="A day, UTC.")


@router.get("", dependencies=[Operator], responses=responses(401, 403, 422))
async def list_intake_notes(session: Transaction, query: Annotated[IntakeNoteQuery, Query()]) -> Page[IntakeNoteView]:
    """Events that were rejected, or taken but for a part: by day, source and reason, the newest day first."""
    after = decode(query.cursor, tuple[date, str, str, str])
    rows = await intake_notes.page(
        session, after, query.limit + 1, source=query.source, outcome=query.outcome, day=query.day
    )
    return paged(
        rows, query.limit, IntakeNoteView.model_validate, lambda row: (row.day, row.source, row.outcome, row.reason)
    )
