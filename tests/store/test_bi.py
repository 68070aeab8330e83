"""The views for BI keep their contract, and their roles can read them and do nothing else."""

import json
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from scripts.bi_contract import broken
from store.bi import roles
from store.bi.contract import DESCRIBE, FILE, PERSONAL, SCHEMA, described, views
from tests.store import npgsql

ALLOWED = {"text", "bigint", "integer", "numeric", "boolean", "date", "timestamp with time zone"}


@pytest.fixture
def owner(database_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection
        for name in roles.logins(connection):
            roles.drop_login(connection, name)
        for role in (roles.reader_of(connection.info.dbname), roles.personal_of(connection.info.dbname)):
            if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (role,)).rowcount:
                connection.execute(f'DROP OWNED BY "{role}"')
                connection.execute(f'DROP ROLE "{role}"')


def sign_in(owner: psycopg.Connection, database_url: str, *, personal: bool = False) -> psycopg.Connection:
    made = roles.make_login(owner, f"bi_{uuid4().hex[:8]}", personal=personal)
    return psycopg.connect(database_url, user=made.name, password=made.password, autocommit=True)


def test_the_views_are_those_of_the_contract(owner: psycopg.Connection):
    found = described(owner.execute(DESCRIBE, (SCHEMA,)).fetchall())
    assert found == json.loads(FILE.read_text()), "python -m scripts.bi_contract, after a migration"
    assert 20 <= len(found) <= 30
    personal = described(owner.execute(DESCRIBE, (PERSONAL,)).fetchall())
    for view in [*found.values(), *personal.values()]:
        assert view["comment"]
        assert {column[1] for column in view["columns"]} <= ALLOWED
        assert all(column[2] for column in view["columns"])


def test_a_change_that_breaks_the_contract_is_refused():
    before = {"dim_a": {"columns": [["key", "text", ""], ["n", "bigint", ""]]}}
    assert broken(before, {"dim_a": {"columns": [*before["dim_a"]["columns"], ["new", "text", ""]]}}) == []
    assert broken(before, {"dim_a": {"columns": [["key", "text", ""], ["n", "numeric", ""]]}}) == ["dim_a.n"]
    assert broken(before, {}) == ["dim_a.key", "dim_a.n"]


def test_no_view_holds_what_says_who_a_customer_is(owner: psycopg.Connection):
    marker = "marker-of-a-person"
    columns = "external_id, email, phone, first_name, last_name, city"
    owner.execute(
        f"INSERT INTO customers (id, {columns}, attributes, traits) VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, %s,"
        " jsonb_build_object('a', %s::text), jsonb_build_object('a', %s::text))",
        [marker] * 8,
    )
    for view in views():
        (rows,) = (
            owner.execute(f"SELECT coalesce(string_agg(v::text, ' '), '') FROM {SCHEMA}.{view} v").fetchone() or ()
        )
        assert marker not in rows, view
    assert marker in str(owner.execute(f"SELECT * FROM {PERSONAL}.dim_customer").fetchall())


ATTACKS = (
    "SELECT * FROM public.customers",
    "SELECT email FROM customers",
    "SELECT * FROM facts.messages",
    "SELECT * FROM public.api_keys",
    "INSERT INTO bi_v1.dim_campaign (slug) VALUES ('x')",
    "UPDATE bi_v1.fact_messages SET state = 'x'",
    "DELETE FROM bi_v1.fact_messages",
    "UPDATE public.campaigns SET name = 'x'",
    "TRUNCATE public.messages",
    "CREATE TABLE public.mine (a int)",
    "CREATE TEMPORARY TABLE mine (a int)",
    "CREATE FUNCTION pg_temp.leak(text) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
    "CREATE SCHEMA mine",
    "CREATE VIEW bi_v1.mine AS SELECT 1",
    "LOCK TABLE public.messages IN SHARE MODE",
    "LOCK TABLE bi_v1.dim_campaign IN EXCLUSIVE MODE",
    "SELECT * FROM bi_v1.dim_campaign FOR UPDATE",
    "SELECT pg_advisory_lock(7210341)",
    "SELECT pg_try_advisory_xact_lock(7210341)",
    "SELECT lo_create(0)",
    "SELECT lo_from_bytea(0, 'x')",
    "SELECT pg_logical_emit_message(true, 'a', 'b')",
    "SELECT pg_notify('outbox', '')",
    "SELECT pg_read_file('postgresql.conf')",
    "COPY bi_v1.dim_campaign TO PROGRAM 'cat'",
    "COPY bi_v1.dim_campaign TO '/tmp/x'",
    "SET ROLE postgres",
    "ALTER ROLE postgres NOLOGIN",
    "ALTER SYSTEM SET work_mem = '1GB'",
    "CREATE ROLE mine",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres' AND datname IS NOT NULL",
    "DO $$ BEGIN PERFORM 1 FROM public.customers; END $$",
    "CREATE EXTENSION dblink",
    "CREATE PUBLICATION mine",
)


def test_the_reader_can_read_the_views_and_nothing_else(owner: psycopg.Connection, database_url: str):
    with sign_in(owner, database_url) as reader:
        for view in views():
            reader.execute(f"SELECT * FROM {view} LIMIT 1")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute(f"SELECT * FROM {PERSONAL}.dim_customer")
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            reader.execute("CREATE TABLE mine (a int)")
        # what a session may lift, it lifts
        reader.execute("SET default_transaction_read_only = off")
        reader.execute("SET statement_timeout = 0")
        for attack in ATTACKS:
            with pytest.raises(psycopg.Error) as refused:
                reader.execute(attack)
            assert not isinstance(refused.value, psycopg.errors.SyntaxError), attack
        told = reader.execute("SELECT usename, query FROM pg_stat_activity WHERE usename <> current_user").fetchall()
        assert {query for _, query in told} <= {"<insufficient privilege>", ""}


def test_personal_data_needs_a_login_of_its_own(owner: psycopg.Connection, database_url: str):
    owner.execute("INSERT INTO customers (id, email) VALUES (gen_random_uuid(), 'ada@shop.example')")
    owner.execute("INSERT INTO customers (id, erased_at) VALUES (gen_random_uuid(), now())")
    with sign_in(owner, database_url, personal=True) as reader:
        assert reader.execute(f"SELECT email FROM {PERSONAL}.dim_customer").fetchall() == [("ada@shop.example",)]
        assert reader.execute("SELECT count(*) FROM dim_customer").fetchone() == (1,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute("SELECT * FROM public.customers")
    assert list(roles.logins(owner).values()) == [True]
    (name,) = roles.logins(owner)
    roles.make_login(owner, name)
    assert roles.logins(owner) == {name: False}


def test_a_reader_that_goes_on_for_too_long_is_ended(owner: psycopg.Connection, database_url: str):
    with sign_in(owner, database_url) as reader:
        reader.execute("SET idle_in_transaction_session_timeout = 0")
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM dim_campaign")
        # it holds nobody up who writes
        owner.execute("UPDATE customers SET city = 'Rome'")
        assert roles.end_long(owner, minutes=30) == 0
        assert roles.end_long(owner, minutes=0) == 1
        with pytest.raises(psycopg.OperationalError):
            reader.execute("SELECT 1")


@pytest.mark.parametrize("name", ["postgres", "Ada; DROP TABLE x", "", "a" * 60, "ümlaut"])
def test_a_login_takes_no_name_that_is_another_s(owner: psycopg.Connection, name: str):
    with pytest.raises(ValueError, match="name"):
        roles.make_login(owner, name)


def test_a_migration_is_not_kept_waiting_and_later_views_are_readable(owner: psycopg.Connection, database_url: str):
    with sign_in(owner, database_url) as reader:
        owner.execute("CREATE VIEW bi_v1.dim_new AS SELECT 1 AS a")
        assert reader.execute("SELECT a FROM dim_new").fetchone() == (1,)


def test_power_bi_s_driver_is_answered(owner: psycopg.Connection, database_url: str):
    """What Npgsql 4.0 asks when it connects, and what Power BI asks of the catalogue."""
    with sign_in(owner, database_url) as reader:
        loaded = reader.execute(npgsql.LOAD_TYPES).fetchall()
        assert {"text", "int8", "int4", "numeric", "bool", "date", "timestamptz"} <= {row[1] for row in loaded}
        reader.execute(npgsql.LOAD_COMPOSITES)
        reader.execute(npgsql.LOAD_ENUMS)
        seen = {(row[0], row[1]) for row in reader.execute(npgsql.LIST_TABLES).fetchall()}
        assert {("bi_v1", name) for name in views()} <= seen
        assert ("public", "customers") not in seen
        columns = reader.execute(npgsql.LIST_COLUMNS, ("bi_v1", "fact_messages")).fetchall()
        assert [row[0] for row in columns] == [each.name for each in views()["fact_messages"].columns]
        reader.execute(npgsql.FOREIGN_KEYS)
        reader.execute(npgsql.FOLDED)
        reader.execute("DISCARD ALL")
        assert reader.execute("SELECT count(*) FROM dim_campaign").fetchone() == (0,)
