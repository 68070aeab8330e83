"""Bring a database to the newest schema: `python -m store.migrate`."""

import logging
import time
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from psycopg.errors import LockNotAvailable
from sqlalchemy.exc import OperationalError

from config.settings import Settings
from domain.contact import ContactPolicy
from domain.vocabulary import Channel

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


def begin(database_url: str, *, opt_in: bool) -> bool:
    """Write the contact policy of an installation that begins; one with customers, or a policy, keeps what it has.

    Args:
        database_url: the migrated database.
        opt_in: whether marketing e-mail and SMS need consent.

    Returns:
        Whether it was written.

    """
    if not opt_in:
        return False  # no policy: whoever did not refuse may be contacted
    policy = ContactPolicy(opt_in_channels=[Channel.EMAIL, Channel.SMS]).model_dump_json()
    with psycopg.connect(database_url) as connection:
        written = connection.execute(_BEGIN, {"policy": policy}).rowcount
    return bool(written)


_BEGIN = """
    INSERT INTO contact_policy (id, policy, revision)
    SELECT 1, CAST(%(policy)s AS jsonb), 1 WHERE NOT EXISTS (SELECT FROM customers)
    ON CONFLICT DO NOTHING
"""


if __name__ == "__main__":
    settings = Settings()
    migrate(settings.database_url)
    begin(settings.database_url, opt_in=settings.consent_default == "opt_in")
