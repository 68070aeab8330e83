"""The HTTP server under the sandbox: uvicorn, which here can also reset a connection."""

import socket
import struct

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from providers.sandbox.acceptance import DROP


class DroppableProtocol(HttpToolsProtocol):
    """Offers handlers the ASGI extension DROP, which resets the connection at once."""

    def on_message_begin(self) -> None:
        """Begin a request, with the extension in its scope."""
        super().on_message_begin()
        self.scope["extensions"] = {DROP: self._drop}  # type: ignore[dict-item]

    def _drop(self) -> None:
        raw = self.transport.get_extra_info("socket")
        # no lingering: the peer gets a reset, not an orderly end
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()


def make_server(app: FastAPI, host: str, port: int) -> uvicorn.Server:
    """A server for the sandbox. Port 0 picks a free one; `listen` tells which."""
    config = uvicorn.Config(
        app, host=host, port=port, http=DroppableProtocol, access_log=False, log_level="warning", timeout_keep_alive=75
    )
    return uvicorn.Server(config)
