"""Events per second through /v1/batch of 100 over real HTTP, one API process, against a bare multi-row INSERT.

The bare INSERT writes finished rows of the same events into the same table of another database, 100 a transaction, over
one connection. Ours also reads JSON, drops repeats, finds or makes customers, lets profiles learn and asks which
journeys care; its senders are eight, each waiting for its answer before it sends the next batch. The two take turns, so
that both see the same machine. The API's memory is measured along the way: it must not grow with what it has taken.
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
from domain.ids import sent_event_id
from ingestion.segment import SOURCE
from stack import postgres
from stack.ports import HOST, Ports
from stack.processes import answers
from stack.run_folder import ROOT
from store.migrate import migrate

_BATCH = 100
_SENDERS = 8
_TURNS = 5
_WRITE_KEY = "bench"
_COLUMNS = "id, occurred_at, customer_id, name, properties, source, received_at"
_NAMES = ("Product Viewed", "Signed In", "Cart Updated", "Order Completed")


async def measure(count: int, folder: Path, say: Callable[[str], Any]) -> Report:
    """Send `count` events to an API over a fresh database, and insert the same rows into another."""
    server = postgres.start(folder)
    try:
        url = postgres.create_database(server.get_uri(), f"ingested_{uuid4().hex[:8]}")
        beside = postgres.create_database(server.get_uri(), f"bare_{uuid4().hex[:8]}")
        migrate(url)
        migrate(beside)
        with (
            _api(url) as (address, process),
            psycopg.connect(url) as read,
            psycopg.connect(beside) as plain,
        ):
            await _until_ready(address)
            await _send(address, _bodies(count // 10, "warm"))
            before = process.memory_info().rss
            ours = bare = 0.0
            for turn in range(_TURNS):
                tag = f"m{turn}"
                bodies = _bodies(count // _TURNS, tag)
                began = time.monotonic()
                await _send(address, bodies)
                ours += time.monotonic() - began
                bare += _bare_insert(plain, _rows(read, bodies))
            growth = process.memory_info().rss / before
    finally:
        server.cleanup_mode = "delete"
        server.cleanup()
    count = count // _TURNS * _TURNS
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


def _rows(connection: psycopg.Connection[Any], bodies: Sequence[bytes]) -> list[tuple[Any, ...]]:
    """The rows that the API wrote for those events, in the order in which they were sent."""
    calls = [call for body in bodies for call in json.loads(body)["batch"]]
    ids = [
        sent_event_id(SOURCE, call["messageId"], kind="track", name=call["event"], who=call["userId"], when="")
        for call in calls
    ]
    query = f"SELECT {_COLUMNS.replace('properties', 'properties::text')} FROM events WHERE id = ANY(%s)"
    found = {row[0]: row for row in connection.execute(query, [ids])}
    connection.commit()
    return [found[id_] for id_ in ids]


def _bare_insert(connection: psycopg.Connection[Any], rows: Sequence[tuple[Any, ...]]) -> float:
    """Seconds that INSERT takes for these rows."""
    place = "(" + ", ".join(["%s"] * 7) + ")"
    began = time.monotonic()
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        values = ", ".join([place] * len(batch))
        query = f"INSERT INTO events ({_COLUMNS}) VALUES {values}"
        connection.execute(query, [value for row in batch for value in row])
        connection.commit()
    return time.monotonic() - began
