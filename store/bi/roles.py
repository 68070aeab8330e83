"""Who may read the views for BI: roles that can read them and nothing else.

Danger: a session may lift its own limits of time (`SET statement_timeout = 0`); Postgres has no way to forbid that.
What cannot be lifted: no right on any table, to write, to make temporary tables or functions, to take advisory locks,
to write large objects; so many connections. `end_long` ends what goes on for too long all the same.
"""

import re
import secrets
from dataclasses import dataclass

import psycopg
from psycopg import sql

from store.bi.contract import PERSONAL, SCHEMA

LIMITS = {
    "default_transaction_read_only": "on",
    "statement_timeout": "5min",
    "idle_in_transaction_session_timeout": "1min",
    "lock_timeout": "5s",
    "search_path": SCHEMA,
    "timezone": "UTC",
}
MOST_CONNECTIONS = 8
MOST_MINUTES = 30
_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
_RISKY = """
    SELECT p.oid::regprocedure::text FROM pg_proc p
     WHERE p.pronamespace = 'pg_catalog'::regnamespace
       AND (p.proname ~ '^(pg_advisory_|pg_try_advisory_|lo_)'
            OR p.proname IN ('loread', 'lowrite', 'pg_logical_emit_message', 'pg_notify'))
       AND (p.proacl IS NULL OR p.proacl::text ~ '(^{|,)=X')
"""


@dataclass(frozen=True)
class BiLogin:
    """A login that was made, with the password that is told once."""

    name: str
    password: str
    database: str


def reader_of(database: str) -> str:
    """The role that reads the views of that database; logins are its members."""
    return f"bi_reader_{database}"[:63]


def personal_of(database: str) -> str:
    """The role that reads `bi_v1_personal` besides."""
    return f"bi_personal_{database}"[:63]


def make_login(connection: psycopg.Connection, name: str, *, personal: bool = False) -> BiLogin:
    """A login with a fresh password, or a fresh password of one that is there. Commits.

    Raises:
        ValueError: the name is none, or a role that is no login of BI has it.
        psycopg.errors.InsufficientPrivilege: whoever is connected may not make roles.

    """
    if not _NAME.fullmatch(name):
        raise ValueError("a login's name is small letters, digits and _, and begins with a letter")
    database = connection.info.dbname
    reader, for_personal = reader_of(database), personal_of(database)
    with connection.transaction():
        _make_groups(connection, database)
        _require_free(connection, name, (reader, for_personal))
        password = secrets.token_urlsafe(24)
        _make_role(connection, name, "LOGIN")
        _run(connection, "ALTER ROLE {} LOGIN PASSWORD {} CONNECTION LIMIT {}", name, password, MOST_CONNECTIONS)
        _run(connection, "GRANT {} TO {}", reader, name, identifiers=True)
        which = "GRANT {} TO {}" if personal else "REVOKE {} FROM {}"
        _run(connection, which, for_personal, name, identifiers=True)
        for setting, value in LIMITS.items():
            _run(connection, f"ALTER ROLE {{}} SET {setting} = {{}}", name, value)
    return BiLogin(name, password, database)


def drop_login(connection: psycopg.Connection, name: str) -> None:
    """Remove a login of BI and end its sessions.

    Raises:
        ValueError: there is no such login of BI.

    """
    groups = [reader_of(connection.info.dbname), personal_of(connection.info.dbname)]
    if name not in _members(connection, groups):
        raise ValueError(f"{name} is no login of BI")
    with connection.transaction():
        _run(connection, "ALTER ROLE {} NOLOGIN", name)
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", (name,))
        _run(connection, "DROP ROLE {}", name)


def logins(connection: psycopg.Connection) -> dict[str, bool]:
    """Login -> whether it reads personal data."""
    database = connection.info.dbname
    personal = set(_members(connection, [personal_of(database)]))
    return {name: name in personal for name in _members(connection, [reader_of(database)])}


END_LONG = """
    SELECT count(pg_terminate_backend(a.pid)) FROM pg_stat_activity a
     WHERE a.xact_start < now() - make_interval(mins => %s) AND a.datname = current_database()
       AND EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid
                    WHERE m.member = a.usesysid AND r.rolname = ANY(%s))
"""


def end_long(connection: psycopg.Connection, *, minutes: int = MOST_MINUTES) -> int:
    """End sessions of BI whose transaction is older: it keeps dead rows from being cleaned up. How many."""
    database = connection.info.dbname
    found = connection.execute(END_LONG, (minutes, [reader_of(database), personal_of(database)])).fetchone()
    return int(found[0]) if found else 0


def _make_groups(connection: psycopg.Connection, database: str) -> None:
    for role, schemas in ((reader_of(database), [SCHEMA]), (personal_of(database), [PERSONAL])):
        _make_role(connection, role, "NOLOGIN")
        for schema in schemas:
            _run(connection, "GRANT USAGE ON SCHEMA {} TO {}", schema, role, identifiers=True)
            _run(connection, "GRANT SELECT ON ALL TABLES IN SCHEMA {} TO {}", schema, role, identifiers=True)
            # views of later releases, too
            _run(
                connection,
                "ALTER DEFAULT PRIVILEGES IN SCHEMA {} GRANT SELECT ON TABLES TO {}",
                schema,
                role,
                identifiers=True,
            )
    owner = connection.info.user
    _run(connection, "GRANT CONNECT ON DATABASE {} TO {}", database, reader_of(database), identifiers=True)
    _run(connection, "REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC", database, identifiers=True)
    _run(connection, "GRANT TEMPORARY ON DATABASE {} TO {}", database, owner, identifiers=True)
    _take_risky_functions(connection, owner)


def _take_risky_functions(connection: psycopg.Connection, owner: str) -> None:
    """Functions by which a reader could hold others up, or write. Only a superuser may take them from everybody."""
    if connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() != (True,):
        return
    for (function,) in connection.execute(_RISKY).fetchall():
        named = sql.SQL(function)
        connection.execute(sql.SQL("REVOKE EXECUTE ON FUNCTION {} FROM PUBLIC").format(named))
        connection.execute(sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(named, sql.Identifier(owner)))


def _make_role(connection: psycopg.Connection, name: str, how: str) -> None:
    if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (name,)).rowcount == 0:
        _run(connection, f"CREATE ROLE {{}} {how} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION", name)


def _require_free(connection: psycopg.Connection, name: str, groups: tuple[str, str]) -> None:
    taken = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (name,)).rowcount > 0
    if taken and name not in _members(connection, list(groups)):
        raise ValueError(f"another role has the name {name}")


def _members(connection: psycopg.Connection, groups: list[str]) -> list[str]:
    rows = connection.execute(
        """SELECT DISTINCT u.rolname FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid
             JOIN pg_roles u ON u.oid = m.member WHERE r.rolname = ANY(%s) AND u.rolcanlogin AND NOT u.rolsuper
            ORDER BY 1""",
        (groups,),
    )
    return [row[0] for row in rows]


def _run(connection: psycopg.Connection, statement: str, *parts: str | int, identifiers: bool = False) -> None:
    """A statement that takes no parameters: the first part is a name, the others are values unless told otherwise."""
    made = [sql.Identifier(str(part)) if identifiers or i == 0 else sql.Literal(part) for i, part in enumerate(parts)]
    connection.execute(sql.SQL(statement).format(*made))
