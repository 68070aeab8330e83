"""Files of customers and events: uploaded in one request, taken by a job that survives everything.

The columns' names say what is what: see `ingestion.files.calls`, or docs/data.md. An upload that was answered 202 is
in the database, and its job is Temporal's.
"""

import csv
import io
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse

from api import import_files
from api.dependencies import ApiServices, Caller, Operator, RequireRole, ServicesDep, Transaction, Viewer
from api.downloads import FileFormat, file_answer, file_of
from api.paging import Page, Paging, decode, paged
from api.problems import responses
from api.schemas.imports import ImportView, UploadQuery
from domain.errors import ConflictError
from domain.i18n import sentence, state
from domain.i18n.reasons import reason
from domain.vocabulary import ImportState, Role
from models import ImportReject
from store.events import imports

router = APIRouter(prefix="/imports", tags=["imports"])
_PAGE = 1000


@router.post("", status_code=202, openapi_extra=import_files.BODY, responses=responses(401, 403, 413, 422, 503))
async def upload_import(
    request: Request,
    what: Annotated[UploadQuery, Query()],
    services: ServicesDep,
    caller: Annotated[Caller, Depends(RequireRole(Role.OPERATOR))],
) -> ImportView:
    """Upload a file (the request's body, as it is). A worker takes it at once, or as soon as Temporal is back."""
    row = await import_files.receive(request, services, what, caller.name, ImportState.QUEUED)
    return ImportView.model_validate(row)


@router.get("", dependencies=[Viewer], responses=responses(401, 403, 422))
async def list_imports(session: Transaction, query: Paging) -> Page[ImportView]:
    """Imports, newest first."""
    rows = await imports.page(session, decode(query.cursor, tuple[datetime, UUID]), query.limit + 1)
    return paged(rows, query.limit, ImportView.model_validate, lambda row: (row.created_at, row.id))


@router.get("/{import_id}", dependencies=[Viewer], responses=responses(401, 403, 404, 422))
async def get_import(import_id: UUID, session: Transaction) -> ImportView:
    """How far an import is, batch by batch."""
    return ImportView.model_validate(await imports.require(session, import_id))


@router.post(
    "/{import_id}/stop", status_code=202, dependencies=[Operator], responses=responses(401, 403, 404, 409, 422)
)
async def stop_import(import_id: UUID, session: Transaction) -> ImportView:
    """Stop after the batch at hand. What was taken stays; the same file uploaded again goes on behind it."""
    row = await imports.require(session, import_id, lock=True)
    if row.finished_at is not None:
        raise ConflictError(sentence("import_ended", state=state(row.state)))
    row.stopping = True
    if row.state == ImportState.READY:  # nobody has begun
        row.state, row.finished_at = ImportState.STOPPED, datetime.now(UTC)
        await imports.discard_file(session, row.id)
    return ImportView.model_validate(row)


@router.get(
    "/{import_id}/rejects",
    dependencies=[Operator],
    responses=responses(401, 403, 404, 422) | file_answer("A file, row by row as they were met."),
    response_class=StreamingResponse,
)
async def get_rejects(
    import_id: UUID,
    session: Transaction,
    services: ServicesDep,
    format: Annotated[FileFormat, Query(alias="format")] = "csv",
    limit: Annotated[int | None, Query(ge=1, le=1_000, description="The first so many; without it all.")] = None,
) -> StreamingResponse:
    """Rows that were refused and why, and parts of taken rows that could not be used (`taken` is true)."""
    await imports.require(session, import_id)
    write = _as_csv if format == "csv" else _as_ndjson
    return file_of(f"rejects-{import_id}", format, _pages(services, import_id, write, limit))


async def _pages(
    services: ApiServices, import_id: UUID, write: Callable[[ImportReject], str], limit: int | None
) -> AsyncIterator[str]:
    if write is _as_csv:
        yield "row,taken,reason,raw\r\n"
    after = 0
    while True:
        async with services.database.transaction() as session:
            rows = await imports.rejects(session, import_id, after, limit or _PAGE)
        if not rows:
            return
        yield "".join(map(write, rows))
        if limit is not None:
            return
        after = rows[-1].row


def _as_csv(row: ImportReject) -> str:
    out = io.StringIO()
    raw = json.dumps(row.raw, ensure_ascii=False)
    csv.writer(out).writerow([row.row, str(row.taken).lower(), row.reason, raw])
    return out.getvalue()


def _as_ndjson(row: ImportReject) -> str:
    facts = {
        "row": row.row,
        "taken": row.taken,
        "reason": row.reason,
        "said": reason(row.reason).said(),
        "raw": row.raw,
    }
    return json.dumps(facts, ensure_ascii=False) + "\n"
