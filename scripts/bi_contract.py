"""`python -m scripts.bi_contract`: write store/bi/bi_v1.json from the database of the settings, after a migration.

Columns may be added. One that is gone or has another type breaks what others have built: it is refused.
"""

import json
import sys
from typing import Any

import psycopg

from config.settings import Settings
from store.bi.contract import DESCRIBE, FILE, SCHEMA, described


def broken(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """What others may use and would miss."""
    found: list[str] = []
    for view, told in before.items():
        types = {column[0]: column[1] for column in now.get(view, {"columns": []})["columns"]}
        found.extend(f"{view}.{name}" for name, type_, _ in told["columns"] if types.get(name) != type_)
    return found


def main() -> int:
    """Write the file, unless that would break the contract."""
    with psycopg.connect(Settings().database_url) as connection:
        now = described(connection.execute(DESCRIBE, (SCHEMA,)).fetchall())
    gone = broken(json.loads(FILE.read_text(encoding="utf-8")), now) if FILE.exists() else []
    if gone:
        print(f"gone, or of another type: {', '.join(gone)}. Make bi_v2 instead.")
        return 1
    FILE.write_text(json.dumps(now, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
