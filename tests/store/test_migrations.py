"""What a migration does with what is there already."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import psycopg
import pytest
from alembic import command

from stack import postgres
from store.migrate import alembic_config, begin, migrate

_CUSTOMERS = "INSERT INTO customers (id, external_id) VALUES (%s, %s)"
_SCORE = """
    INSERT INTO scores (customer_id, name, value, low, high, percentile, model_id, at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""
_SCORES = """
    SELECT customer_id, name, value, low, high, percentile, model_id, at::date::text
      FROM scores ORDER BY name, customer_id
"""


@pytest.fixture
def empty_database_url(postgres_url: str) -> Iterator[str]:
    name = f"empty_{uuid4().hex[:8]}"
    yield postgres.create_database(postgres_url, name)
    postgres.drop_database(postgres_url, name)


def test_scores_become_rows_of_customers_and_back(empty_database_url: str):
    config = alembic_config(empty_database_url)
    command.upgrade(config, "0007")
    ada, bob = sorted([uuid4(), uuid4()])
    model, other = uuid4(), uuid4()
    rows = [
        (ada, "churn", 0.7, None, None, 100.0, model, "2026-11-02"),
        (bob, "churn", 0.2, None, None, 0.0, model, "2026-11-02"),
        (bob, "ltv_90", 80.0, 10.0, 210.0, None, other, "2026-11-01"),
    ]
    with psycopg.connect(empty_database_url) as connection:
        connection.cursor().executemany(_CUSTOMERS, [(ada, "ada"), (bob, "bob")])
        connection.cursor().executemany(_SCORE, [*rows, (ada, "by_hand", 1.0, None, None, None, None, "2026-11-02")])
    command.upgrade(config, "0008")
    with psycopg.connect(empty_database_url) as connection:
        assert connection.execute(_SCORES).fetchall() == rows
        assert connection.execute("SELECT count(*), count(DISTINCT scored_at) FROM customer_scores").fetchone() == (
            2,
            1,
        )
    command.downgrade(config, "0007")
    with psycopg.connect(empty_database_url) as connection:
        assert connection.execute(_SCORES).fetchall() == rows


def test_two_migrators_at_once_apply_each_migration_once(empty_database_url: str):
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: run_migrate(empty_database_url), range(2)))
    with psycopg.connect(empty_database_url) as connection:
        assert connection.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)
        assert connection.execute("SELECT count(*) FROM pg_index WHERE NOT indisvalid").fetchone() == (0,)


def run_migrate(url: str) -> None:
    """In a process of its own: alembic's context is the process's."""
    done = subprocess.run(
        [sys.executable, "-m", "store.migrate"],
        env=os.environ | {"CAMPAIGN_FLOW_DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_table_in_use_is_waited_for_without_holding_up_its_users(empty_database_url: str):
    """0010 adds a column to `messages`, which somebody reads in a transaction that lasts."""
    migrate(empty_database_url, revision="0009")
    with psycopg.connect(empty_database_url) as reading, ThreadPoolExecutor(1) as pool:
        reading.execute("SELECT count(*) FROM messages")
        migrating = pool.submit(run_migrate, empty_database_url)
        time.sleep(4.5)  # longer than a migration waits for a table
        with psycopg.connect(empty_database_url, options="-c statement_timeout=4000") as other:
            other.execute("SELECT count(*) FROM messages")
        assert not migrating.done()
        reading.rollback()
        migrating.result(timeout=60)


def test_a_new_installation_asks_for_consent_and_one_with_customers_keeps_what_it_had(database_url: str):
    def opt_in() -> list[object]:
        with psycopg.connect(database_url) as connection:
            return [row[0] for row in connection.execute("SELECT policy -> 'opt_in_channels' FROM contact_policy")]

    with psycopg.connect(database_url) as connection:
        connection.execute(_CUSTOMERS, (uuid4(), "ada"))
    assert (begin(database_url, opt_in=True), opt_in()) == (False, [])
    with psycopg.connect(database_url) as connection:
        connection.execute("DELETE FROM customers")
    assert (begin(database_url, opt_in=True), opt_in()) == (True, [["email", "sms"]])
    assert (begin(database_url, opt_in=False), opt_in()) == (False, [["email", "sms"]])


def test_the_shops_currency_is_learned_from_the_orders_there_are(empty_database_url: str):
    config = alembic_config(empty_database_url)
    command.upgrade(config, "0030")
    with psycopg.connect(empty_database_url) as connection:
        connection.execute(
            """INSERT INTO events (id, occurred_at, customer_id, name, properties, source)
               SELECT gen_random_uuid(), now(), gen_random_uuid(), 'Order Completed', p::jsonb, 'segment'
                 FROM unnest(ARRAY['{"currency": "usd"}', '{"currency": "EUR"}', '{"currency": "EUR"}', '{}']) AS p"""
        )
    command.upgrade(config, "0031")
    with psycopg.connect(empty_database_url) as connection:
        [row] = connection.execute("SELECT currency, currency_from, currencies FROM shop_settings")
    assert row == ("EUR", "server", ["EUR", "USD"])
