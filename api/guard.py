"""What is refused before any route sees it."""

from starlette.types import ASGIApp, Receive, Scope, Send

from api.problems import problem

_MAX_PATH = 2000
_MAX_QUERY = 8000


class Guard:
    """ASGI middleware: NUL bytes in a URL (no database takes them) and overlong URLs are bad requests."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 400 or 414, or pass on."""
        if scope["type"] == "http":
            query: bytes = scope["query_string"]
            if "\x00" in scope["path"] or b"%00" in query or b"\x00" in query:
                refusal = problem(400, "bad_request", "Bad request", "The URL holds a NUL character")
                return await refusal(scope, receive, send)
            if len(scope["path"]) > _MAX_PATH or len(query) > _MAX_QUERY:
                refusal = problem(414, "uri_too_long", "URI Too Long", "The URL is too long")
                return await refusal(scope, receive, send)
        return await self.app(scope, receive, send)
