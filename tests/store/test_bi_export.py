"""Parquet files of the views: each row once, whenever the writer is killed; those who were erased go."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import polars as pl
import psycopg
import pyarrow.parquet as parquet
import pytest

from store.bi.contract import views
from store.bi.export import export
from store.bi.reading import arrow_schema

NOW = datetime.now(UTC)
CUSTOMERS = """
    INSERT INTO customers (id, country, created_at, preferred_channels, tags, attributes, traits)
    SELECT gen_random_uuid(), 'IT', now(), '{}', '{}', '{}', '{}' FROM generate_series(1, %s)
"""
ORDERS = """
    INSERT INTO events (id, occurred_at, customer_id, name, source, properties)
    SELECT gen_random_uuid(), now() - (n %% 100) * interval '1 day', c.id, 'Order Completed', 'test',
           jsonb_build_object('revenue', n %% 1000 + 0.25, 'currency', 'EUR', 'products',
                              jsonb_build_array(jsonb_build_object('product_id', E'a,"b"\\n' || n, 'quantity', 2)))
      FROM generate_series(1, %s) AS n, (SELECT id FROM customers LIMIT 1) AS c
"""
WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from store.bi.export import export
while True:
    done = export(sys.argv[1], Path(sys.argv[2]), now=datetime.now(UTC))
    print("done" if not done.busy else "busy", flush=True)
"""


@pytest.fixture
def shop(database_url: str) -> str:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(CUSTOMERS, (50,))
        connection.execute(ORDERS, (2_000,))
    return database_url


def orders(folder: Path) -> pl.DataFrame:
    # each file opened once: between two openings by its name another may take its place
    return pl.concat(pl.read_parquet(path.read_bytes()) for path in (folder / "fact_orders").glob("*.parquet"))


def test_files_hold_what_the_views_hold(shop: str, tmp_path: Path):
    done = export(shop, tmp_path, now=NOW)
    assert done.rows > 4_000
    with psycopg.connect(shop) as connection:
        for view in views().values():
            files = sorted((tmp_path / view.name).glob("*.parquet"))
            (count,) = connection.execute(f"SELECT count(*) FROM bi_v1.{view.name}").fetchone() or (0,)
            assert sum(parquet.read_metadata(path).num_rows for path in files) == count, view.name
            assert all(parquet.read_schema(path).equals(arrow_schema(view)) for path in files)
        noted = connection.execute("SELECT sum(rows), count(*) FROM export_parts").fetchone()
        assert noted == (done.rows, done.parts)
        (revenue,) = connection.execute("SELECT sum(revenue) FROM bi_v1.fact_orders").fetchone() or (None,)
    assert len(list((tmp_path / "fact_orders").glob("month=*.parquet"))) >= 4
    assert orders(tmp_path)["revenue"].sum() == revenue
    assert pd.read_parquet(tmp_path / "fact_orders")["revenue"].sum() == revenue
    lines = pl.read_parquet(tmp_path / "fact_order_lines" / "*.parquet")
    assert lines["product_key"].str.starts_with('a,"b"\n').all()


def test_the_hour_writes_the_last_month_and_the_night_all(shop: str, tmp_path: Path):
    export(shop, tmp_path, now=NOW)
    with psycopg.connect(shop, autocommit=True) as connection:
        connection.execute("UPDATE customers SET erased_at = now() WHERE id IN (SELECT id FROM customers LIMIT 10)")
        connection.execute("DELETE FROM events WHERE occurred_at < now() - interval '70 days'")
    hour = export(shop, tmp_path, now=NOW + timedelta(minutes=1), recent=True)
    assert pl.read_parquet(tmp_path / "dim_customer" / "*.parquet").height == 40
    assert orders(tmp_path).height == 2_000
    night = export(shop, tmp_path, now=NOW + timedelta(minutes=2))
    with psycopg.connect(shop) as connection:
        (left,) = connection.execute("SELECT count(*) FROM bi_v1.fact_orders").fetchone() or (0,)
    assert orders(tmp_path).height == left < 2_000
    assert night.removed > 0
    assert hour.parts > 0


def test_a_writer_killed_at_any_instant_leaves_no_row_twice_and_none_missing(shop: str, tmp_path: Path):
    export(shop, tmp_path, now=NOW)
    draw, stored = random.Random(18), 2_000
    for _ in range(5):
        with psycopg.connect(shop, autocommit=True) as connection:
            connection.execute(ORDERS, (300,))
        writer = subprocess.Popen([sys.executable, "-c", WRITER, shop, str(tmp_path)], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + draw.uniform(0.5, 6)
        while time.monotonic() < deadline:
            keys = orders(tmp_path)["order_key"]
            assert keys.n_unique() == len(keys)
            assert stored <= len(keys) <= stored + 300
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
        keys = orders(tmp_path)["order_key"]
        assert stored <= keys.n_unique() == len(keys)
        _finish(shop, tmp_path)
        stored += 300
        assert orders(tmp_path)["order_key"].n_unique() == stored
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []


def _finish(shop: str, folder: Path) -> None:
    """The next run; the killed one's session may hold the lock for a moment yet."""
    for _ in range(100):
        if not export(shop, folder, now=datetime.now(UTC)).busy:
            return
        time.sleep(0.1)
    raise AssertionError("nobody could export")


def test_two_writers_do_not_meet(shop: str, tmp_path: Path):
    with psycopg.connect(shop, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(7210347)")
        assert export(shop, tmp_path, now=NOW).busy
    assert list(tmp_path.iterdir()) == []
