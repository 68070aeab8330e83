"""`python -m scripts.openapi [--check]`: write the API's description for the web app's generated client.

No server is needed: the description is made from the routes alone.
"""

import json
import sys
from pathlib import Path

from api.app import create_app
from api.dependencies import ApiServices
from config.settings import Settings
from providers.registry import build_providers
from store.database.engine import Database

FILE = Path(__file__).resolve().parent.parent / "web" / "src" / "api" / "openapi.json"


def description() -> str:
    """The OpenAPI document as the file holds it."""
    settings = Settings(_env_file=None)
    services = ApiServices(settings, Database(settings), None, build_providers(settings))
    return json.dumps(create_app(services).openapi(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def is_current() -> bool:
    """Whether the committed file says what the routes say now."""
    return FILE.exists() and FILE.read_text() == description()


def main() -> int:
    """Write the file, or with `--check` only compare it."""
    if "--check" in sys.argv[1:]:
        if is_current():
            return 0
        print("web/src/api/openapi.json is not what the API says: run `make web-api`")
        return 1
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(description())
    return 0


if __name__ == "__main__":
    sys.exit(main())
