"""Events per second through /v1/batch of 100 over real HTTP, one API process, against a bare multi-row INSERT.

The bare INSERT writes finished rows of the same events into the same table of another database, 100 a transaction, over
one connection. Ours also reads JSON, drops repeats, finds or makes customers, lets profiles learn and asks which
journeys care. The API's memory is measured along the way: it must not grow with what it has taken.
"""

import asyncio
import contextlib
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psutil
import psycopg

from benchmarks.installation import Report, per_second
from stack import postgres
from stack.ports import HOST, Ports
from stack.processes import answers
from stack.run_folder import ROOT
from store.migrate import migrate

_BATCH = 100
_SENDERS = 4
_WRITE_KEY = "bench"
_COLUMNS = "id, occurred_at, customer_id, name, properties, source, received_at"
_NAMES = ("Product Viewed", "Signed In", "Cart Updated", "Order Completed")


async def measure(count: int, folder: Path, say: Callable[[str], Any]) -> Report:
    """Send `count` events to an API over a fresh database, then insert the same rows into another."""
    server = postgres.start(folder)
    try:
        url = postgres.create_database(server.get_uri(), f"ingested_{uuid4().hex[:8]}")
        migrate(url)
        with _api(url) as (address, process):
            await _until_ready(address)
            await _send(address, _bodies(count // 10, "warm"))
            before = process.memory_info().rss
            began = time.monotonic()
            await _send(address, _bodies(count, "m"))
            ours = time.monotonic() - began
            growth = process.memory_info().rss / before
        bare = _bare_insert(server.get_uri(), url, count)
    finally:
        server.cleanup_mode = "delete"
        server.cleanup()
    ratio = bare / ours
    say(f"/v1/batch: {per_second(count, ours)}, bare INSERT: {per_second(count, bare)}, memory x{growth:.2f}")
    return Report(
        figures={
            "ingest_ratio": round(ratio, 3),
            "ingest_events_per_second": round(count / ours, 1),
            "ingest_memory_growth": round(growth, 3),
        },
        rows=[
            ("/v1/batch of 100", per_second(count, ours), per_second(count, bare), f"{ratio:.2f} (at least 0.25)"),
            ("memory of the API under it", f"x {growth:.2f}", "x 1.00", "flat"),
        ],
    )


@contextmanager
def _api(url: str) -> Any:
    ports = Ports()
    port = ports.claim(["bench-api"])["bench-api"]
    known = {"DATABASE_URL": url, "WRITE_KEY": _WRITE_KEY, "LOG_LEVEL": "WARNING"}
    process = subprocess.Popen(
        [sys.executable, "-m", "api", "--port", str(port)],
        cwd=ROOT,
        env={**psutil.Process().environ(), **{f"CAMPAIGN_FLOW_{name}": value for name, value in known.items()}},
    )
    try:
        yield f"http://{HOST}:{port}", psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait()
        ports.release()


async def _until_ready(address: str) -> None:
    ready = answers(address + "/healthz")
    while True:
        with contextlib.suppress(httpx.HTTPError):
            if await ready():
                return
        await asyncio.sleep(0.1)


def _bodies(count: int, tag: str) -> list[bytes]:
    chance = random.Random(tag)
    customers = max(1, count // 10)
    calls = [
        {
            "type": "track",
            "messageId": f"{tag}-{n}",
            "userId": f"c-{chance.randrange(customers)}",
            "event": chance.choice(_NAMES),
            "properties": {"order_id": f"o-{n}", "revenue": n % 200, "products": [{"name": f"Product {n % 5000}"}]},
        }
        for n in range(count)
    ]
    return [json.dumps({"batch": calls[n : n + _BATCH]}).encode() for n in range(0, count, _BATCH)]


async def _send(address: str, bodies: Sequence[bytes]) -> None:
    """Send all, a few at a time, as several shops' servers would."""
    waiting = iter(bodies)

    async def sender(client: httpx.AsyncClient) -> None:
        for body in waiting:
            answer = await client.post("/v1/batch", content=body, headers={"Content-Type": "application/json"})
            answer.raise_for_status()

    async with httpx.AsyncClient(base_url=address, auth=(_WRITE_KEY, ""), timeout=60, trust_env=False) as client:
        await asyncio.gather(*(sender(client) for _ in range(_SENDERS)))


def _bare_insert(server: str, ingested: str, count: int) -> float:
    """Seconds that INSERT takes for the rows that the API wrote, into an empty database."""
    url = postgres.create_database(server, f"bare_{uuid4().hex[:8]}")
    migrate(url)
    with psycopg.connect(ingested) as connection:
        query = f"SELECT {_COLUMNS.replace('properties', 'properties::text')} FROM events LIMIT %s"
        rows = connection.execute(query, [count]).fetchall()
    place = "(" + ", ".join(["%s"] * 7) + ")"
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        began = time.monotonic()
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            values = ", ".join([place] * len(batch))
            cursor.execute(
                f"INSERT INTO events ({_COLUMNS}) VALUES {values}",
                [value for row in batch for value in row],
            )
            connection.commit()
        return time.monotonic() - began
