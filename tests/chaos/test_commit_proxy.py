"""A process behind the proxy never hears of the commit that it is killed at; whatever else it asks passes."""

from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest

from stack.chaos.commit_proxy import CommitProxy, socket_folder


@pytest.fixture
async def proxy(database_url: str, tmp_path: Path) -> AsyncIterator[CommitProxy]:
    made = CommitProxy(socket_folder(database_url), tmp_path / "proxy", lambda: None)
    await made.start()
    yield made
    await made.stop()


async def connected(proxy: CommitProxy, database_url: str) -> psycopg.AsyncConnection:
    return await psycopg.AsyncConnection.connect(proxy.url(database_url))


async def test_the_commit_is_done_and_not_heard_of(proxy: CommitProxy, database_url: str):
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as direct:
        connection = await connected(proxy, database_url)
        await connection.execute("CREATE TABLE struck (n int)")
        await connection.commit()
        proxy.arm("INSERT INTO struck")
        await connection.execute("SELECT 1")
        await connection.commit()
        assert not proxy.struck, "a transaction that is not meant passes"
        await connection.execute("INSERT INTO struck VALUES (%s)", [7])
        with pytest.raises(psycopg.OperationalError):
            await connection.commit()
        assert proxy.struck
        assert await (await direct.execute("SELECT n FROM struck")).fetchall() == [(7,)]
        again = await connected(proxy, database_url)
        await again.execute("INSERT INTO struck VALUES (8)")
        await again.commit()  # it strikes once
        await again.close()


async def test_a_rollback_is_no_commit(proxy: CommitProxy, database_url: str):
    connection = await connected(proxy, database_url)
    proxy.arm("SELECT 42")
    await connection.execute("SELECT 42")
    await connection.rollback()
    assert not proxy.struck
    await connection.close()


def test_only_a_server_on_a_unix_socket_can_be_stood_before():
    with pytest.raises(ValueError, match="no Unix socket"):
        socket_folder("postgresql://postgres@db.example/shop")
