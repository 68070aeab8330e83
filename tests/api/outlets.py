"""The metrics, computed from rows as each outlet hands them out, by an engine that is not the database."""

import io
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import psycopg
import pyarrow as pa

from config.settings import Settings
from domain.metrics import catalogue
from domain.metrics.definition import Fact, Measure
from store.bi.contract import BiView, views
from store.bi.export import export
from store.database.engine import Database
from store.metrics import query
from store.metrics.query import MetricQuestion

Rows = Mapping[Fact, pl.DataFrame]
Outlet = Callable[[httpx.AsyncClient, Settings, Path], Awaitable[Rows]]
VIEWS = {
    Fact.JOURNEYS: ("fact_journeys", {"entered_at": "created_at"}),
    Fact.MESSAGES: ("fact_messages", {"attempted_at": "reserved_at", "channel_key": "channel"}),
    Fact.ENGAGEMENTS: ("fact_engagements", {}),
    Fact.CONVERSIONS: ("fact_conversions", {"revenue": "amount"}),
    Fact.REJECTIONS: ("fact_entry_rejections", {"rejected_at": "at"}),
    Fact.REDEMPTIONS: ("fact_redemptions", {}),
}
_TYPES: dict[str, Any] = {
    "text": pl.String, "bigint": pl.Int64, "integer": pl.Int32, "numeric": pl.Decimal(38, 6), "boolean": pl.Boolean,
    "date": pl.Date, "timestamp with time zone": pl.Datetime("us", "UTC"),
}  # fmt: skip


async def official_figures(database: Database) -> dict[str, Any]:
    """Every metric of everything, as the application tells it."""
    async with database.transaction() as session:
        (everything,) = (await query.ask(session, MetricQuestion(catalogue.CATALOGUE))).groups
    return dict(everything.values)


def figures_of_rows(rows: Rows) -> dict[str, Any]:
    """Every metric from rows."""
    values = {each.key: _measured(each, rows[each.fact]) for each in catalogue.CATALOGUE if isinstance(each, Measure)}
    return {each.key: query.value_of(each, values) for each in catalogue.CATALOGUE}


def _measured(measure: Measure, frame: pl.DataFrame) -> Any:
    tests = " AND ".join(f"({each})" for each in (f"{measure.at} IS NOT NULL", measure.where) if each)
    found = pl.SQLContext(f=frame, eager=True).execute(f"SELECT * FROM f WHERE {tests}")
    if not measure.amount:
        return found.height
    sums: dict[str, Decimal] = {}
    for row in found.iter_rows(named=True):
        if row[measure.amount]:
            sums[row["currency"] or ""] = sums.get(row["currency"] or "", Decimal(0)) + row[measure.amount]
    return sums


async def _each(read: Callable[[BiView], Awaitable[pl.DataFrame]]) -> Rows:
    return {fact: (await read(views()[name])).rename(names) for fact, (name, names) in VIEWS.items()}


def _frame(view: BiView, rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={each.name: _TYPES[each.type] for each in view.columns}, orient="row")


async def _view(_api: httpx.AsyncClient, settings: Settings, _folder: Path) -> Rows:
    async def read(view: BiView) -> pl.DataFrame:
        with psycopg.connect(settings.database_url) as connection:
            return _frame(view, connection.execute(f"SELECT * FROM bi_v1.{view.name}").fetchall())

    return await _each(read)


async def _csv(api: httpx.AsyncClient, _settings: Settings, _folder: Path) -> Rows:
    async def read(view: BiView) -> pl.DataFrame:
        answer = await api.get(f"/bi/views/{view.name}")
        frame = pl.read_csv(io.BytesIO(answer.content), infer_schema=False)
        return frame.with_columns(
            pl.col(each.name) == "t"
            if each.type == "boolean"
            else pl.col(each.name).str.to_decimal(scale=6)
            if each.type == "numeric"
            else pl.col(each.name)
            for each in view.columns
        )

    return await _each(read)


async def _arrow(api: httpx.AsyncClient, _settings: Settings, _folder: Path) -> Rows:
    async def read(view: BiView) -> pl.DataFrame:
        answer = await api.get(f"/bi/views/{view.name}", params={"format": "arrow"})
        found = pl.from_arrow(pa.ipc.open_stream(answer.content).read_all())
        assert isinstance(found, pl.DataFrame)
        return found

    return await _each(read)


async def _odata(api: httpx.AsyncClient, _settings: Settings, _folder: Path) -> Rows:
    async def read(view: BiView) -> pl.DataFrame:
        answer = await api.get(f"/odata/{view.name}")
        told = json.loads(answer.text, parse_float=Decimal)["value"]
        rows = [tuple(_plain(each.type, row[each.name]) for each in view.columns) for row in told]
        types = {each.name: pl.Decimal(38, 6) if each.type == "numeric" else None for each in view.columns}
        schema = {each.name: types[each.name] or _TYPES[each.type] for each in view.columns}
        texts = {name: pl.String if type_ in (pl.Date, _TYPES["timestamp with time zone"]) else type_
                 for name, type_ in schema.items()}  # fmt: skip
        return pl.DataFrame(rows, schema=texts, orient="row")

    return await _each(read)


async def _parquet(_api: httpx.AsyncClient, settings: Settings, folder: Path) -> Rows:
    export(settings.database_url, folder, now=datetime.now(UTC))

    async def read(view: BiView) -> pl.DataFrame:
        files = list((folder / view.name).glob("*.parquet"))
        return pl.read_parquet(files) if files else _frame(view, [])

    return await _each(read)


def _plain(type_: str, value: Any) -> Any:
    return Decimal(value) if type_ == "numeric" and value is not None else value


OUTLETS: dict[str, Outlet] = {"view": _view, "csv": _csv, "arrow": _arrow, "odata": _odata, "parquet": _parquet}
