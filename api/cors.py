"""Which pages of other origins may read our answers."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

CODEC_PATH = "/temporal/codec"
"""What Temporal's UI asks, from its own origin and with the operator's key as HTTP's own password."""


class Cors:
    """ASGI middleware: the API for the origins that are configured, none by default; the codec for Temporal's UI."""

    def __init__(self, app: ASGIApp, *, origins: Sequence[str], temporal_ui_url: str) -> None:
        """Guard an application."""
        # Browser libraries of Mixpanel's kind ask with credentials, which "*" can't allow.
        everywhere = CORSMiddleware(
            app, allow_origins=origins, allow_methods=["*"], allow_headers=["*"], allow_credentials="*" not in origins
        )
        self._everywhere: ASGIApp = everywhere if origins else app
        at = urlsplit(temporal_ui_url)
        # Danger: with credentials, the one origin that is named, and never "*".
        self._codec = CORSMiddleware(
            app,
            allow_origins=[f"{at.scheme}://{at.netloc}"],
            allow_methods=["GET", "POST"],
            allow_headers=["*"],
            allow_credentials=True,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a preflight, or pass on and add what lets the origin read the answer."""
        codec = scope["type"] == "http" and scope["path"].startswith(CODEC_PATH)
        await (self._codec if codec else self._everywhere)(scope, receive, send)
