"""API keys."""

import secrets
from datetime import datetime
from uuid import UUID, uuid4

from fastapi import APIRouter

from api.dependencies import Admin, Transaction, key_hash
from api.paging import Page, Paging, decode, paged
from api.problems import responses
from api.schemas.keys import KeyCreate, KeyView, NewKeyView
from api.strict_json import StrictRoute
from domain.errors import NotFoundError
from domain.i18n import sentence
from models import ApiKey
from store.access import api_keys

router = APIRouter(prefix="/api-keys", tags=["keys"], dependencies=[Admin], route_class=StrictRoute)


@router.post("", status_code=201, responses=responses(401, 403, 413, 422))
async def create_api_key(body: KeyCreate, session: Transaction) -> NewKeyView:
    """Make a key. The answer is the only time that it is shown."""
    kind = f"write_{body.authority}" if body.tracking else body.role.value
    key = f"cf_{kind}_{secrets.token_urlsafe(32)}"
    made = await api_keys.add(
        session,
        ApiKey(
            id=uuid4(),
            name=body.name,
            key_hash=key_hash(key),
            role=body.role,
            tracking=body.tracking,
            authority=body.authority if body.tracking else None,
        ),
    )
    return NewKeyView.model_validate({**made.model_dump(), "key": key})


@router.get("", responses=responses(401, 403, 422))
async def list_api_keys(session: Transaction, query: Paging) -> Page[KeyView]:
    """Keys, newest first, revoked ones too."""
    rows = await api_keys.page(session, decode(query.cursor, tuple[datetime, UUID]), query.limit + 1)
    return paged(rows, query.limit, KeyView.model_validate, lambda row: (row.created_at, row.id))


@router.delete("/{key_id}", responses=responses(401, 403, 404, 422))
async def revoke_api_key(key_id: UUID, session: Transaction) -> KeyView:
    """Make a key worthless from now on."""
    revoked = await api_keys.revoke(session, key_id)
    if revoked is None:
        raise NotFoundError(sentence("no_api_key", key=str(key_id)))
    return KeyView.model_validate(revoked)
