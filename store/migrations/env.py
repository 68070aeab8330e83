"""Alembic's entry: `python -m store.migrate` is the command that people use."""

import re

from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.schema import SchemaItem
from sqlmodel import SQLModel

import models  # noqa: F401  (registers every table)
from config.settings import Settings
from store.migration_steps import LOCK_TIMEOUT, alone

_PARTITION = re.compile(r"^events_(\d{4}q\d|default)$")


def include_object(
    item: SchemaItem, name: str | None, type_: str, reflected: bool, compare_to: SchemaItem | None
) -> bool:
    """Leave out of comparisons what alembic can't compare: partitions, which the upkeep makes, and views."""
    if item.info.get("view"):
        return False
    table = name if type_ == "table" else getattr(getattr(item, "table", None), "name", None)
    return not (table and _PARTITION.match(table))


def run() -> None:
    """Apply (or compare) against the database of the settings, or of `-x url=`."""
    url = context.get_x_argument(as_dictionary=True).get("url") or context.config.get_main_option("sqlalchemy.url")
    settings = Settings(database_url=url) if url else Settings()
    engine = create_engine(settings.sqlalchemy_url)
    with alone(engine), engine.connect() as connection:
        # a table that somebody uses for long must not make everybody else wait behind the migration
        connection.exec_driver_sql(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            include_object=include_object,
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
