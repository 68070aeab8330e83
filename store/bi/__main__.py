"""`python -m store.bi login NAME [--personal]`, `drop NAME`, `list`: the logins of BI."""

import argparse
import sys

import psycopg

from config.settings import Settings
from store.bi import roles


def main() -> int:
    """Do what the command line says; 0 when it was done."""
    parser = argparse.ArgumentParser(prog="python -m store.bi", description="Logins that read the views for BI.")
    commands = parser.add_subparsers(dest="command", required=True)
    login = commands.add_parser("login", help="make one, or give it a new password")
    login.add_argument("name")
    login.add_argument("--personal", action="store_true", help="may read names and addresses, too")
    commands.add_parser("drop", help="remove one").add_argument("name")
    commands.add_parser("list", help="tell them")
    given = parser.parse_args()
    with psycopg.connect(Settings().database_url, autocommit=True) as connection:
        try:
            return _run(connection, given)
        except (ValueError, psycopg.errors.InsufficientPrivilege) as error:
            print(error, file=sys.stderr)  # noqa: T201
            return 1


def _run(connection: psycopg.Connection, given: argparse.Namespace) -> int:
    if given.command == "login":
        made = roles.make_login(connection, given.name, personal=given.personal)
        print(f"user {made.name}\npassword {made.password}\ndatabase {made.database}")  # noqa: T201
    elif given.command == "drop":
        roles.drop_login(connection, given.name)
    else:
        for name, personal in roles.logins(connection).items():
            print(name, "personal" if personal else "")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
