"""`python -m api --port P`: the API as a process."""

import argparse
import asyncio
import logging
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from uvicorn.loops.auto import auto_loop_factory

from api.app import create_app
from api.dependencies import Services
from api.live import Feeds
from config import collector
from config.exit import exit_process
from config.settings import Settings
from config.temporal import connect
from providers.registry import build_providers
from store.database import Database


class _Server(uvicorn.Server):
    """Told to stop, it finishes and returns. Uvicorn's own would raise the signal again, and end us by it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Let SIGINT and SIGTERM begin the end."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let go of those who watch, then of the rest: a live stream never ends by itself."""
        feeds: Feeds = self.config.app.state.feeds  # type: ignore[union-attr]
        feeds.close()
        await super().shutdown(sockets)


async def _serve(host: str, port: int) -> int:
    settings = Settings()
    logging.basicConfig(level=settings.log_level)
    database = Database(settings)
    services = Services(settings, database, await connect(settings, lazy=True), build_providers(settings))
    server = _Server(uvicorn.Config(create_app(services), host=host, port=port, log_config=None, access_log=False))
    collector.settle()
    await server.serve()
    await database.close()
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
