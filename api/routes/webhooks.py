"""POST /webhooks/{provider}: what providers tell us became of messages, and answers to SMS.

What the status says to the provider:

- 200: everything is committed, including items that could not be read: they are set aside with their reason, and
  sending them again would not help.
- 400: the body as a whole can't be read. 401: the signature is wrong or too old. 404: no such provider, or its webhook
  key is not configured here. 413: too large. Nothing was kept.
- 5xx: try again; nothing was kept.
"""

import asyncio
import logging
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from prometheus_client import Counter
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError

from api.dependencies import ApiServices, ServicesDep
from api.problems import responses
from api.request_body import read_body
from api.slashes import take_slashes
from domain.errors import DomainError, NotFoundError, UnauthorizedError, UnavailableError
from ingestion.inbound_sms import requested_action
from ingestion.sanitize import storable
from ingestion.webhook_calls import record_call
from providers.base import NotNowError, Parsed, SignatureError, WebhookRequest
from providers.vendors import VENDORS
from store.metrics import heartbeats

router = APIRouter(prefix="/webhooks", tags=["webhooks"])

BODY_BYTES = 4 * 1024 * 1024

_NOTE_SECONDS = 10.0
"""A provider calls often: its row is written this often at most, by each process."""
_noted: dict[str, float] = {}
_log = logging.getLogger(__name__)
_calls = Counter(
    "campaign_flow_webhook_calls_total",
    "Calls of providers, by result: taken, unauthorized (signature), bad_request (can't be read).",
    ["provider", "result"],
)
_items = Counter(
    "campaign_flow_webhook_items_total", "What they told: new, repeats, set aside.", ["provider", "result"]
)

ProviderName = Annotated[str, Path(description="The name of a vendor, e.g. `sendgrid`, or of an HTTP gateway.")]


class WebhookResult(BaseModel):
    """What became of the items of a call. All of it is committed."""

    taken: int = 0
    repeats: int = 0
    set_aside: int = 0


@router.get("/{provider}", responses=responses(404))
@router.head("/{provider}", include_in_schema=False)
async def probe_webhook(provider: ProviderName, services: ServicesDep) -> WebhookResult:
    """Some providers ask whether the address exists before they use it.

    Mandrill does so before it shows the key that its calls are signed with: a vendor that we know is there from the
    start, though its calls are refused until the key is configured.
    """
    if provider not in VENDORS:
        _known(services, provider)
    return WebhookResult()


@router.post("/{provider}", responses=responses(400, 401, 404, 413, 503), response_model=WebhookResult)
async def take_webhook(provider: ProviderName, request: Request, services: ServicesDep) -> WebhookResult | Response:
    """Verify, read, record, commit; then answer."""
    _known(services, provider)
    body = await read_body(request, BODY_BYTES)
    try:
        parsed = await _parsed(services, provider, request, body)
    except DomainError as error:
        _calls.labels(provider, error.code).inc()
        raise
    received = datetime.now(UTC)
    scale = services.settings.time_scale

    found = await record_call(services.database, provider, parsed, now=received, time_scale=scale)
    taken = WebhookResult(taken=found.taken, repeats=found.repeats, set_aside=found.set_aside)
    await _note(services, provider, taken)
    vendor = VENDORS.get(provider)
    if vendor is not None and vendor.acknowledge is not None:
        answer = vendor.acknowledge(_help(parsed, services.settings.sms_help_answer))
        return Response(answer.body, media_type=answer.media_type)
    return taken


async def _note(services: ApiServices, provider: str, taken: WebhookResult) -> None:
    """Count, and write down that this provider reaches us; what fails here has lost nothing."""
    _calls.labels(provider, "taken").inc()
    for result, count in (("taken", taken.taken), ("repeat", taken.repeats), ("set_aside", taken.set_aside)):
        _items.labels(provider, result).inc(count)
    now = time.monotonic()
    if now - _noted.get(provider, -_NOTE_SECONDS) < _NOTE_SECONDS:
        return
    _noted[provider] = now
    try:
        async with services.database.transaction() as session:
            await heartbeats.beat(session, heartbeats.WEBHOOK + provider)
    except DBAPIError as error:
        _log.warning("the call of %s's webhook was taken, but not noted: %s", provider, type(error.orig).__name__)


def _help(parsed: Parsed, words: str) -> str:
    """What answers HELP, which carriers want answered even after a STOP; nothing for any other call."""
    asked = any(requested_action(reply) == "help" and reply.keyword is None for reply in parsed.replies)
    return words if asked else ""


def _known(services: ApiServices, provider: str) -> None:
    if provider not in services.providers.webhooks:
        raise NotFoundError(f"There is no webhook {provider!r}, or its key is not configured")


async def _parsed(services: ApiServices, provider: str, request: Request, body: bytes) -> Parsed:
    vendor = VENDORS.get(provider)
    if vendor is not None and vendor.webhook_fetches:
        return await asyncio.to_thread(_parse, services, provider, request, body)
    return _parse(services, provider, request, body)


def _parse(services: ApiServices, provider: str, request: Request, body: bytes) -> Parsed:
    url = services.settings.public_url.rstrip("/") + request.url.path
    if request.url.query:
        url += f"?{request.url.query}"
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        parsed = services.providers.webhooks[provider].parse(WebhookRequest(url=url, headers=headers, body=body))
    except SignatureError as error:
        raise UnauthorizedError(f"The call is not trusted: {error}") from error
    except NotNowError as error:
        raise UnavailableError(f"The call can't be verified at present: {error}") from error
    except (ValueError, RecursionError) as error:
        raise DomainError(f"The call can't be read: {error}") from error
    return _storable(parsed)


def _storable(parsed: Parsed) -> Parsed:
    """The same, with nothing that the database can't keep."""
    rejected = [(_raw(raw), storable(reason)) for raw, reason in parsed.rejected]
    for report in parsed.reports:
        report.raw = _raw(report.raw)
        report.kind = storable(report.kind)
        report.reason = storable(report.reason)
    replies = [
        replace(reply, text=storable(reply.text), address=storable(reply.address), raw=_raw(reply.raw))
        for reply in parsed.replies
    ]
    return Parsed(parsed.reports, replies, rejected)


def _raw(raw: dict[str, object]) -> dict[str, object]:
    try:
        kept: dict[str, object] = storable(raw)
    except ValueError as error:
        return {"unstorable": str(error)}
    return kept


take_slashes(router)
