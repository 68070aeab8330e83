"""Bring a database to the newest schema: `python -m store.migrate`."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from config.settings import Settings

_ROOT = Path(__file__).resolve().parent.parent


def alembic_config(database_url: str) -> Config:
    """Alembic's configuration for that database."""
    config = Config(str(_ROOT / "alembic.ini"))
    config.set_main_option("script_location", str(_ROOT / "store" / "migrations"))
    config.set_main_option("sqlalchemy.url", database_url.replace("%", "%%"))
    return config


def migrate(database_url: str) -> None:
    """Apply every migration that the database lacks. Safe to run from several processes at once."""
    command.upgrade(alembic_config(database_url), "head")


if __name__ == "__main__":
    migrate(Settings().database_url)
