"""What customers' mail programs and browsers fetch: open pixels, counted links, the unsubscribe page.

A link must work for the customer whatever happens here: when the database is away a click still leads on, and only
the count is lost. HEAD requests count nothing.
"""

import asyncio
import logging
from base64 import b64decode
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from api.dependencies import ApiServices, ServicesDep
from api.pages import CHANNEL_WORDS, NEVER_KEPT, page, signer_of
from api.problems import responses
from domain import ids
from domain.errors import NotFoundError
from domain.events import IncomingMessageEvent
from domain.i18n import sentence
from domain.vocabulary import MessageEventKind
from ingestion.machine_detection import is_machine
from ingestion.message_events import record_reports
from ingestion.tracking_links import LinkError, UnsubscribeTarget
from ingestion.unsubscribe import unsubscribe
from store.database.retry import run_in_transaction
from store.messages import message_events

router = APIRouter(tags=["links"])
_log = logging.getLogger(__name__)

_PIXEL = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
_COUNT_SECONDS = 3.0
_LONGEST_AGENT = 400


@router.get("/t/o/{token}.gif", response_class=Response, responses={200: {"content": {"image/gif": {}}}})
@router.head("/t/o/{token}.gif", include_in_schema=False)
async def open_pixel(token: str, request: Request, services: ServicesDep) -> Response:
    """An invisible picture; fetching it says that the message was opened. A forged token gets the picture too."""
    try:
        message_id = signer_of(services).read_open(token)
    except LinkError:
        pass
    else:
        await _count(request, services, _Visit(message_id, MessageEventKind.OPENED))
    return Response(_PIXEL, media_type="image/gif", headers=NEVER_KEPT)


@router.get("/t/c/{token}", response_class=RedirectResponse, status_code=302, responses=responses(404))
@router.head("/t/c/{token}", include_in_schema=False)
async def click(token: str, request: Request, services: ServicesDep) -> Response:
    """Count the click and lead on to the address inside the signed token."""
    try:
        target = signer_of(services).read_click(token)
    except LinkError as error:
        raise NotFoundError(sentence("link_damaged")) from error
    await _count(request, services, _Visit(target.message_id, MessageEventKind.CLICKED, target.url))
    return RedirectResponse(target.url, status_code=302, headers=NEVER_KEPT)


@router.get("/u/{token}", response_class=HTMLResponse, responses=responses(404))
@router.head("/u/{token}", include_in_schema=False)
async def unsubscribe_page(token: str, services: ServicesDep) -> HTMLResponse:
    """A page with a button. Looking at it changes nothing: scanners follow links."""
    target = _unsubscribe_target(services, token)
    return page(
        "Unsubscribe",
        f"<p>You will get no more {CHANNEL_WORDS[target.channel]} from us.</p>"
        '<form method="post"><button type="submit">Unsubscribe</button></form>'
        f'<p><a href="{signer_of(services).preferences(target.customer_id)}">Choose what you get instead</a></p>',
    )


@router.post("/u/{token}", response_class=HTMLResponse, responses=responses(404, 503))
async def unsubscribe_now(token: str, services: ServicesDep) -> HTMLResponse:
    """Unsubscribe: by the page's button, or by the mail program itself (RFC 8058)."""
    target = _unsubscribe_target(services, token)
    now, scale = datetime.now(UTC), services.settings.time_scale
    await run_in_transaction(services.database, lambda session: unsubscribe(session, target, now=now, time_scale=scale))
    return page("Done", f"<p>You will get no more {CHANNEL_WORDS[target.channel]} from us.</p>")


def _unsubscribe_target(services: ApiServices, token: str) -> UnsubscribeTarget:
    try:
        return signer_of(services).read_unsubscribe(token)
    except LinkError as error:
        raise NotFoundError(sentence("link_damaged")) from error


@dataclass(frozen=True)
class _Visit:
    """What a request tells of a message."""

    message_id: UUID
    engagement: MessageEventKind
    url: str | None = None


async def _count(request: Request, services: ApiServices, visit: _Visit) -> None:
    """Record it, unless that takes too long or fails."""
    if request.method == "HEAD":
        return
    try:
        async with asyncio.timeout(_COUNT_SECONDS):
            await run_in_transaction(services.database, lambda session: _record(session, request, services, visit))
    except Exception:
        _log.exception("%s of message %s was not counted", visit.engagement.value, visit.message_id)


async def _record(session: AsyncSession, request: Request, services: ApiServices, visit: _Visit) -> None:
    now, scale = datetime.now(UTC), services.settings.time_scale
    came_at = await message_events.came_at(session, visit.message_id)
    age = (now - came_at).total_seconds() / scale if came_at else None
    agent = request.headers.get("user-agent", "")[:_LONGEST_AGENT]
    report = IncomingMessageEvent(
        event_id=ids.event_id("tracker", uuid4().hex),
        message_id=visit.message_id,
        provider="tracker",
        engagement=visit.engagement,
        kind=visit.engagement.value,
        occurred_at=now,
        machine=is_machine(request.headers, click=visit.engagement is MessageEventKind.CLICKED, seconds_there=age),
        raw={"user_agent": agent} | ({"url": visit.url} if visit.url else {}),
    )
    await record_reports(session, [report], now=now, time_scale=scale)
