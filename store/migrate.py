"""Bring a database to the newest schema: `python -m store.migrate`."""

import logging
import time
from pathlib import Path

from alembic import command
from alembic.config import Config
from psycopg.errors import LockNotAvailable
from sqlalchemy.exc import OperationalError

from config.settings import Settings

_log = logging.getLogger(__name__)
_LONGEST_PAUSE = 10.0
_ROOT = Path(__file__).resolve().parent.parent


def alembic_config(database_url: str) -> Config:
    """Alembic's configuration for that database."""
    config = Config(str(_ROOT / "alembic.ini"))
    config.set_main_option("script_location", str(_ROOT / "store" / "migrations"))
    config.set_main_option("sqlalchemy.url", database_url.replace("%", "%%"))
    return config


def migrate(database_url: str, *, revision: str = "head", attempts: int = 20) -> None:
    """Apply every migration that the database lacks. Safe to run from several processes at once.

    A migration that could not get a table within seconds, because somebody uses it for long, is tried again: it holds
    nothing meanwhile, so that nobody waits behind it.

    Raises:
        sqlalchemy.exc.OperationalError: the table was in use at each of the attempts; what was applied before stays.

    """
    for attempt in range(1, attempts + 1):
        try:
            command.upgrade(alembic_config(database_url), revision)
            return
        except OperationalError as error:
            if attempt == attempts or not isinstance(error.orig, LockNotAvailable):
                raise
            _log.warning("a table is in use: migration is tried again (%s of %s)", attempt, attempts)
            time.sleep(min(_LONGEST_PAUSE, attempt))


if __name__ == "__main__":
    migrate(Settings().database_url)
