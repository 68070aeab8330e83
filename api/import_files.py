"""Files on their way in, as the API takes and starts them."""

import hashlib
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from api.dependencies import ApiServices
from api.schemas.imports import UploadQuery
from domain.errors import InvalidError
from domain.i18n import sentence
from domain.vocabulary import ImportState
from models import Import
from store.campaigns import outbox
from store.campaigns.outbox import START_IMPORT, OutboxMessage
from store.events import imports

BODY = {"requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string"}}}}}
_CHUNK = 1024 * 1024
_ABANDONED = timedelta(days=1)


async def receive(request: Request, services: ApiServices, what: UploadQuery, by: str, state: ImportState) -> Import:
    """Keep the request's body, and write down what it is; `state` is what the import is in then.

    Raises:
        InvalidError: there is no body.

    """
    row = Import(id=uuid4(), **what.model_dump(), created_by=by)
    async with services.database.transaction() as session:
        await imports.discard_abandoned(session, before=datetime.now(UTC) - _ABANDONED)
        session.add(row)
    size, digest = await _keep(request, services, row.id)
    if not size:
        raise InvalidError(sentence("file_empty"), errors=[{"path": "/body", "message": "is empty"}])
    async with services.database.transaction() as session:
        row = await imports.require(session, row.id, lock=True)
        row.size, row.sha256, row.state = size, digest, state
        if state is ImportState.QUEUED:
            await queue(session, row)
    return row


async def queue(session: AsyncSession, row: Import) -> None:
    """Have a worker take the file. The caller commits, and needs to do nothing after it."""
    await outbox.add(session, [OutboxMessage(START_IMPORT, row.id, f"import/{row.id}", {})])


async def _keep(request: Request, services: ApiServices, import_id: UUID) -> tuple[int, str]:
    """Write the body down piece by piece, never more than one in memory: its size, and its SHA-256."""
    digest, size, position, piece = hashlib.sha256(), 0, 0, bytearray()

    async def write() -> None:
        nonlocal position
        async with services.database.transaction() as session:
            await imports.add_chunk(session, import_id, position, bytes(piece))
        position += 1
        piece.clear()

    async for part in request.stream():
        digest.update(part)
        size += len(part)
        piece += part
        if len(piece) >= _CHUNK:
            await write()
    if piece:
        await write()
    return size, digest.hexdigest()
