"""Where a process says how it is: /healthz for whoever restarts it, /readyz for who gives it work, /metrics."""

import threading
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

Trouble = Callable[[], str | None]
"""What is wrong, in words; None while all is well. Called from the monitor's threads."""


# Danger: the server adds to the list that it is given: each answer gets one of its own.
_TEXT = [("Content-Type", "text/plain; charset=utf-8")]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """A probe every few seconds is no news."""


def start_monitor(
    host: str, port: int, *, alive: Trouble, ready: Trouble, further: Callable[[], bytes] = bytes
) -> Callable[[], None]:
    """Serve in a thread of its own, so that it answers while the event loop is busy. Returns what stops it.

    Args:
        host: the interface.
        port: where.
        alive: says at /healthz why the process is to be started anew.
        ready: says at /readyz why it should get no work now.
        further: more metrics, in Prometheus' text format.

    Raises:
        OSError: the port is taken.

    """
    probes = {"/healthz": alive, "/readyz": ready}

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/metrics":
            start_response("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
            return [generate_latest(), further()]
        if path not in probes:
            start_response("404 Not Found", list(_TEXT))
            return [b"only /healthz, /readyz and /metrics are here\n"]
        trouble = probes[path]()
        start_response("200 OK" if trouble is None else "503 Service Unavailable", list(_TEXT))
        return [f"{trouble or 'ok'}\n".encode()]

    server = make_server(host, port, app, server_class=_Server, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, name="monitor", daemon=True).start()
    return server.shutdown
