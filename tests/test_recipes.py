"""The recipes of CONTRIBUTING.md name every file that a new kind needs: those that name one of today's kinds."""

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = (
    "activities", "api", "campaigns", "config", "domain", "ingestion", "intelligence", "models", "providers",
    "rendering", "store", "workflows", "web/src",
)  # fmt: skip
_KINDS = {".py", ".ts", ".tsx", ".json", ".sql"}
_GENERATED = re.compile(r"store/migrations/|web/src/api/(openapi\.json|schema\.ts)$|\.test\.tsx?$|__pycache__")
RECIPES = {
    "A provider": (r"mailchimp|Mailchimp|MAILCHIMP", r"ingestion/files/"),
    "A node kind": (r"UpdateProfileNode|UpdateProfilePanel|update_profile", r"$^"),
    "A condition leaf": (
        r"PercentileIs|PercentileLeaf|percentile_is|case 'percentile'|\"percentile\": \"",
        r"intelligence",
    ),
    "A customer column": (r"\bgender\b", r"$^"),
    "A message event kind": (r"\bcomplained\b|COMPLAINED", r"providers/"),
}
"""Title of the recipe -> what today's kind is named by, and files that name it for another reason."""


@cache
def _sources() -> dict[str, str]:
    paths = (path for folder in SOURCES for path in sorted((ROOT / folder).rglob("*")) if path.suffix in _KINDS)
    named = {str(path.relative_to(ROOT)): path for path in paths}
    return {name: path.read_text(encoding="utf-8") for name, path in named.items() if not _GENERATED.search(name)}


def _section(title: str) -> tuple[int, set[str]]:
    """The number in the heading, and the files of the list below it."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    found = re.search(rf"^### {title} \((\d+) files\)\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, title
    listed = "\n".join(line for line in found[2].splitlines() if line.startswith("- "))
    return int(found[1]), set(re.findall(r"`([\w/.-]+\.\w+)`", listed))


def _named(title: str) -> set[str]:
    pattern, other = RECIPES[title]
    return {name for name, text in _sources().items() if re.search(pattern, text) and not re.search(other, name)}


@pytest.mark.parametrize("title", RECIPES)
def test_a_recipe_names_every_place(title: str):
    count, listed = _section(title)
    assert listed == _named(title)
    assert count == len(listed)
