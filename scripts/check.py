"""`python -m scripts.check`: style, types, the import contract, the web app, and that the migrations are the models."""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from alembic import command
from alembic.util.exc import CommandError

from stack import postgres
from store.migrate import alembic_config, migrate

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
COMMANDS = {
    "style": [str(BIN / "ruff"), "check", "."],
    "layout": [str(BIN / "ruff"), "format", "--check", "--quiet", "."],
    "types": [str(BIN / "mypy"), "."],
    "imports": [str(BIN / "lint-imports"), "--no-logo"],
    "docs: configuration": [sys.executable, "-m", "scripts.configuration", "--check"],
    "web: API description": [sys.executable, "-m", "scripts.openapi", "--check"],
    "web: style and types": [sys.executable, "-m", "scripts.web", "check"],
}


def passes(name: str, arguments: list[str]) -> bool:
    """Run one checker; what it says is shown only when it objects."""
    started = time.monotonic()
    done = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=False)
    _tell(name, done.returncode == 0, started)
    if done.returncode != 0:
        print(done.stdout + done.stderr)
    return done.returncode == 0


def migrations_match() -> bool:
    """Whether migrating an empty database makes exactly the tables that the models describe."""
    started = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="campaign-flow-check-"))
    server = postgres.start(folder / "postgres", durable=False)
    try:
        url = postgres.create_database(server.get_uri(), "check")
        migrate(url)
        command.check(alembic_config(url))
    except CommandError as error:
        _tell("migrations", False, started)
        print(error)
        return False
    finally:
        postgres.stop(server)
        shutil.rmtree(folder, ignore_errors=True)
    _tell("migrations", True, started)
    return True


def _tell(name: str, good: bool, started: float) -> None:
    print(f"{'ok    ' if good else 'FAILED'} {name} ({time.monotonic() - started:.0f} s)", flush=True)


def main() -> int:
    """Run all of them, whatever the first one says; 0 when all pass."""
    results = [passes(name, arguments) for name, arguments in COMMANDS.items()]
    results.append(migrations_match())
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
