"""During an upgrade the release before goes on writing into the new schema: its statements still pass."""

import re
from collections.abc import Iterator

import psycopg
import pytest

from tests.store.record_writes import KEPT

_INSERT = re.compile(r"INSERT INTO (\w+)(?: AS \w+)? ?\(([^)]*)\)")
_NEEDED = """
    SELECT table_name, column_name FROM information_schema.columns
     WHERE table_schema = 'public' AND is_nullable = 'NO' AND column_default IS NULL
       AND is_identity = 'NO' AND is_generated = 'NEVER'
"""


def recorded() -> list[str]:
    return [line for line in KEPT.read_text().removesuffix(";\n").split(";\n") if line]


@pytest.fixture(scope="module")
def connection(shared_database_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(shared_database_url, autocommit=True) as opened:
        yield opened


def fault(connection: psycopg.Connection, statement: str) -> str | None:
    """What the schema objects to: a name that is gone, another type, a column that must be given now."""
    try:
        connection.execute(f"PREPARE written AS {statement}".encode())
        connection.execute("DEALLOCATE written")
    except psycopg.Error as error:
        return str(error).partition("\n")[0]
    needed: dict[str, set[str]] = {}
    for table, column in connection.execute(_NEEDED):
        needed.setdefault(table, set()).add(column)
    for table, columns in _INSERT.findall(statement):
        missing = needed.get(table, set()) - {column.strip(' "') for column in columns.split(",")}
        if missing:
            return f"{table} needs {sorted(missing)}"
    return None


def test_every_write_of_the_release_before_passes(connection: psycopg.Connection):
    statements = recorded()
    assert len({match[0] for each in statements for match in _INSERT.findall(each)}) > 20
    faults = {each: fault(connection, each) for each in statements}
    assert {each: said for each, said in faults.items() if said} == {}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("ALTER TABLE journeys RENAME COLUMN visits TO node_visits", "visits"),
        ("ALTER TABLE audit_log ADD COLUMN place text NOT NULL", "audit_log needs"),
        ("ALTER TABLE outbox DROP COLUMN payload", "payload"),
    ],
)
def test_a_migration_that_shuts_it_out_is_found(connection: psycopg.Connection, change: str, said: str):
    with connection.transaction(force_rollback=True):
        connection.execute(change.encode())
        found = []
        for statement in recorded():
            with connection.transaction(force_rollback=True):
                found.append(fault(connection, statement))
    assert any(each and said in each for each in found)
