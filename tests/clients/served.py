"""The real API on a real port, and a shop's page on another, for libraries that speak HTTP."""

import functools
import http.server
import socket
import threading
from pathlib import Path

import uvicorn

from api.app import create_app
from store.database.engine import Database

NODE = Path(__file__).parent / "node"
_MODULES = NODE / "node_modules"
_FOLDERS = {
    "analytics-next": _MODULES / "@segment/analytics-next/dist/umd",
    "mixpanel-browser": _MODULES / "mixpanel-browser/dist",
}


class ServedApi(threading.Thread):
    """The application in a loop of its own."""

    def __init__(self, services):
        super().__init__(daemon=True)
        services.database = services.gatherer._database = Database(services.settings)  # a pool belongs to its loop
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.server = uvicorn.Server(uvicorn.Config(create_app(services), log_level="warning"))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def run(self):
        self.server.run(sockets=[self.socket])

    def stop(self):
        self.server.should_exit = True
        self.join(10)


class _Pages(http.server.SimpleHTTPRequestHandler):
    def translate_path(self, path):
        first, _, rest = path.split("?")[0].lstrip("/").partition("/")
        return str(_FOLDERS[first] / rest) if first in _FOLDERS else str(NODE / first)

    def log_message(self, *_):
        pass


class ServedShop(threading.Thread):
    """A shop's pages, on an origin of their own."""

    def __init__(self):
        super().__init__(daemon=True)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Pages))
        self.url = f"http://localhost:{self.server.server_port}"

    def run(self):
        self.server.serve_forever()

    def stop(self):
        self.server.shutdown()
