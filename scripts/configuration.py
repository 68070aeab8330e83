"""`python -m scripts.configuration [--check]`: write docs/configuration.md from config/settings.py.

A comment line `# == Title` in the class starts a section. The text below a setting is its meaning.
"""

import re
import sys
from inspect import getsource
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from config.settings import DEVELOPMENT_SECRET, Settings

FILE = Path(__file__).resolve().parent.parent / "docs" / "configuration.md"
_HEAD = """# Configuration

Every setting is an environment variable, or a line of a `.env` file in the working directory. A variable wins over the
file. Lists are JSON, e.g. `["a", "b"]`. A value that is not allowed ends the process at its start with the variable's
name; secrets are not printed.

[Operations](operations.md) says what production needs. This page is generated from `config/settings.py` by
`python -m scripts.configuration`; `make check` compares the two.
"""
_SECTION = re.compile(r"^    # == (?P<title>.+)$|^    (?P<name>[a-z]\w*): ", re.MULTILINE)
_BOUNDS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
_TYPES = {str: "text", int: "integer", float: "number", bool: "`true`, `false`", SecretStr: "secret"}


def sections() -> dict[str, list[str]]:
    """The names of the settings by the title of their section, in the order of the source."""
    found: dict[str, list[str]] = {}
    title = ""
    for match in _SECTION.finditer(getsource(Settings)):
        if match["title"]:
            title = match["title"]
        elif match["name"] in Settings.model_fields:
            found.setdefault(title, []).append(match["name"])
    return found


def _kind(annotation: Any) -> str:
    """The allowed values of a type, in words."""
    if get_origin(annotation) is Literal:
        return ", ".join(f"`{value}`" for value in get_args(annotation))
    if get_origin(annotation) in (Union, UnionType):
        return _kind(next(part for part in get_args(annotation) if part is not NoneType))
    if get_origin(annotation) is list:
        return f"list of {_kind(get_args(annotation)[0])}s"
    return _TYPES.get(annotation, f"`{annotation}`")


def _allowed(field: FieldInfo) -> str:
    bounds = [
        f"{sign} {getattr(limit, name):g}"
        for limit in field.metadata
        for name, sign in _BOUNDS.items()
        if getattr(limit, name, None) is not None
    ]
    return " ".join([_kind(field.annotation), ", ".join(bounds)]).strip()


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True)
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if value == DEVELOPMENT_SECRET:
        return "a development value"
    if value is None or value in ("", []):
        return "–"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, list):
        return "`[" + ", ".join(f'"{item}"' for item in value) + "]`"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def _row(name: str, field: FieldInfo) -> str:
    meaning = " ".join((field.description or "").split()).replace("|", "\\|")
    variable = str(Settings.model_config["env_prefix"]) + name.upper()
    return f"| `{variable}` | {_default(field)} | {_allowed(field)} | {meaning} |"


def page() -> str:
    """The page as the file holds it."""
    parts = [_HEAD]
    for title, names in sections().items():
        rows = [_row(name, Settings.model_fields[name]) for name in names]
        parts.append(
            "\n".join([f"## {title}\n", "| variable | default | values | meaning |", "|---|---|---|---|", *rows, ""])
        )
    return "\n".join(parts)


def main() -> int:
    """Write the page, or with `--check` compare it. 1 where it differs, or a setting has no text below it."""
    silent = [name for name, field in Settings.model_fields.items() if not field.description]
    if silent:
        print(f"config/settings.py: say what they mean, in a text below: {', '.join(silent)}")
        return 1
    if "--check" not in sys.argv[1:]:
        FILE.write_text(page())
        return 0
    if FILE.exists() and FILE.read_text() == page():
        return 0
    print("docs/configuration.md is not what config/settings.py says: run `python -m scripts.configuration`")
    return 1


if __name__ == "__main__":
    sys.exit(main())
