"""The provider sandbox's inbox, where one runs: messages as their recipients see them, and what those may do."""

from typing import Annotated, Any, Literal

import httpx
from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.dependencies import Marketer, ServicesDep, Transaction, Viewer
from api.problems import responses
from api.schemas.sandbox import SandboxInbox
from config.settings import Settings
from domain.errors import NotFoundError, UnavailableError
from domain.i18n import sentence
from store.customers import customer_queries

router = APIRouter(prefix="/sandbox", tags=["builder"])
_ERRORS = responses(401, 403, 404, 422, 503)
_PATIENCE_SECONDS = 10
MessageRef = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$", description="The message's id.")]


class SandboxQuery(BaseModel):
    """Which messages."""

    model_config = ConfigDict(extra="forbid")

    channel: str | None = Field(default=None, max_length=20)
    customer: str | None = Field(default=None, max_length=255)
    message_id: str | None = Field(default=None, max_length=36)
    before: int | None = Field(default=None, ge=1, le=2**53)
    limit: int = Field(default=30, ge=1, le=100)


@router.get("/inbox", dependencies=[Viewer], responses=_ERRORS)
async def get_sandbox_inbox(
    services: ServicesDep, session: Transaction, query: Annotated[SandboxQuery, Query()]
) -> SandboxInbox:
    """What arrived, the newest first. 404 where no sandbox runs."""
    answer = await _ask(services.settings, "GET", "inbox", query.model_dump(exclude_none=True))
    inbox = SandboxInbox.model_validate(answer.json())
    names = await customer_queries.names_of(session, [item.customer for item in inbox.items])
    for item in inbox.items:
        item.customer_name = names.get(item.customer)
    return inbox


@router.post("/messages/{message_id}/{action}", status_code=202, dependencies=[Marketer], responses=_ERRORS)
async def act_in_sandbox(
    message_id: MessageRef,
    action: Literal["deliver", "bounce", "open", "click", "buy", "unsubscribe", "complain", "reply"],
    services: ServicesDep,
    text: Annotated[str, Query(max_length=500, description="What a reply says.")] = "STOP",
) -> Response:
    """Do it as the recipient would: the provider's webhook (or the shop's event) follows in a moment."""
    path = f"messages/{message_id}/{action}"
    answer = await _ask(services.settings, "POST", path, {"text": text} if action == "reply" else {})
    if answer.status_code == httpx.codes.NOT_FOUND:
        raise NotFoundError(sentence("sandbox_no_message", message=str(message_id)))
    return Response(status_code=202)


async def _ask(settings: Settings, method: str, path: str, query: dict[str, Any]) -> httpx.Response:
    if not settings.sandbox_url:
        raise NotFoundError(sentence("no_sandbox"))
    url = f"{settings.sandbox_url.rstrip('/')}/sandbox/{path}"
    try:
        async with httpx.AsyncClient(timeout=_PATIENCE_SECONDS, trust_env=False) as client:
            answer = await client.request(method, url, params=query)
    except httpx.HTTPError as error:
        raise UnavailableError(sentence("sandbox_silent")) from error
    if answer.is_server_error:
        raise UnavailableError(sentence("sandbox_failed"))
    return answer
