"""A million customers and ten million events, built inside Postgres in minutes and kept for the next run.

`python -m benchmarks.data --customers 100000` builds a smaller one. Everything follows from row numbers by a hash, so
that two builds are alike but for the day they end on.
"""

import argparse
import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from stack import postgres
from stack.run_folder import RUN
from store.migrate import migrate

FOLDER = RUN / "bench-data"
EVENTS_EACH = 10
"""Events of a customer, on average; a few have many more."""
_DAYS = 400
_LOADERS = 2
_MIGRATIONS = Path(__file__).resolve().parent.parent / "store" / "migrations"

Say = Callable[[str], Any]


@dataclass(frozen=True)
class BenchData:
    """A database full of customers and events."""

    url: str
    customers: int
    now: datetime
    """The moment of the last event: windows of "the last ..." are asked from here."""


SHARE = """
    CREATE OR REPLACE FUNCTION pg_temp.share(n bigint, seed bigint) RETURNS float8 LANGUAGE sql IMMUTABLE AS
    $$ SELECT (hashint8extended(n, seed) & 9007199254740991) / 9007199254740992.0 $$
"""
"""The same number in [0, 1) for the same row and seed."""
_EVENTS = """
    INSERT INTO events (id, occurred_at, customer_id, name, properties, source, received_at)
    SELECT md5('event:' || n)::uuid, at, md5('customer:' || who)::uuid, name,
           CASE name
           WHEN 'Order Completed' THEN jsonb_build_object(
               'order_id', 'order-' || n, 'currency', 'EUR', 'revenue', round((5 + 195 * b ^ 3)::numeric, 2),
               'storeCode', (ARRAY['Milan', 'Rome', 'Turin', 'Paris'])[1 + floor(4 * c)::int],
               'products', jsonb_build_array(jsonb_build_object(
                   'product_id', 'p-' || floor(5000 * c)::int, 'name', 'Product ' || floor(5000 * c)::int,
                   'category', 'Category ' || floor(40 * c)::int, 'price', round((5 + 195 * b ^ 3)::numeric, 2))))
           WHEN 'Product Viewed' THEN jsonb_build_object(
               'product_id', 'p-' || floor(5000 * c)::int, 'name', 'Product ' || floor(5000 * c)::int,
               'category', 'Category ' || floor(40 * c)::int, 'price', round((5 + 795 * b ^ 3)::numeric, 2))
           WHEN 'Signed In' THEN '{"method": "app"}'::jsonb
           WHEN 'Cart Updated' THEN jsonb_build_object('cart_id', 'cart-' || n, 'value', round((200 * b)::numeric, 2))
           ELSE jsonb_build_object('message_id', md5('message:' || n)::uuid, 'channel',
                                   (ARRAY['email', 'push', 'sms'])[1 + floor(3 * c)::int], 'first', true)
           END, 'import', at
      FROM (
        SELECT n, pg_temp.share(n, 2) AS b, pg_temp.share(n, 3) AS c,
               floor(%(customers)s * pg_temp.share(n, 4) ^ 1.3)::bigint AS who,
               %(now)s::timestamptz - %(days)s * interval '1 day' * (1 - n::float8 / %(events)s) AS at,
               CASE WHEN a < 0.38 THEN 'Product Viewed' WHEN a < 0.68 THEN 'Signed In'
                    WHEN a < 0.84 THEN 'Order Completed' WHEN a < 0.90 THEN 'Cart Updated'
                    WHEN a < 0.96 THEN 'message_delivered' ELSE 'message_opened' END AS name
          FROM (SELECT n, pg_temp.share(n, 1) AS a
                  FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n) AS numbered
      ) AS drawn
"""
_CUSTOMERS = """
    WITH history AS (
        SELECT customer_id, max(occurred_at) AS seen,
               jsonb_strip_nulls(jsonb_build_object(
                   'orders', count(*) FILTER (WHERE name = 'Order Completed'),
                   'revenue', sum((properties ->> 'revenue')::numeric) FILTER (WHERE name = 'Order Completed'),
                   'first_order_at', min(occurred_at) FILTER (WHERE name = 'Order Completed'),
                   'last_order_at', max(occurred_at) FILTER (WHERE name = 'Order Completed'),
                   'last_sign_in_at', max(occurred_at) FILTER (WHERE name = 'Signed In'))) AS traits
          FROM events GROUP BY customer_id
    )
    INSERT INTO customers (id, external_id, email, phone, first_name, last_name, gender, birth_date, city, country,
                           locale, timezone, tags, attributes, traits, created_at, updated_at, last_seen_at)
    SELECT id, 'bench-' || n, 'customer' || n || '@example.org', '+3932' || lpad(n::text, 8, '0'),
           'First' || n %% 1000, 'Last' || n %% 5000, (ARRAY['female', 'male', 'other'])[1 + n %% 3],
           date '1940-01-01' + (n * 37 %% 24000)::int, (ARRAY['Milan', 'Rome', 'Turin', 'Paris', 'Lyon'])[1 + n %% 5],
           (ARRAY['IT', 'IT', 'IT', 'FR', 'FR'])[1 + n %% 5], 'it-IT', 'Europe/Rome',
           CASE WHEN n %% 50 = 0 THEN ARRAY['vip'] ELSE '{}'::text[] END,
           jsonb_build_object('loyalty', (ARRAY['bronze', 'silver', 'gold'])[1 + n %% 3], 'points', n %% 2500),
           coalesce(history.traits, '{}'::jsonb), %(now)s::timestamptz - interval '500 days', %(now)s, history.seen
      FROM (SELECT n, md5('customer:' || n)::uuid AS id
              FROM generate_series(0, %(customers)s::bigint - 1) AS n) AS people
      LEFT JOIN history ON history.customer_id = people.id
"""


def _signature(customers: int) -> str:
    schema = "".join(path.read_text() for path in sorted(_MIGRATIONS.glob("versions/*.py")))
    parts = (schema, _EVENTS, _CUSTOMERS, str((customers, EVENTS_EACH, _DAYS)))
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=12).hexdigest()


def _known(url: str, signature: str, customers: int) -> BenchData | None:
    """The data of an earlier run, where it was finished and is what would be built now."""
    with psycopg.connect(url) as connection:
        comment = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    made, _, now = ((comment[0] if comment else None) or "").partition(" ")
    return BenchData(url, customers, datetime.fromisoformat(now)) if made == signature else None


@contextmanager
def serving(customers: int, say: Say) -> Iterator[BenchData]:
    """The data for so many customers, built unless it is there, on a server that runs as long as the block."""
    server = postgres.start(FOLDER / "postgres")
    try:
        yield _prepare(server.get_uri(), customers, say)
    finally:
        server.cleanup()


def _prepare(server_url: str, customers: int, say: Say) -> BenchData:
    name, signature = f"bench_{customers}", _signature(customers)
    url = postgres.create_database(server_url, name)
    found = _known(url, signature, customers)
    if found is not None:
        return found
    postgres.drop_database(server_url, name)
    migrate(postgres.create_database(server_url, name))
    now = datetime.now(UTC).replace(microsecond=0)
    _fill(url, customers, now, say)
    with psycopg.connect(url, autocommit=True) as connection:
        comment = sql.Literal(f"{signature} {now.isoformat()}")
        connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), comment))
    return BenchData(url, customers, now)


def _fill(url: str, customers: int, now: datetime, say: Say) -> None:
    began = time.perf_counter()
    events = customers * EVENTS_EACH
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT ensure_event_partitions((%(now)s::timestamptz - %(days)s * interval '1 day')::date, %(now)s::date)",
            {"now": now, "days": _DAYS},
        )
        indexes = _drop_indexes(connection)
        _load_events(url, customers, events, now)
        say(f"{events:,} events: {time.perf_counter() - began:.0f} s")
        connection.execute("SET maintenance_work_mem = '1GB'")
        connection.execute("SET work_mem = '512MB'")
        connection.execute("VACUUM (FREEZE) events")
        connection.execute(_CUSTOMERS, {"customers": customers, "now": now})
        say(f"{customers:,} customers: {time.perf_counter() - began:.0f} s")
        for statement in indexes:
            connection.execute(statement)
        connection.execute("VACUUM (FREEZE, ANALYZE) customers, events")
        connection.execute("CHECKPOINT")
    say(f"indexes and statistics: {time.perf_counter() - began:.0f} s in all")


def _drop_indexes(connection: psycopg.Connection[Any]) -> Sequence[sql.Composed | sql.SQL]:
    """Drop the indexes of both tables; the statements that make them again. Built at the end they cost half."""
    constraints = connection.execute("""
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
         WHERE conrelid = 'events'::regclass AND contype IN ('p', 'u')
    """).fetchall()
    indexes = connection.execute("""
        SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
         WHERE indrelid IN ('events'::regclass, 'customers'::regclass) AND NOT indisunique
    """).fetchall()
    again: list[sql.Composed | sql.SQL] = []
    for table, name, definition in constraints:
        names = (sql.Identifier(table), sql.Identifier(name))
        connection.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(*names))
        again.append(sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(*names, sql.SQL(definition)))
    for name, definition in indexes:
        connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
        again.append(sql.SQL(definition.replace(" ON ONLY ", " ON ")))  # else no partition would have it
    return again


def _load_events(url: str, customers: int, events: int, now: datetime) -> None:
    """Oldest first, as they would have come; each connection takes a stretch."""
    size = -(-events // _LOADERS)
    values = {"customers": customers, "events": events, "now": now, "days": _DAYS}

    def load(first: int) -> None:
        with psycopg.connect(url) as connection:
            connection.execute(SHARE)
            connection.execute(_EVENTS, values | {"first": first, "last": min(first + size - 1, events)})

    with ThreadPoolExecutor(_LOADERS) as pool:
        list(pool.map(load, range(1, events + 1, size)))


def main() -> None:
    """Build the data, and leave it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=1_000_000)
    with serving(parser.parse_args().customers, print) as data:
        print(data)


if __name__ == "__main__":
    main()
