"""What a migration does with what is there already."""

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from alembic import command

from stack import postgres
from store.migrate import alembic_config

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
