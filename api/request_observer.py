"""What is known of every request: an id, a line in the log, and figures. Never its path: that may hold an address."""

import logging
import re
import time
from uuid import uuid4

import structlog
from prometheus_client import Counter, Gauge, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from config.tracing import span

REQUEST_ID = "X-Request-ID"
_ID = re.compile(r"[A-Za-z0-9._:/+=-]{1,128}")
_QUIET = frozenset({"/healthz", "/readyz"})
"""A probe every few seconds is no news."""
_NO_ROUTE = "none"

_log = logging.getLogger("api.access")
_requests = Counter("campaign_flow_http_requests_total", "Requests answered.", ["method", "route", "status"])
_seconds = Histogram(
    "campaign_flow_http_request_seconds",
    "From the request to the end of its answer.",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
_open = Gauge("campaign_flow_http_requests_open", "Requests that are being answered.")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def request_id() -> str | None:
    """The id of the request that is being answered; None outside of one."""
    found: str | None = structlog.contextvars.get_contextvars().get("request_id")
    return found


def route_of(scope: Scope) -> str:
    """The template of the path, `/customers/{id}`, never the path itself."""
    path: str = scope.get("path", "")
    route = getattr(scope.get("route"), "path_format", None)
    if isinstance(route, str):
        return route
    return "/app" if path == "/app" or path.startswith("/app/") else _NO_ROUTE


class Observed:
    """ASGI middleware, the outermost: binds the request's id to every line that is logged meanwhile."""

    def __init__(self, app: ASGIApp) -> None:
        """Observe an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; the answer carries the id, the caller's own where it sent a usable one."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        given = Headers(scope=scope).get(REQUEST_ID, "")
        known = given if _ID.fullmatch(given) else uuid4().hex
        structlog.contextvars.unbind_contextvars("caller")
        structlog.contextvars.bind_contextvars(request_id=known)
        status = 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message).setdefault(REQUEST_ID, known)
            await send(message)

        began = time.perf_counter()
        _open.inc()
        try:
            with span(scope["method"], parent=Headers(scope=scope).get("traceparent"), kind="SERVER", request_id=known):
                await self.app(scope, receive, answer)
        finally:
            _open.dec()
            _note(scope, status, time.perf_counter() - began)


def _note(scope: Scope, status: int, seconds: float) -> None:
    route = route_of(scope)
    method = scope["method"] if scope["method"] in _METHODS else "other"
    _requests.labels(method, route, str(status)).inc()
    _seconds.labels(method, route).observe(seconds)
    level = logging.DEBUG if route in _QUIET and status < 400 else logging.INFO
    _log.log(
        level,
        "%s %s",
        method,
        route,
        extra={"method": method, "route": route, "status": status, "milliseconds": round(seconds * 1000, 1)},
    )
