"""Random files through the whole import, on a real database: rows = imported + repeated + refused; no strangers joined.

The reading alone: tests/ingestion/test_any_file.py.
"""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from temporalio.exceptions import ApplicationError

from domain.external_ids import read_id
from tests.activities.test_imports import query, run, uploaded
from tests.ingestion.people import People, claim, strangers_joined
from tests.journey_driver import World
from workflows.contracts import ImportProgress

TABLES = (
    *("import_rejects", "import_chunks", "import_customers", "imports"),
    *("devices", "consents", "customer_identities", "events", "event_receipts", "customers"),
)
ANYTHING = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
WHO = st.sampled_from(
    [
        "ada",
        "ada ",
        "bob",
        "c-1",
        "1042",
        "1042.0",
        "undefined",
        "null",
        "0",
        "guest",
        "#N/A",
        "4.47E+11",
        "",
        "user/13",
    ]
)
WHEN = st.sampled_from(["2026-05-01T10:00:00Z", "2026-05-01 10:00:00 UTC", "1777629600", "01.05.2026", "", "never"])
EMAILS = st.sampled_from(["ada@shop.example", " Ada@shop.example", "bob@shop.example", "x@", "", "7"])
CELLS = st.sampled_from(["", "7e1234", "02134", "1,5", "TRUE", "NaN", "[]", "{}", '{"x": 1}', "x;y"]) | st.text(
    st.characters(codec="utf-8", exclude_characters="\r\n\x00"), max_size=6
)
COLUMNS: dict[str, st.SearchStrategy[str]] = {
    "user_id": WHO,
    "anonymous_id": WHO,
    "email": EMAILS,
    "event": st.sampled_from(["Order Completed", "X", "message_clicked", ""]) | CELLS,
    "timestamp": WHEN,
    "message_id": st.sampled_from(["m-1", "m-2", ""]) | CELLS,
    "type": st.sampled_from(["track", "identify", "page", "gold", ""]),
    "properties": CELLS,
    "traits": CELLS,
    "phone": st.sampled_from(["+393401234567", "393401234567", "x", ""]),
    "tags": CELLS,
    "birth_date": WHEN,
    "email_consent": st.sampled_from(["yes", "no", "perhaps", ""]),
    "revenue": st.sampled_from(["12.50", "1e24", "x", ""]),
    "note": CELLS,
}


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    """Columns, and rows of cells; somebody and something are told of as a rule."""
    wanted = draw(st.sets(st.sampled_from(list(COLUMNS)), max_size=6))
    names = sorted(wanted | draw(st.sampled_from([{"user_id", "timestamp", "event"}, {"email", "timestamp", "event"}])))
    row = st.tuples(*(COLUMNS[name] for name in names)).map(list)
    return names, draw(st.lists(row, min_size=1, max_size=8))


async def empty(world: World) -> None:
    async with world.database.transaction() as session:
        for table in TABLES:
            await session.execute(text(f"DELETE FROM {table}"))


async def imported(world: World, content: bytes, **what: Any) -> ImportProgress | None:
    """What came of the file; None where it was refused as a whole, in words."""
    await empty(world)
    try:
        return await run(world, await uploaded(world, content, **what))
    except ApplicationError as error:
        refused = error
    assert (refused.type, bool(str(refused))) == ("UnreadableError", True)
    for table in ("events", "customers", "event_receipts"):
        assert await query(world, f"SELECT count(*) FROM {table}") == [(0,)]
    return None


async def check(world: World, progress: ImportProgress, rows: int, kind: str, people: People) -> None:
    """Nothing is lost, and nobody is joined."""
    assert progress.read == rows == progress.taken + progress.repeated + progress.refused
    assert await query(world, "SELECT count(*) FROM event_receipts") == [(progress.taken,)]
    [(refused, empty_reasons)] = await query(
        world, "SELECT count(*) FILTER (WHERE NOT taken), count(*) FILTER (WHERE reason = '') FROM import_rejects"
    )
    assert (refused, empty_reasons) == (progress.refused, 0)
    [(events, calls)] = await query(
        world, "SELECT count(*), count(*) FILTER (WHERE source NOT LIKE 'import%') FROM events"
    )
    assert events <= progress.taken
    assert calls == 0
    if kind == "customers":
        assert events == 0
    named = {name for (name,) in await query(world, "SELECT external_id FROM customers WHERE external_id IS NOT NULL")}
    assert len(named) == (await query(world, "SELECT count(*) FROM customers WHERE external_id IS NOT NULL"))[0][0]

    async def ask(sql: str) -> list[tuple[Any, ...]]:
        return await query(world, sql)

    assert await strangers_joined(ask, people) == []


def people_of(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> People:
    """Whom the rows name: an address stands for somebody where no id column does."""
    found = []
    for row in rows:
        texts = [cell.decode(errors="replace") if isinstance(cell, bytes) else cell for cell in row]
        cells = dict(zip(names, texts, strict=True))
        email = str(cells.get("email") or "").strip().lower() if "user_id" not in names else None
        found.append(claim(cells.get("user_id"), cells.get("anonymous_id")))
        if email and read_id(email).value:
            found.append(claim(email))
    return People(found)


@ANYTHING
@given(tables(), st.sampled_from(["events", "customers"]), st.sampled_from([",", ";", "\t"]), st.booleans())
async def test_csv(world: World, table: tuple[list[str], list[list[str]]], kind: str, separator: str, live: bool):
    names, rows = table
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows([names, *rows])
    progress = await imported(world, out.getvalue().encode(), kind=kind, format="csv", live=live)
    if progress is not None:
        filled = [row for row in rows if any(row)]  # spreadsheets write empty lines below their last row
        await check(world, progress, len(filled), kind, people_of(names, filled))


@ANYTHING
@given(tables(), st.sampled_from(["events", "customers"]), st.booleans())
async def test_json_lines(world: World, table: tuple[list[str], list[list[str]]], kind: str, live: bool):
    names, rows = table
    lines = "".join(json.dumps(dict(zip(names, row, strict=True))) + "\n" for row in rows)
    progress = await imported(world, lines.encode(), kind=kind, format="ndjson", live=live)
    if progress is not None:
        await check(world, progress, len(rows), kind, people_of(names, rows))


def typed(cells: Sequence[str], kind: str) -> pa.Array:
    """The cells as one of the types in which a warehouse could hold them; as text where they are none of it."""
    try:
        if kind == "bytes":
            return pa.array([cell.encode() or None for cell in cells])
        if kind == "float":
            return pa.array([float(cell) if cell else None for cell in cells])
        if kind == "int":
            return pa.array([int(cell) if cell else None for cell in cells])
        if kind == "dictionary":
            return pa.array(list(cells)).dictionary_encode()
        if kind == "large":
            return pa.array(list(cells), pa.large_string())
    except (ValueError, OverflowError):
        pass
    return pa.array([cell or None for cell in cells])


TYPES = st.sampled_from(["text", "bytes", "float", "int", "dictionary", "large"])


@ANYTHING
@given(tables(), st.lists(TYPES, min_size=12, max_size=12), st.sampled_from(["events", "customers"]), st.booleans())
async def test_parquet(world: World, table: tuple[list[str], list[list[str]]], types: list[str], kind: str, live: bool):
    names, rows = table
    columns = [typed(cells, type_) for cells, type_ in zip(zip(*rows, strict=True), types, strict=False)]
    out = io.BytesIO()
    pq.write_table(pa.table(dict(zip(names, columns, strict=True))), out)
    progress = await imported(world, out.getvalue(), kind=kind, format="parquet", live=live)
    if progress is not None:
        cells = [list(row) for row in zip(*(column.to_pylist() for column in columns), strict=True)]
        await check(world, progress, len(rows), kind, people_of(names, cells))
