"""What is refused before any route sees it."""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem

MAX_BODY_BYTES = 4 * 1024 * 1024
_MAX_PATH = 2000
_MAX_QUERY = 8000


class RequestLimitMiddleware:
    """ASGI middleware: NUL bytes in a URL (no database takes them), overlong URLs, bodies that are too large."""

    def __init__(self, app: ASGIApp, uploads: Mapping[str, int] | None = None) -> None:
        """Guard an application; `uploads` are paths that take more: path -> bytes."""
        self.app = app
        self._uploads = uploads or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 400, 413 or 414, or pass on; a body that does not say its length is cut off while it is read."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        limit = self._uploads.get(scope["path"], MAX_BODY_BYTES)
        refusal = _refusal(scope, limit)
        if refusal is not None:
            return await refusal(scope, receive, send)
        return await self.app(scope, _limited(receive, limit), send)


def _too_large(limit: int) -> str:
    return f"A body may have at most {limit} bytes"


def _limited(receive: Receive, limit: int) -> Receive:
    taken = 0

    async def take() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise HTTPException(413, _too_large(limit))
        return message

    return take


def _refusal(scope: Scope, limit: int) -> ASGIApp | None:
    query: bytes = scope["query_string"]
    if "\x00" in scope["path"] or b"%00" in query or b"\x00" in query:
        return problem(400, "bad_request", "Bad request", "The URL holds a NUL character")
    if len(scope["path"]) > _MAX_PATH or len(query) > _MAX_QUERY:
        return problem(414, "uri_too_long", "URI too long", "The URL is too long")
    length = Headers(scope=scope).get("content-length", "")
    if length.isascii() and length.isdigit() and int(length[:20]) > limit:
        return problem(413, "content_too_large", "Content too large", _too_large(limit))
    return None
