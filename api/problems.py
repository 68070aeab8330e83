"""Every error answer is an RFC 9457 problem: what is wrong, where, and what to do."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException

from api.field_errors import field_said
from api.request_observer import REQUEST_ID, request_id, route_of
from api.schemas.base import LocalizedText
from domain.errors import DomainError

_log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
_TYPE = "urn:campaign-flow:problem:"
_WORDS = {
    400: ("bad_request", "Bad request"),
    401: ("unauthorized", "Unauthorized"),
    403: ("forbidden", "Forbidden"),
    404: ("not_found", "Not found"),
    405: ("method_not_allowed", "Method not allowed"),
    409: ("conflict", "Conflict"),
    413: ("content_too_large", "Content too large"),
    414: ("uri_too_long", "URI too long"),
    415: ("unsupported_media_type", "Unsupported media type"),
    422: ("invalid", "Invalid request"),
    429: ("too_many_requests", "Too many requests"),
    503: ("unavailable", "Not available now"),
}
"""Status -> code and title. Python's own names for statuses change from one version to the next."""
_HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "5"}}


class FieldError(BaseModel):
    """One thing wrong with a request."""

    path: str = Field(description="Where, as a JSON pointer into the request.", examples=["/body/name"])
    message: str = Field(examples=["Field required"])
    said: LocalizedText | None = Field(default=None, description="The message as a code and what it names.")


class Problem(BaseModel):
    """What went wrong (RFC 9457). Some kinds carry more members, such as `violations`."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=[f"{_TYPE}not_found"])
    title: str = Field(examples=["Not found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["There is no campaign 'win-back'"])
    code: str = Field(examples=["not_found"])
    request_id: str | None = Field(default=None, description="The answer's X-Request-ID: what our log calls it.")
    errors: list[FieldError] | None = Field(default=None)
    said: LocalizedText | None = Field(default=None, description="The detail as a code and what it names.")


def problem(
    status: int,
    code: str,
    title: str,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    **extra: Any,
) -> JSONResponse:
    """An error answer."""
    headers = {**_HEADERS.get(status, {}), **(headers or {})}
    body = {"type": _TYPE + code, "title": title, "status": status, "detail": detail, "code": code, **extra}
    sent = dict(headers or {})
    if (known := request_id()) is not None:
        body["request_id"] = known
        sent[REQUEST_ID] = known  # an unhandled error's answer passes no middleware of ours
    return JSONResponse(jsonable_encoder(body), status, headers=sent, media_type=MEDIA_TYPE)


def responses(*statuses: int, pages: tuple[int, ...] = ()) -> dict[int | str, dict[str, Any]]:
    """OpenAPI's words for the error answers of a route; for those in `pages` people are shown a page."""
    schema = {"$ref": "#/components/schemas/Problem"}
    said: dict[int | str, dict[str, Any]] = {
        status: {"description": _WORDS[status][1], "content": {MEDIA_TYPE: {"schema": schema}}} for status in statuses
    }
    for status in pages:
        said[status]["content"]["text/html"] = {"schema": {"type": "string"}}
    return said


def _step(value: Any, part: str | int) -> tuple[bool, Any]:
    if isinstance(value, Mapping) and part in value:
        return True, value[part]
    if isinstance(value, list) and isinstance(part, int) and part < len(value):
        return True, value[part]
    return False, value


def pointer(location: Sequence[str | int], kind: str, body: Any) -> str:
    """JSON pointer of an error's place.

    Pydantic puts the tags of unions and the names of validators into its locations; what the body does not hold is
    left out, except for the last part of a missing field.
    """
    parts: list[str | int] = list(location)
    if parts[:1] == ["body"]:
        kept, value = [parts[0]], body
        for index, part in enumerate(parts[1:], start=1):
            known, value = _step(value, part)
            if known or (kind == "missing" and index == len(parts) - 1):
                kept.append(part)
        parts = kept
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def _message(item: Mapping[str, Any]) -> str:
    if item["type"] == "json_invalid":
        return f"not JSON: {item['ctx']['error']} at character {item['loc'][-1]}"
    message: str = item["msg"]
    return message.removeprefix("Value error, ")


async def _on_domain_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, DomainError)
    headers = dict(_HEADERS.get(error.status, {}))
    if "retry_after" in error.extra:
        headers["Retry-After"] = str(error.extra["retry_after"])
    said = {} if error.said is None else {"said": error.said}
    return problem(error.status, error.code, error.title, error.detail, headers=headers, **said, **error.extra)


async def _on_invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    errors = [
        {"path": pointer(item["loc"], item["type"], error.body), "message": _message(item), **field_said(item)}
        for item in error.errors()
    ]
    where = "; ".join(f"{item['path']}: {item['message']}" for item in errors[:3])
    more = f" (and {len(errors) - 3} more)" if len(errors) > 3 else ""
    return problem(422, "invalid", "Invalid request", where + more, errors=errors)


async def _on_http_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code, title = _WORDS.get(error.status_code, ("http_error", "Error"))
    return problem(error.status_code, code, title, str(error.detail or title), headers=error.headers)


async def _on_database_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, DBAPIError)
    if isinstance(error.orig, psycopg.DataError):
        return problem(422, "unstorable", "Invalid request", "A value in the request can't be stored")
    if isinstance(error.orig, psycopg.errors.QueryCanceled):
        return problem(503, "too_slow", "Not available now", "The question takes too long to answer: narrow it")
    if isinstance(error.orig, psycopg.errors.LockNotAvailable):
        return problem(
            503, "busy", "Somebody else is changing it", "Another change of the same thing takes long; try again"
        )
    if isinstance(error.orig, psycopg.OperationalError):
        _log.warning("database unavailable: %s", error.orig)
        detail = "The database can't be reached; try again later"
        return problem(503, "unavailable", "Not available now", detail, headers=_HEADERS[503])
    return await _on_crash(request, error)


async def _on_crash(request: Request, error: Exception) -> JSONResponse:
    _log.error("unhandled error in %s %s", request.method, route_of(request.scope), exc_info=error)
    return problem(500, "internal", "Internal error", "Something went wrong on our side; it has been logged")


def install(app: FastAPI) -> None:
    """Answer every error of this application with a problem."""
    app.add_exception_handler(DomainError, _on_domain_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(DBAPIError, _on_database_error)
    app.add_exception_handler(Exception, _on_crash)
