"""Ids with a slash in a URL: `/customers/user%2F13` is about the customer `user/13`."""

from urllib.parse import unquote

from starlette.types import ASGIApp, Receive, Scope, Send

STAND_IN = "\ue02f"
"""For a slash that is part of an id. A character of private use, which no id has (`domain.external_ids`)."""


class EncodedSlashes:
    """ASGI middleware: keeps encoded slashes apart from those that separate a path's parts until it is matched."""

    def __init__(self, app: ASGIApp) -> None:
        """Guard an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; `api.schemas.base.CustomerRef` puts the slashes back."""
        raw: bytes = scope.get("raw_path") or b""
        if scope["type"] == "http" and b"%2f" in raw.lower():
            parts = raw.split(b"?")[0].decode("ascii", "replace").split("/")
            path = "/".join(unquote(part).replace("/", STAND_IN) for part in parts)
            scope = {**scope, "path": path}
        await self.app(scope, receive, send)
