"""Mixpanel's /track, /import and /engage, so that a tap can be copied over to us.

The project token is the write key: in each item of /track and /engage, or the user name of Basic authentication for
/import. /track and /engage are live; /import is history: it starts no journey and wakes none. Good items are kept
though others are bad, and the answer says which were bad, in Mixpanel's words.
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from urllib.parse import parse_qs

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from api.dependencies import BasicUser, Services, ServicesDep, is_write_key
from api.payloads import read_body
from api.problems import responses
from domain.errors import DomainError, TooLargeError, UnauthorizedError
from domain.events import IncomingEvent
from ingestion.mixpanel import read_event, read_profile_change, token_of
from ingestion.taking import take_events
from store import json_text

router = APIRouter(tags=["tracking"])
REQUEST_BYTES = 2 * 1024 * 1024
ITEMS = 2000
_BODY = {"requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "array", "items": {}}}}}}
_ERRORS = responses(400, 401, 413, 503)
_Reader = Callable[..., IncomingEvent]


@router.post("/track", openapi_extra=_BODY, responses=_ERRORS)
async def track_mixpanel(
    request: Request, services: ServicesDep, user: BasicUser, verbose: Annotated[int, Query()] = 0
) -> Response:
    """Events as they happen."""
    return await _live(request, services, user, read_event, verbose=bool(verbose))


@router.post("/engage", openapi_extra=_BODY, responses=_ERRORS)
async def engage_mixpanel(
    request: Request, services: ServicesDep, user: BasicUser, verbose: Annotated[int, Query()] = 0
) -> Response:
    """Changes of profiles: $set, $set_once, $unset."""
    return await _live(request, services, user, read_profile_change, verbose=bool(verbose))


@router.post("/import", openapi_extra=_BODY, responses=_ERRORS)
async def import_mixpanel(
    request: Request, services: ServicesDep, user: BasicUser, strict: Annotated[Literal["0", "1"], Query()] = "1"
) -> Response:
    """Past events: they are stored and learnt from, and wake nobody."""
    items = await _items(request)
    await _authorize(services, user, items)
    taken, failed = await _take(services, items, read_event, wake=False)
    bad = bool(failed) and strict == "1"
    if not bad:
        return JSONResponse({"code": 200, "num_records_imported": taken, "status": "OK"})
    answer = {"code": 400, "num_records_imported": taken, "status": "Bad Request", "failed_records": failed}
    return JSONResponse(answer | {"error": "some data points in the request failed validation"}, status_code=400)


async def _live(request: Request, services: Services, user: str | None, reader: _Reader, *, verbose: bool) -> Response:
    items = await _items(request)
    await _authorize(services, user, items)
    _, failed = await _take(services, items, reader, wake=True)
    if verbose:
        error = f"item {failed[0]['index']}: {failed[0]['message']}" if failed else None
        return JSONResponse({"status": int(not failed), "error": error})
    return PlainTextResponse("0" if failed else "1")


async def _take(
    services: Services, items: Sequence[object], reader: _Reader, *, wake: bool
) -> tuple[int, list[dict[str, Any]]]:
    """How many were taken, and those that were not, in Mixpanel's shape."""
    now = datetime.now(UTC)
    failed: list[dict[str, Any]] = []
    events: list[tuple[int, IncomingEvent]] = []
    for index, item in enumerate(items):
        try:
            events.append((index, reader(item, received=now)))
        except ValueError as error:
            failed.append(_failure(index, item, str(error)))
    answers = await take_events(
        services.database,
        [event for _, event in events],
        now=now,
        time_scale=services.settings.time_scale,
        wake=wake,
    )
    for (index, _), answer in zip(events, answers, strict=True):
        if isinstance(answer, str):
            failed.append(_failure(index, items[index], answer))
    return len(items) - len(failed), sorted(failed, key=lambda failure: failure["index"])


def _failure(index: int, item: object, message: str) -> dict[str, Any]:
    properties = item.get("properties") if isinstance(item, dict) else None
    insert_id = properties.get("$insert_id") if isinstance(properties, dict) else None
    return {"index": index, "insert_id": insert_id if isinstance(insert_id, str) else "", "message": message}


async def _authorize(services: Services, user: str | None, items: Sequence[object]) -> None:
    """All items must be of a project that may send."""
    keys = {user} if user else {token_of(item) for item in items}
    for key in keys:
        if not key or not await is_write_key(services, key):
            raise UnauthorizedError("Send a write key as the token of each item, or as user name of Basic")


async def _items(request: Request) -> list[object]:
    """The items of a body: a JSON array, one object, lines of JSON, or a form whose `data` holds one of these."""
    body = await read_body(request, REQUEST_BYTES)
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    try:
        if kind == "application/x-ndjson":
            items: object = [json_text.loads(line) for line in body.splitlines() if line.strip()]
        else:
            items = json_text.loads(_form_data(body) if kind == "application/x-www-form-urlencoded" else body)
    except (ValueError, RecursionError) as error:
        raise DomainError(f"The body is not JSON: {error}"[:300]) from error
    items = items if isinstance(items, list) else [items]
    if not items:
        raise DomainError("The body holds no items")
    if len(items) > ITEMS:
        raise TooLargeError(f"A request holds at most {ITEMS} items")
    return items


def _form_data(body: bytes) -> bytes:
    data = parse_qs(body.decode("ascii", "replace")).get("data", [""])[0]
    if data.lstrip()[:1] in ("[", "{"):
        return data.encode()
    try:
        return base64.b64decode(data.replace(" ", "+"), validate=True)
    except binascii.Error as error:
        raise ValueError("data is neither JSON nor base64 of it") from error
