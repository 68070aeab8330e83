"""Mixpanel's /track, /import and /engage, so that a tap can be copied over to us.

The project token is the write key: in each item of /track and /engage, or the user name of Basic authentication for
/import. /track and /engage are live; /import is history: it starts no journey and wakes none. Good items are kept
though others are bad, and the answer says which were bad, in Mixpanel's words.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from api.dependencies import ApiServices, BasicUser, ServicesDep
from api.forms import read_request
from api.intake import EventIntake, open_intake
from api.problems import responses
from domain.errors import ForbiddenError
from domain.events import IncomingEvent
from ingestion.mixpanel import SOURCE, read_event, read_profile_change, token_of
from ingestion.pipeline import Ingested
from ingestion.retrying_ingest import take_events

router = APIRouter(tags=["tracking"])
REQUEST_BYTES = 2 * 1024 * 1024
ITEMS = 2000
_BODY = {"requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "array", "items": {}}}}}}
_ERRORS = responses(400, 401, 413, 429, 503)
_WANTED = "Send a write key as the token of each item, or as user name of Basic"
_Reader = Callable[..., IncomingEvent]


@router.post("/track", openapi_extra=_BODY, responses=_ERRORS)
@router.post("/track/", include_in_schema=False)
@router.get("/track", include_in_schema=False)
@router.get("/track/", include_in_schema=False)
async def track_mixpanel(request: Request, services: ServicesDep, user: BasicUser) -> Response:
    """Events as they happen."""
    return await _live(request, services, user, read_event)


@router.post("/engage", openapi_extra=_BODY, responses=_ERRORS)
@router.post("/engage/", include_in_schema=False)
@router.get("/engage", include_in_schema=False)
@router.get("/engage/", include_in_schema=False)
async def engage_mixpanel(request: Request, services: ServicesDep, user: BasicUser) -> Response:
    """Changes of profiles: $set, $set_once, $unset, $add, $append, $union, $remove, $delete."""
    return await _live(request, services, user, read_profile_change)


@router.post("/groups", include_in_schema=False)
@router.post("/groups/", include_in_schema=False)
async def groups_mixpanel(request: Request, services: ServicesDep, user: BasicUser) -> Response:
    """Profiles of groups. There are none here: each is noted, and answered as Mixpanel does, whose libraries raise."""
    given = await read_request(request, REQUEST_BYTES, ITEMS)
    intake = await _intake(services, user, given.items)
    outcomes = [(index, "a group's profile is not taken") for index in range(len(given.items))]
    await intake.done(SOURCE, given.items, outcomes, now=datetime.now(UTC))
    return _answer(given.fields, None)


@router.post("/import", openapi_extra=_BODY, responses=_ERRORS)
@router.post("/import/", include_in_schema=False)
async def import_mixpanel(request: Request, services: ServicesDep, user: BasicUser) -> Response:
    """Past events: they are stored and learnt from, and wake nobody. Needs a server write key."""
    given = await read_request(request, REQUEST_BYTES, ITEMS)
    intake = await _intake(services, user or given.key, given.items)
    if intake.authority.is_public:
        raise ForbiddenError("Past events are taken with a server write key only")
    taken, failed = await _take(intake, given.items, read_event, wake=False)
    bad = bool(failed) and given.fields.get("strict", "1") == "1"
    if bad:
        error = "some data points in the request failed validation"
        answer = {"code": 400, "num_records_imported": taken, "status": "Bad Request", "failed_records": failed}
        return JSONResponse(answer | {"error": error}, status_code=400)
    # libraries that send forms look for the status of /track
    status = 1 if given.is_form else "OK"
    return JSONResponse({"code": 200, "num_records_imported": taken, "status": status})


async def _live(request: Request, services: ApiServices, user: str | None, reader: _Reader) -> Response:
    given = await read_request(request, REQUEST_BYTES, ITEMS)
    intake = await _intake(services, user, given.items)
    _, failed = await _take(intake, given.items, reader, wake=True)
    return _answer(given.fields, f"item {failed[0]['index']}: {failed[0]['message']}" if failed else None)


def _answer(fields: Mapping[str, str], error: str | None) -> Response:
    if fields.get("verbose", "0") not in ("", "0"):
        return JSONResponse({"status": int(error is None), "error": error})
    return PlainTextResponse("1" if error is None else "0")


async def _take(
    intake: EventIntake, items: Sequence[object], reader: _Reader, *, wake: bool
) -> tuple[int, list[dict[str, Any]]]:
    """How many were taken, and those that were not, in Mixpanel's shape."""
    now, services, sender = datetime.now(UTC), intake.services, intake.sender
    events: list[tuple[int, IncomingEvent]] = []
    outcomes: list[tuple[int, Ingested | str]] = []
    for index, item in enumerate(items):
        try:
            events.append((index, reader(item, received=now, sender=sender)))
        except ValueError as error:
            outcomes.append((index, str(error)))
    answers = await take_events(
        services.database,
        [event for _, event in events],
        now=now,
        time_scale=services.settings.time_scale,
        wake=wake,
    )
    outcomes += [(index, answer) for (index, _), answer in zip(events, answers, strict=True)]
    await intake.done(SOURCE, items, outcomes, now=now)
    failed = [
        _failure(index, items[index], answer)
        for index, answer in sorted(outcomes, key=lambda outcome: outcome[0])
        if isinstance(answer, str)
    ]
    return len(items) - len(failed), failed


def _failure(index: int, item: object, message: str) -> dict[str, Any]:
    properties = item.get("properties") if isinstance(item, dict) else None
    insert_id = properties.get("$insert_id") if isinstance(properties, dict) else None
    return {"index": index, "insert_id": insert_id if isinstance(insert_id, str) else "", "message": message}


async def _intake(services: ApiServices, user: str | None, items: Sequence[object]) -> EventIntake:
    """The intake of the project whose token each item carries, or the user name of Basic authentication."""
    keys = {user} if user else {token_of(item) for item in items}
    intakes = [await open_intake(services, key, _WANTED) for key in keys]
    return min(intakes, key=lambda intake: not intake.authority.is_public)
