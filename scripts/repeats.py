"""`python -m scripts.repeats`: name the tests that failed in the last run, which the gate repeats once.

1 where none is known, or more than one in a hundred failed: that is no hiccup.
"""

import json
import sys
from pathlib import Path

CACHE = Path(".pytest_cache")
MOST_PERCENT = 1.0
ALWAYS_ALLOWED = 5
"""A hundredth of a small selection would be nothing."""


def failed(cache: Path) -> list[str]:
    """The tests, and files that could not be read, which failed last."""
    path = cache / "v" / "cache" / "lastfailed"
    return sorted(json.loads(path.read_text())) if path.exists() else []


def known(cache: Path) -> int:
    """How many tests pytest has collected here."""
    path = cache / "v" / "cache" / "nodeids"
    return len(json.loads(path.read_text())) if path.exists() else 0


def main() -> int:
    """Print them and write their number down for the gate's last line."""
    names = failed(CACHE)
    print(f"failed, and repeated once: {len(names)}")
    print("\n".join(f"  {name}" for name in names))
    if not names:
        return 1
    if len(names) > max(ALWAYS_ALLOWED, known(CACHE) * MOST_PERCENT / 100):
        print(f"more than {MOST_PERCENT:g} % of the tests: they are not repeated")
        return 1
    (CACHE / "repeated").write_text(str(len(names)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
