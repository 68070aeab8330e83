"""POST /v1/*: events by Segment's HTTP specification, so that its libraries work when pointed here.

An answer of 200 means committed: what was accepted can't be lost. A repeat of the same `messageId` is accepted and
changes nothing. A batch with bad calls keeps the good ones and says which were bad, and why. Limits: 32 KB a call,
500 KB a request, 1000 calls a batch; bodies may be gzip. The write key is the user name of Basic authentication, or
`writeKey` in the body. Segment's library for browsers calls `/v1/t` for `/v1/track`, and the others likewise.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from api.dependencies import ApiServices, BasicUser, ServicesDep
from api.intake import EventIntake, open_intake
from api.problems import responses
from api.request_body import read_body, read_object
from api.slashes import take_slashes
from domain.errors import DomainError, TooLargeError
from domain.events import IncomingEvent
from ingestion.pipeline import Ingested
from ingestion.segment import CALLS, SOURCE, read_call
from store.events import json_text

router = APIRouter(prefix="/v1", tags=["tracking"])
beacon = APIRouter(prefix="/beacon/v1", include_in_schema=False)
"""Where RudderStack's library for browsers sends what is left when a page is closed; the key is in the query."""

CALL_BYTES = 32 * 1024
REQUEST_BYTES = 500 * 1024
BATCH_CALLS = 1000


class Rejected(BaseModel):
    """A call of a batch that was not taken."""

    model_config = ConfigDict(populate_by_name=True)

    index: int = Field(description="Its place in the batch, from 0.")
    message_id: str | None = Field(alias="messageId")
    reason: str


class Tracked(BaseModel):
    """What became of a request: everything accepted is committed."""

    success: bool = True
    accepted: int
    rejected: list[Rejected] = []
    notes: list[str] = Field(default=[], description="Parts of accepted calls that could not be used, in words.")


_COMMON: dict[str, Any] = {
    "userId": {"type": "string"},
    "anonymousId": {"type": "string"},
    "messageId": {"type": "string", "description": "The sender's own id of the call: a repeat is recognised by it."},
    "timestamp": {"type": "string", "format": "date-time"},
    "sentAt": {"type": "string", "format": "date-time"},
    "context": {"type": "object"},
    "writeKey": {"type": "string"},
}
_ERRORS = responses(400, 401, 413, 429, 503)


def _body(example: dict[str, Any], **own: Any) -> dict[str, Any]:
    """OpenAPI's words for a call's body, which is read by hand: it may be gzip, and is limited before it is parsed."""
    schema = {"type": "object", "properties": _COMMON | own}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema, "example": example}}}}


_TRACK = {
    "userId": "c-1042",
    "event": "Order Completed",
    "messageId": "5f1c",
    "properties": {"order_id": "o-77", "revenue": 49.9, "products": [{"product_id": "p-1", "name": "Scarf"}]},
}
_OBJECT = {"type": "object"}


@router.post("/t", include_in_schema=False)
@router.post("/track", openapi_extra=_body(_TRACK, event={"type": "string"}, properties=_OBJECT), responses=_ERRORS)
async def track(request: Request, services: ServicesDep, user: BasicUser) -> Tracked:
    """Something that a customer did."""
    return await _single(request, services, user, "track")


_IDENTIFY = {"userId": "c-1042", "traits": {"email": "ada@shop.example", "firstName": "Ada", "tags": ["vip"]}}


@router.post("/i", include_in_schema=False)
@router.post("/identify", openapi_extra=_body(_IDENTIFY, traits=_OBJECT), responses=_ERRORS)
async def identify(request: Request, services: ServicesDep, user: BasicUser) -> Tracked:
    """Who a customer is: traits go to the profile, and the anonymous id becomes theirs."""
    return await _single(request, services, user, "identify")


@router.post("/p", include_in_schema=False)
@router.post("/page", openapi_extra=_body({"anonymousId": "a-1", "name": "Home"}), responses=_ERRORS)
async def page(request: Request, services: ServicesDep, user: BasicUser) -> Tracked:
    """A page was looked at: the event `Page Viewed`."""
    return await _single(request, services, user, "page")


@router.post("/s", include_in_schema=False)
@router.post("/screen", openapi_extra=_body({"userId": "c-1042", "name": "Cart"}), responses=_ERRORS)
async def screen(request: Request, services: ServicesDep, user: BasicUser) -> Tracked:
    """A screen of an app was looked at: the event `Screen Viewed`."""
    return await _single(request, services, user, "screen")


@router.post("/g", include_in_schema=False)
@router.post("/group", openapi_extra=_body({"userId": "c-1042", "groupId": "g-9"}), responses=_ERRORS)
async def group(request: Request, services: ServicesDep, user: BasicUser) -> Tracked:
    """The customer belongs to a group: attributes `group_id` and `group`."""
    return await _single(request, services, user, "group")


@router.post("/a", include_in_schema=False)
@router.post("/alias", openapi_extra=_body({"userId": "c-1042", "previousId": "a-1"}), responses=_ERRORS)
async def alias(request: Request, services: ServicesDep, user: BasicUser) -> Tracked:
    """The customer known as `previousId` is from now on known as `userId`."""
    return await _single(request, services, user, "alias")


_CALL = {"type": "object", "properties": {"type": {"enum": list(CALLS)}} | _COMMON}
_BATCH = {"batch": [{"type": "track", **_TRACK}, {"type": "identify", **_IDENTIFY}]}


@router.post("/batch", openapi_extra=_body(_BATCH, batch={"type": "array", "items": _CALL}), responses=_ERRORS)
@router.post("/b", include_in_schema=False)
@router.post("/import", include_in_schema=False)
async def batch(request: Request, services: ServicesDep, user: BasicUser) -> Tracked:
    """Many calls at once, each with its `type`. Good ones are taken though others are bad."""
    intake, body = await _read(request, services, user)
    calls = body.get("batch")
    if not isinstance(calls, list):
        raise DomainError("'batch' is not a list of calls")
    if len(calls) > BATCH_CALLS:
        raise TooLargeError(f"A batch holds at most {BATCH_CALLS} calls")
    result = await _take(intake, calls, kind=None, sent_at=body.get("sentAt"), inherited=body)
    if calls and not result.accepted:
        first = result.rejected[0]
        raise DomainError(
            f"None of the calls could be taken; the first one: {first.reason}",
            rejected=[rejected.model_dump(by_alias=True) for rejected in result.rejected],
        )
    return result


async def _single(request: Request, services: ApiServices, user: str | None, kind: str) -> Tracked:
    intake, body = await _read(request, services, user)
    result = await _take(intake, [body], kind=kind, sent_at=None, inherited={})
    if result.rejected:
        raise DomainError(f"The call can't be taken: {result.rejected[0].reason}")
    return result


async def _read(request: Request, services: ApiServices, user: str | None) -> tuple[EventIntake, dict[str, Any]]:
    """The body, and the intake of its sender, once they may send."""
    user = user or request.query_params.get("writeKey")
    if user:
        intake = await open_intake(services, user)
        return intake, read_object(await read_body(request, REQUEST_BYTES))
    body = read_object(await read_body(request, REQUEST_BYTES))
    key = body.get("writeKey")
    wanted = "Send a write key as the user name of Basic authentication, or as writeKey"
    return await open_intake(services, key if isinstance(key, str) else None, wanted), body


async def _take(
    intake: EventIntake, calls: Sequence[Any], *, kind: str | None, sent_at: object, inherited: dict[str, Any]
) -> Tracked:
    received = datetime.now(UTC)
    events: list[tuple[int, IncomingEvent]] = []
    outcomes: list[tuple[int, Ingested | str]] = []
    sender = intake.sender
    for index, call in enumerate(calls):
        try:
            whole = _whole(call, inherited)
            events.append((index, read_call(whole, kind=kind, sent_at=sent_at, received=received, sender=sender)))
        except ValueError as error:
            outcomes.append((index, str(error)))
    answers = await intake.services.gatherer.take([event for _, event in events], now=received)
    outcomes += [(index, answer) for (index, _), answer in zip(events, answers, strict=True)]
    outcomes.sort(key=lambda outcome: outcome[0])
    await intake.done(SOURCE, calls, outcomes, now=received)
    return _tracked(calls, outcomes)


def _tracked(calls: Sequence[Any], outcomes: Sequence[tuple[int, Ingested | str]]) -> Tracked:
    result = Tracked(accepted=0)
    for index, answer in outcomes:
        if isinstance(answer, str):
            result.rejected.append(_rejected(index, calls[index], answer))
        else:
            result.accepted += 1
            result.notes += answer.problems
    return result


def _whole(call: object, inherited: dict[str, Any]) -> dict[str, Any]:
    """The call with the batch's context under its own."""
    if not isinstance(call, dict):
        raise ValueError("it is not an object")
    try:
        size = len(json_text.dumps(call).encode())
    except (ValueError, RecursionError) as error:
        raise ValueError("it is nested too deeply, or holds a number that is too large") from error
    if size > CALL_BYTES:
        raise ValueError(f"it is larger than {CALL_BYTES // 1024} KB")
    context = inherited.get("context")
    if isinstance(context, dict):
        own = call.get("context")
        return {**call, "context": context | (own if isinstance(own, dict) else {})}
    return call


def _rejected(index: int, call: object, reason: str) -> Rejected:
    message_id = call.get("messageId") if isinstance(call, dict) else None
    return Rejected(index=index, message_id=message_id if isinstance(message_id, str) else None, reason=reason)


beacon.post("/batch")(batch)
take_slashes(router)
take_slashes(beacon)
