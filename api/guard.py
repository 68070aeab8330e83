"""What is refused before any route sees it."""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem

MAX_BODY_BYTES = 4 * 1024 * 1024
_TOO_LARGE = f"A body may have at most {MAX_BODY_BYTES} bytes"
_MAX_PATH = 2000
_MAX_QUERY = 8000


class Guard:
    """ASGI middleware: NUL bytes in a URL (no database takes them), overlong URLs, bodies that are too large."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 400, 413 or 414, or pass on; a body that does not say its length is cut off while it is read."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        refusal = _refusal(scope)
        if refusal is not None:
            return await refusal(scope, receive, send)
        return await self.app(scope, _limited(receive), send)


def _limited(receive: Receive) -> Receive:
    taken = 0

    async def take() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > MAX_BODY_BYTES:
            raise HTTPException(413, _TOO_LARGE)
        return message

    return take


def _refusal(scope: Scope) -> ASGIApp | None:
    query: bytes = scope["query_string"]
    if "\x00" in scope["path"] or b"%00" in query or b"\x00" in query:
        return problem(400, "bad_request", "Bad request", "The URL holds a NUL character")
    if len(scope["path"]) > _MAX_PATH or len(query) > _MAX_QUERY:
        return problem(414, "uri_too_long", "URI too long", "The URL is too long")
    length = Headers(scope=scope).get("content-length", "")
    if length.isascii() and length.isdigit() and int(length[:20]) > MAX_BODY_BYTES:
        return problem(413, "content_too_large", "Content too large", _TOO_LARGE)
    return None
