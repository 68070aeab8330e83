"""Where a worker says how it is: /healthz for whoever restarts it, /metrics for Prometheus."""

import threading
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

from prometheus_client import make_wsgi_app

Healthy = Callable[[], bool]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """A probe every few seconds is no news."""


def start_monitor(host: str, port: int, healthy: Healthy) -> Callable[[], None]:
    """Serve in a thread of its own, so that it answers while the event loop is busy. Returns what stops it.

    Raises:
        OSError: the port is taken.

    """
    metrics = make_wsgi_app()

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") == "/metrics":
            body: Iterable[bytes] = metrics(environ, start_response)
            return body
        if environ.get("PATH_INFO") != "/healthz":
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return [b"only /healthz and /metrics are here\n"]
        good = healthy()
        start_response("200 OK" if good else "503 Service Unavailable", [("Content-Type", "text/plain")])
        return [b"ok\n" if good else b"starting\n"]

    server = make_server(host, port, app, server_class=_Server, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, name="monitor", daemon=True).start()
    return server.shutdown
