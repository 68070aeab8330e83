"""The command that sends files, against the whole application on a real port, with a worker beside it."""

import asyncio
import socket

import pytest
import uvicorn
from pydantic import SecretStr

from api.app import create_app
from api.dependencies import ApiServices
from ingestion.imports import main
from providers.registry import build_providers
from tests.api.conftest import ADMIN_KEY
from tests.journey_driver import make_world

CSV = "user_id,event,timestamp,revenue\nada,Order Completed,2026-05-01T10:00:00Z,10\nada,Order Completed,soon,5\n"


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"bootstrap_api_key": SecretStr(ADMIN_KEY)})


async def test_a_file_is_sent_watched_and_told_about(settings, database, temporal_client, tmp_path, capfd, query):
    services = ApiServices(settings, database, temporal_client, build_providers(settings))
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(services), log_level="warning"))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    file, rejects = tmp_path / "orders.csv", tmp_path / "rejects.csv"
    file.write_text(CSV)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    options = [str(file), "--kind", "events", "--url", url, "--rejects", str(rejects)]
    try:
        async with make_world(database, settings).workers(temporal_client, relay=True):
            code = await asyncio.to_thread(main, [*options, "--key", ADMIN_KEY])
            refused = await asyncio.to_thread(main, [*options, "--key", "nonsense"])
    finally:
        server.should_exit = True
        await serving
    said = capfd.readouterr().err
    assert code == 0, said
    assert "finished: 1 taken, 0 known already, 1 refused" in said
    assert "timestamp is not an ISO 8601 date and time" in rejects.read_text()
    assert await query("SELECT (traits->>'revenue')::float FROM customers") == [(10.0,)]
    assert refused == 1
    assert "unknown or revoked" in said


@pytest.mark.parametrize("name", ["orders.pdf", "missing.csv"])
def test_what_it_cannot_read_it_says(name, tmp_path, capsys):
    (tmp_path / "orders.pdf").write_text("x")
    with pytest.raises(SystemExit):
        main([str(tmp_path / name), "--kind", "events", "--key", "k"])
    assert name in capsys.readouterr().err
