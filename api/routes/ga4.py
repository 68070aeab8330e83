"""POST /mp/collect: events by Google Analytics 4's Measurement Protocol, so that a tap can be copied over to us.

`api_secret` is the write key. An answer of 204 means that all events are committed. Google's own endpoint answers 2xx
whatever it is sent; this one says what is wrong, and keeps what is right.
"""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.dependencies import ServicesDep
from api.intake import open_intake
from api.problems import responses
from api.request_body import read_body, read_object
from api.slashes import take_slashes
from domain.errors import DomainError
from domain.events import IncomingEvent
from ingestion.ga4 import SOURCE, read_events
from ingestion.pipeline import Ingested

router = APIRouter(tags=["tracking"])
REQUEST_BYTES = 130 * 1024
_EXAMPLE = {
    "client_id": "123.456",
    "user_id": "c-1042",
    "events": [{"name": "purchase", "params": {"transaction_id": "o-77", "value": 49.9, "currency": "EUR"}}],
}
_BODY = {"requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}}
_BODY["requestBody"]["content"]["application/json"]["example"] = _EXAMPLE  # type: ignore[index]


@router.post("/mp/collect", status_code=204, openapi_extra=_BODY, responses=responses(400, 401, 413, 429, 503))
async def collect_ga4(
    request: Request,
    services: ServicesDep,
    api_secret: Annotated[str, Query(max_length=200)] = "",
    measurement_id: Annotated[str | None, Query(max_length=200)] = None,
    firebase_app_id: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """Take the events of one client. The ids of the Google property are accepted and mean nothing here."""
    intake = await open_intake(services, api_secret, "Send a write key as api_secret")
    now = datetime.now(UTC)
    body = read_object(await read_body(request, REQUEST_BYTES))
    try:
        read = read_events(body, received=now, sender=intake.sender)
    except ValueError as error:
        raise DomainError(str(error)) from error
    events = [(index, item) for index, item in enumerate(read) if isinstance(item, IncomingEvent)]
    answers = await services.gatherer.take([event for _, event in events], now=now)
    outcomes: list[tuple[int, Ingested | str]] = [(at, item) for at, item in enumerate(read) if isinstance(item, str)]
    outcomes += [(index, answer) for (index, _), answer in zip(events, answers, strict=True)]
    await intake.done(SOURCE, [body] * len(read), outcomes, now=now)
    wrong = [answer for _, answer in sorted(outcomes, key=lambda outcome: outcome[0]) if isinstance(answer, str)]
    if wrong:
        raise DomainError(f"{len(wrong)} of {len(read)} can't be taken; the first: {wrong[0]}", rejected=wrong)
    return Response(status_code=204)


take_slashes(router)
