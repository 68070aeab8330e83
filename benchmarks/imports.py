"""Events per second of an import from Parquet, file to profiles, against a bare COPY of the same rows.

Both write to a table with the same columns, indexes and partitions on the same server. Ours also reads the file, makes
ids, drops repeats, finds or makes customers, and lets their profiles learn; the bare COPY is given finished rows. The
events come in several files, and the two sides take turns, so that both see the same machine.
"""

import hashlib
import io
import json
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
from temporalio.testing import ActivityEnvironment

from activities.imports import ImportActivities
from activities.services import Services
from benchmarks.installation import Report, per_second
from config import collector
from config.settings import Settings
from ingestion.files.intake import source_of
from models import Import
from stack import postgres
from store import imports
from store.database import Database
from store.migrate import migrate
from worker import build_services
from workflows.contracts import FinishImportInput, ImportInput

_CUSTOMERS_PER_EVENT = 0.1
_NAMES = ("Product Viewed", "Signed In", "Cart Updated", "Order Completed")
_CHUNK = 1024 * 1024
_TURNS = 4
_SPAN = timedelta(days=55)
"""What the events of a file are spread over."""
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
    collector.settle()  # as worker.py does
    server = postgres.start(folder)
    try:
        imported = postgres.create_database(server.get_uri(), f"imported_{uuid4().hex[:8]}")
        plain = postgres.create_database(server.get_uri(), f"bare_{uuid4().hex[:8]}")
        migrate(imported)
        migrate(plain)
        ours = bare = 0.0
        for turn in range(_TURNS):
            file = _File(turn, count // _TURNS, customers=max(1, int(count * _CUSTOMERS_PER_EVENT)))
            import_id, seconds = await _import(imported, file.content())
            ours += seconds
            bare += _bare_copy(plain, imported, source_of(import_id))
            say(f"file {turn + 1} of {_TURNS}: import {ours:.1f} s, bare COPY {bare:.1f} s so far")
    finally:
        server.cleanup_mode = "delete"
        server.cleanup()
    count = count // _TURNS * _TURNS
    ratio = bare / ours
    return Report(
        figures={"import_ratio": round(ratio, 3), "import_events_per_second": round(count / ours, 1)},
        rows=[
            ("import from Parquet", per_second(count, ours), per_second(count, bare), f"{ratio:.2f} (at least 0.3)"),
        ],
    )


@dataclass(frozen=True)
class _File:
    """A file of events of the same customers as the others', later than those of the one before."""

    number: int
    count: int
    customers: int

    def content(self) -> bytes:
        """Parquet."""
        chance = random.Random(self.number)
        begin = datetime(2026, 1, 1, tzinfo=UTC) + self.number * _SPAN
        out = io.BytesIO()
        with pq.ParquetWriter(out, _SCHEMA) as writer:
            for first in range(0, self.count, 50_000):
                numbers = range(first, min(self.count, first + 50_000))
                columns = {
                    "message_id": [f"m-{self.number}-{n}" for n in numbers],
                    "user_id": [f"c-{chance.randrange(self.customers)}" for _ in numbers],
                    "event": [chance.choice(_NAMES) for _ in numbers],
                    "timestamp": [begin + _SPAN * (n / self.count) for n in numbers],
                    "properties": [_properties(n, chance) for n in numbers],
                }
                writer.write_table(pa.table(columns, _SCHEMA))
        return out.getvalue()


def _properties(number: int, chance: random.Random) -> str:
    product = chance.randrange(5000)
    item = {"product_id": f"p-{product}", "name": f"Product {product}", "category": f"Category {product % 40}"}
    return json.dumps({"order_id": f"o-{number}", "revenue": chance.randrange(200), **item, "products": [item]})


async def _import(url: str, content: bytes) -> tuple[UUID, float]:
    settings = Settings(_env_file=None, database_url=url)
    database = Database(settings)
    try:
        import_id = await _upload(database, content)
        services: Services = build_services(settings, database)
        activities, environment = ImportActivities(services), ActivityEnvironment()
        began = time.monotonic()
        for step in (activities.take_rows, activities.teach_profiles):
            while not (await environment.run(step, ImportInput(import_id=import_id))).done:
                pass
        done = await environment.run(activities.finish_import, FinishImportInput(import_id=import_id))
        seconds = time.monotonic() - began
        if done.taken != done.row_count:
            raise RuntimeError(f"not all rows were taken: {done}")
        return import_id, seconds
    finally:
        await database.close()


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


def _bare_copy(plain: str, imported: str, source: str) -> float:
    """Seconds that COPY takes for the rows that an import wrote, in the order of their time."""
    columns = "(id, occurred_at, customer_id, name, properties, source, received_at)"
    with tempfile.TemporaryFile() as rows:
        with psycopg.connect(imported) as connection, connection.cursor() as cursor:
            query = f"COPY (SELECT {columns[1:-1]} FROM events WHERE source = %s ORDER BY occurred_at) TO STDOUT"
            with cursor.copy(query, [source]) as copy:
                for data in copy:
                    rows.write(data)
        rows.seek(0)
        with psycopg.connect(plain) as connection, connection.cursor() as cursor:
            began = time.monotonic()
            with cursor.copy(f"COPY events {columns} FROM STDIN") as copy:
                while data := rows.read(_CHUNK):
                    copy.write(data)
            connection.commit()
            return time.monotonic() - began
