"""The version of the application: the one in pyproject.toml."""

import tomllib
from pathlib import Path

_PYPROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"

VERSION: str = tomllib.loads(_PYPROJECT.read_text())["project"]["version"]
"""By semantic versioning, without a `v`."""
