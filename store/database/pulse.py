"""Whether PostgreSQL answers, asked on a connection of its own: the pool may be busy, or full of dead connections."""

from collections.abc import Awaitable, Callable

import psycopg

from store.database.engine import Database


def answers(database: Database) -> Callable[[], Awaitable[None]]:
    """A check for `config.pulse`; it raises psycopg.Error where the server can't be reached."""
    url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)

    async def check() -> None:
        connection = await psycopg.AsyncConnection.connect(url, autocommit=True, connect_timeout=2)
        try:
            await connection.execute("SELECT 1")
        finally:
            # the socket alone: a goodbye would wait for a server that is frozen
            connection.pgconn.finish()

    return check
