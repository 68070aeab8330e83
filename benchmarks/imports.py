"""Events per second of an import from Parquet, file to profiles, against a bare COPY of the same rows.

Both write to a table with the same columns, indexes and partitions on the same server. Ours also reads the file, makes
ids, drops repeats, finds or makes customers, and lets their profiles learn; the bare COPY is given finished rows. The
import takes the file stretch by stretch; after each the other side copies its rows, so that both see the same machine.
"""

import hashlib
import io
import json
import random
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
from temporalio.testing import ActivityEnvironment

from activities.imports import ImportActivities
from activities.services import WorkerServices
from benchmarks.installation import Report, per_second
from config import gc_tuning
from config.settings import Settings
from ingestion.files.intake import source_of
from models import Import
from stack import postgres
from store.database.engine import Database
from store.events import imports
from store.migrate import migrate
from worker import build_services
from workflows.contracts import FinishImportInput, ImportInput, ImportProgress

_CUSTOMERS_PER_EVENT = 0.1
_NAMES = ("Product Viewed", "Signed In", "Cart Updated", "Order Completed")
_CHUNK = 1024 * 1024
_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
_SPAN = timedelta(days=220)
"""What the events are spread over, in the file's order."""
_SCHEMA = pa.schema(
    {
        "message_id": pa.string(),
        "user_id": pa.string(),
        "event": pa.string(),
        "timestamp": pa.timestamp("ms", "UTC"),
        "properties": pa.string(),
    }
)


async def measure(count: int, folder: Path, say: Callable[[str], Any]) -> Report:
    """Import `count` events into a fresh database, then copy the same rows into another."""
    gc_tuning.tune_gc()  # as worker.py does
    server = postgres.start(folder)
    try:
        imported = postgres.create_database(server.get_uri(), f"imported_{uuid4().hex[:8]}")
        plain = postgres.create_database(server.get_uri(), f"bare_{uuid4().hex[:8]}")
        migrate(imported)
        migrate(plain)
        content = _parquet(count, customers=max(1, int(count * _CUSTOMERS_PER_EVENT)))
        ours, bare = await _side_by_side(imported, plain, content, say)
    finally:
        server.cleanup_mode = "delete"
        server.cleanup()
    ratio = bare / ours
    return Report(
        figures={"import_ratio": round(ratio, 3), "import_events_per_second": round(count / ours, 1)},
        rows=[
            ("import from Parquet", per_second(count, ours), per_second(count, bare), f"{ratio:.2f} (at least 0.3)"),
        ],
    )


def _parquet(count: int, *, customers: int) -> bytes:
    chance = random.Random(1)
    out = io.BytesIO()
    with pq.ParquetWriter(out, _SCHEMA) as writer:
        for first in range(0, count, 50_000):
            numbers = range(first, min(count, first + 50_000))
            columns = {
                "message_id": [f"m-{n}" for n in numbers],
                "user_id": [f"c-{chance.randrange(customers)}" for _ in numbers],
                "event": [chance.choice(_NAMES) for _ in numbers],
                "timestamp": [_BEGIN + _SPAN * (n / count) for n in numbers],
                "properties": [_properties(n, chance) for n in numbers],
            }
            writer.write_table(pa.table(columns, _SCHEMA))
    return out.getvalue()


def _properties(number: int, chance: random.Random) -> str:
    product = chance.randrange(5000)
    item = {"product_id": f"p-{product}", "name": f"Product {product}", "category": f"Category {product % 40}"}
    return json.dumps({"order_id": f"o-{number}", "revenue": chance.randrange(200), **item, "products": [item]})


async def _side_by_side(imported: str, plain: str, content: bytes, say: Callable[[str], Any]) -> tuple[float, float]:
    """Seconds of the import, and of the bare COPY."""
    settings = Settings(_env_file=None, database_url=imported)
    database = Database(settings)
    try:
        import_id = await _upload(database, content)
        services: WorkerServices = build_services(settings, database)
        activities, environment = ImportActivities(services), ActivityEnvironment()
        ours = bare = 0.0
        since, done = _BEGIN, None
        while done is None or not done.done:
            seconds, done = await _timed(environment.run(activities.take_rows, ImportInput(import_id=import_id)))
            ours += seconds
            seconds, since = _bare_copy(plain, imported, import_id, since)
            bare += seconds
            say(f"{done.read:,} of {done.row_count:,} taken: import {ours:.1f} s, bare COPY {bare:.1f} s so far")
        taking = ours
        learnt = False
        while not learnt:
            seconds, done = await _timed(environment.run(activities.teach_profiles, ImportInput(import_id=import_id)))
            ours, learnt = ours + seconds, done.done
        seconds, done = await _timed(environment.run(activities.finish_import, FinishImportInput(import_id=import_id)))
        ours += seconds
        say(f"profiles learnt: {ours - taking:.1f} s")
        if done.taken != done.row_count:
            raise RuntimeError(f"not all rows were taken: {done}")
        return ours, bare
    finally:
        await database.close()


async def _timed(step: Awaitable[ImportProgress]) -> tuple[float, ImportProgress]:
    began = time.monotonic()
    progress = await step
    return time.monotonic() - began, progress


async def _upload(database: Database, content: bytes) -> UUID:
    import_id = uuid4()
    async with database.transaction() as session:
        facts: dict[str, Any] = {
            "kind": "events",
            "format": "parquet",
            "state": "queued",
            "created_at": datetime.now(UTC),
        }
        sha256 = hashlib.sha256(content).hexdigest()
        session.add(Import(id=import_id, name="events.parquet", size=len(content), sha256=sha256, **facts))
        await session.flush()
        for position, start in enumerate(range(0, len(content), _CHUNK)):
            await imports.add_chunk(session, import_id, position, content[start : start + _CHUNK])
    return import_id


def _bare_copy(plain: str, imported: str, import_id: UUID, since: datetime) -> tuple[float, datetime]:
    """Seconds that COPY takes for the rows that an import wrote from `since` on, and where the next ones begin."""
    columns = "(id, occurred_at, customer_id, name, properties, source, received_at)"
    mine = (source_of(import_id), since)
    with tempfile.TemporaryFile() as rows:
        with psycopg.connect(imported) as connection, connection.cursor() as cursor:
            query = f"""COPY (SELECT {columns[1:-1]} FROM events WHERE source = %s AND occurred_at >= %s
                               ORDER BY occurred_at) TO STDOUT"""
            with cursor.copy(query, mine) as copy:
                for data in copy:
                    rows.write(data)
            cursor.execute("SELECT max(occurred_at) FROM events WHERE source = %s AND occurred_at >= %s", mine)
            found = cursor.fetchone()
        rows.seek(0)
        with psycopg.connect(plain) as connection, connection.cursor() as cursor:
            began = time.monotonic()
            with cursor.copy(f"COPY events {columns} FROM STDIN") as copy:
                while data := rows.read(_CHUNK):
                    copy.write(data)
            connection.commit()
            seconds = time.monotonic() - began
    newest = found[0] if found and found[0] else since
    return seconds, newest + timedelta(microseconds=1)
