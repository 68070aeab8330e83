"""`python -m api --port P`: the API as a process."""

import argparse
import asyncio
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from uvicorn.loops.auto import auto_loop_factory

from api.app import create_app
from api.dependencies import ApiServices
from api.server_sent_events import Broadcaster
from config import gc_tuning
from config.logs import configure_logs
from config.metrics_server import start_monitor
from config.settings import Settings
from config.shutdown import exit_process
from config.telemetry import observe_temporal
from config.temporal import connect
from config.tracing import end_tracing, start_tracing
from ingestion.gauge_exporter import GaugeExporter
from providers.registry import build_providers
from store.database.engine import Database, requests
from store.metrics.pool_figures import PoolFigures

_END_SECONDS = 2.0
"""What hangs in the background keeps no process from ending."""


class _Server(uvicorn.Server):
    """Told to stop, it finishes and returns. Uvicorn's own would raise the signal again, and end us by it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Let SIGINT begin the end, and SIGTERM after a while in which load balancers look elsewhere."""
        loop = asyncio.get_running_loop()
        services: ApiServices = self.config.app.state.services  # type: ignore[union-attr]

        def drain() -> None:
            services.pulse.stopping = True
            loop.call_later(services.settings.drain_seconds, self.handle_exit, signal.SIGTERM, None)

        loop.add_signal_handler(signal.SIGINT, self.handle_exit, signal.SIGINT, None)
        loop.add_signal_handler(signal.SIGTERM, drain)
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let go of those who watch, then of the rest: a live stream never ends by itself."""
        feeds: Broadcaster = self.config.app.state.feeds  # type: ignore[union-attr]
        feeds.close()
        await super().shutdown(sockets)


async def _serve(host: str, port: int) -> int:
    settings = Settings()
    configure_logs(settings, process="api")
    sdk_metrics = observe_temporal(settings)
    tracing = start_tracing(settings, process="api")
    database = Database(settings, requests(settings))
    PoolFigures(database)
    services = ApiServices(
        settings, database, await connect(settings, lazy=True, interceptors=tracing), build_providers(settings)
    )
    server = _Server(uvicorn.Config(create_app(services), host=host, port=port, log_config=None, access_log=False))
    if settings.metrics_port:
        ready = services.pulse.unready
        start_monitor(
            settings.metrics_host, settings.metrics_port, alive=lambda: None, ready=ready, further=sdk_metrics
        )
    gc_tuning.tune_gc()
    services.pulse.starting = False
    stop = asyncio.Event()
    aside = [
        asyncio.create_task(GaugeExporter(database, services.temporal, every_seconds=settings.gauge_seconds).run(stop)),
        asyncio.create_task(services.pulse.run(stop)),
    ]
    await server.serve()
    stop.set()
    await asyncio.wait(aside, timeout=_END_SECONDS)
    await database.close()
    await asyncio.to_thread(end_tracing)
    return 0 if server.started else 1


def main() -> None:
    """Parse the command line, serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m api", description="Serve the API.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    given = parser.parse_args()
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        exit_process(runner.run(_serve(given.host, given.port)))


if __name__ == "__main__":
    main()
