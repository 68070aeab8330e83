"""A file in two steps: a look at it, and the import as it was confirmed.

The look tells what was understood: separator, encoding, what each column is taken for, ten rows as they would be
stored, and what would be refused. A mapping that was confirmed is remembered for the next file with the same columns.
"""

import asyncio
import hashlib
import json
import tempfile
from datetime import UTC, datetime
from typing import IO, Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request

from api import import_files
from api.dependencies import ApiServices, Caller, RequireRole, ServicesDep
from api.problems import responses
from api.schemas.imports import (
    ConsentBody,
    ImportStartBody,
    ImportView,
    InspectionView,
    Mapping,
    PreviewRow,
    ReasonCount,
    UploadQuery,
    note_view,
)
from api.strict_json import StrictRoute
from domain.errors import ConflictError, InvalidError
from domain.i18n import sentence, state
from domain.i18n.reasons import reason
from domain.vocabulary import Channel, ImportState, Role
from ingestion.files.deciding import KnownColumns, Question
from ingestion.files.inspection import Inspection, Preview, header_of, inspect
from ingestion.files.meanings import ATTRIBUTE, CONSENT, FIELDS, PROPERTY, SKIP
from ingestion.files.plain import laid_out
from ingestion.files.reading import Reading
from ingestion.files.rows import UnreadableError
from models import Import
from store.access import audit
from store.customers import attributes
from store.events import imports
from store.messages import topics

router = APIRouter(prefix="/imports", tags=["imports"], route_class=StrictRoute)
uploads = APIRouter(prefix="/imports", tags=["imports"])
"""Bodies that are files: they are never in memory as a whole."""
_OperatorCaller = Annotated[Caller, Depends(RequireRole(Role.OPERATOR))]
_HEAD = 64 * 1024 * 1024
"""Of a larger file of lines only the beginning is looked at."""
_NEEDS_ALL = (b"PAR1", b"PK\x03\x04", b"\x1f\x8b")
_MANY = frozenset({ATTRIBUTE, PROPERTY, CONSENT, SKIP})


@uploads.post("/inspect", openapi_extra=import_files.BODY, responses=responses(401, 403, 413, 422))
async def inspect_file(
    request: Request, what: Annotated[UploadQuery, Query()], services: ServicesDep, caller: _OperatorCaller
) -> InspectionView:
    """Upload a file (the request's body, as it is) and look at it. Nothing of it is taken until it is started."""
    row = await import_files.receive(request, services, what, caller.name, ImportState.READY)
    return await _look(services, row, None)


@router.post("/{import_id}/inspect", responses=responses(401, 403, 404, 409, 413, 422))
async def inspect_again(
    import_id: UUID, mapping: Mapping, services: ServicesDep, caller: _OperatorCaller
) -> InspectionView:
    """Look at the file again, with another mapping."""
    async with services.database.transaction() as session:
        row = await imports.require(session, import_id)
    _require_ready(row)
    _check_fields(row.kind, mapping)
    return await _look(services, row, mapping)


@router.post("/{import_id}/start", status_code=202, responses=responses(401, 403, 404, 409, 413, 422, 503))
async def start_import(
    import_id: UUID, body: ImportStartBody, services: ServicesDep, caller: _OperatorCaller
) -> ImportView:
    """Take the file, read as the mapping says. What is said about consent is kept with it."""
    async with services.database.transaction() as session:
        row = await imports.require(session, import_id)
        known = frozenset(topic.key for topic in await topics.listed(session))
    _require_ready(row)
    _check_fields(row.kind, body.mapping)
    if body.consent is not None:
        _check_channels(body.consent, known)
    found = await _look(services, row, body.mapping)
    if found.problem:
        raise InvalidError(found.problem, errors=[{"path": "/mapping", "message": found.problem}])
    header = _header([column.name for column in found.columns])
    async with services.database.transaction() as session:
        row = await imports.require(session, import_id, lock=True)
        _require_ready(row)
        row.state, row.live, row.asked = ImportState.QUEUED, body.live, body.mapping.model_dump(mode="json")
        row.consent = _proof(body.consent, caller.name)
        await imports.remember_mapping(session, row.kind, header, row.asked, caller.name)
        await audit.note(session, "started", "import", row.name, _told(row, body.consent))
        await import_files.queue(session, row)
    return ImportView.model_validate(row)


def _require_ready(row: Import) -> None:
    if row.state != ImportState.READY:
        raise ConflictError(sentence("import_not_ready", state=state(row.state)))


def _proof(consent: ConsentBody | None, by: str) -> dict[str, Any]:
    if consent is None:
        return {}
    return consent.model_dump(mode="json") | {"said_by": by, "said_at": datetime.now(UTC).isoformat()}


def _told(row: Import, consent: ConsentBody | None) -> dict[str, Any]:
    """For the audit log: what a start adds to the file. The words of the proof stay with the import."""
    said = {"consent": consent.answer, "channels": consent.channels} if consent is not None else {}
    return {"id": str(row.id), "live": row.live, **said}


def _check_fields(kind: str, mapping: Mapping) -> None:
    fields = FIELDS["events" if kind == "events" else "customers"]
    taken: dict[str, str] = {}
    for name, column in mapping.columns.items():
        path = f"/mapping/columns/{name}"
        if column.field and column.field not in fields:
            told = sentence("mapping_field_unknown", column=name, field=column.field)
            raise InvalidError(told, errors=[{"path": path, "message": str(told)}])
        if column.field == CONSENT and column.key.partition(":")[0] not in set(Channel):
            told = sentence("consent_channel_unknown", key=column.key or name)
            raise InvalidError(told, errors=[{"path": path, "message": str(told)}])
        if column.field and column.field not in _MANY:
            if column.field in taken:
                both = f"{taken[column.field]}, {name}"
                told = sentence("mapping_field_twice", field=column.field, columns=both)
                raise InvalidError(told, errors=[{"path": path, "message": str(told)}])
            taken[column.field] = name


def _check_channels(consent: ConsentBody, known: frozenset[str]) -> None:
    for key in consent.channels:
        channel, _, topic = key.partition(":")
        if channel not in set(Channel) or channel == Channel.SILENT_PUSH or (topic and topic not in known):
            told = sentence("consent_channel_unknown", key=key)
            raise InvalidError(told, errors=[{"path": "/consent/channels", "message": str(told)}])


async def _look(services: ApiServices, row: Import, mapping: Mapping | None) -> InspectionView:
    """Look at a file; without a mapping as the latest one with the same columns was read."""
    async with services.database.transaction() as session:
        known = KnownColumns(
            await attributes.types(session), frozenset(each.key for each in await topics.listed(session))
        )
    with tempfile.TemporaryFile() as file:
        cut = await _lay_out(services, row, file)
        asked = mapping or Mapping()
        found = await asyncio.to_thread(_inspected, file, row, Question(_kind(row), known, asked), cut=cut)
        remembered = False
        if mapping is None and found.reading.columns:
            async with services.database.transaction() as session:
                before = await imports.mapping_for(session, row.kind, _header(header_of(found.reading)))
            remembered = bool(before) and Mapping.model_validate(before) != Mapping()
            if remembered:
                asked = Mapping.model_validate(before)
                found = await asyncio.to_thread(_inspected, file, row, Question(_kind(row), known, asked), cut=cut)
    return _view(row, found, asked, remembered=remembered)


def _kind(row: Import) -> Any:
    return row.kind


def _inspected(file: IO[bytes], row: Import, question: Question, *, cut: bool) -> Inspection:
    try:
        with laid_out(file, row.format, question.asked.encoding) as plain:  # type: ignore[arg-type]
            return inspect(plain, question, row.created_at, cut=cut)
    except (UnreadableError, LookupError) as error:
        return Inspection(Reading(), problem=str(error))


async def _lay_out(services: ApiServices, row: Import, file: IO[bytes]) -> bool:
    """Write the file down, as far as it is looked at; whether that is only its beginning."""
    size, head = 0, b""
    async with services.database.transaction() as session:
        async for chunk in imports.chunks(session, row.id):
            head = head or chunk[:4]
            await asyncio.to_thread(file.write, chunk)
            size += len(chunk)
            if size >= _HEAD and not head.startswith(_NEEDS_ALL):
                break
    if size >= row.size:
        return False
    file.truncate(await asyncio.to_thread(_last_line_ends, file, size))
    return True


def _last_line_ends(file: IO[bytes], size: int) -> int:
    back = min(size, 1024 * 1024)
    file.seek(size - back)
    return size - back + file.read(back).rfind(b"\n") + 1


def _previewed(shown: Preview) -> PreviewRow:
    said = {
        "reason_said": reason(shown.reason) if shown.reason else None,
        "notes_said": [reason(note) for note in shown.notes],
    }
    return PreviewRow.model_validate(vars(shown) | said)


def _header(names: Any) -> str:
    return hashlib.sha256(json.dumps(list(names)).encode()).hexdigest()


def _view(row: Import, found: Inspection, asked: Mapping, *, remembered: bool) -> InspectionView:
    return InspectionView(
        id=row.id,
        kind=_kind(row),
        format=row.format,
        name=row.name,
        size=row.size,
        encoding=found.reading.encoding,
        separator=found.reading.separator,
        rows=found.reading.rows,
        looked_at=found.looked_at,
        whole=found.whole,
        refused=found.refused,
        noted=found.noted,
        reasons=[ReasonCount(reason=text, said=reason(text), taken=taken, rows=n) for text, taken, n in found.reasons],
        columns=[each.model_dump() for each in found.reading.columns],
        samples=found.samples,
        fields=list(FIELDS[_kind(row)]),
        notes=[note_view(note) for note in found.reading.notes],
        preview=[_previewed(each) for each in found.preview],
        problem=found.problem,
        problem_said=reason(found.problem) if found.problem else None,
        remembered=remembered,
        mapping=asked,
    )
