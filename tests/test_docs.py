"""The documentation: every link leads somewhere, every page can be reached, generated pages are current."""

import re
from functools import cache
from pathlib import Path

import pytest

from config.settings import Settings
from scripts import configuration, metrics

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
_LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_HEADING = re.compile(r"^#+ (?P<text>.+?)\s*$", re.MULTILINE)


def _pages() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def _links(page: Path) -> list[tuple[Path, str]]:
    """The relative links of a page: the file they lead to, and the heading."""
    found = []
    for match in _LINK.finditer(_CODE.sub("", page.read_text())):
        target, _, anchor = match["target"].partition("#")
        if not re.match(r"[a-z]+:", target):
            found.append(((page.parent / target).resolve() if target else page, anchor))
    return found


@cache
def _anchors(page: Path) -> set[str]:
    """The headings of a page as GitHub names them in addresses."""
    texts = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", match["text"]) for match in _HEADING.finditer(page.read_text()))
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in texts}


def _folder_pages(target: Path) -> list[Path]:
    return sorted(target.glob("*.md")) if target.is_dir() else [target]


@pytest.mark.parametrize("page", _pages(), ids=_name)
def test_every_relative_link_resolves(page: Path):
    broken = [
        f"{target.relative_to(ROOT)}#{anchor}"
        for target, anchor in _links(page)
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in _anchors(target))
    ]
    assert broken == []


def test_every_page_is_reached_from_the_index():
    seen: set[Path] = set()
    waiting = [DOCS / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md" or not page.exists():
            continue
        seen.add(page)
        waiting += [found for target, _ in _links(page) for found in _folder_pages(target)]
    assert [_name(page) for page in _pages() if page.is_relative_to(DOCS) and page not in seen] == []


def test_every_picture_is_shown_on_a_page():
    shown = {target for page in _pages() for target, _ in _links(page)}
    assert [_name(path) for path in sorted((DOCS / "images").glob("*")) if path not in shown] == []


def test_the_settings_are_documented_as_they_are():
    assert configuration.FILE.read_text() == configuration.page()


def test_the_metrics_are_documented_as_they_are():
    assert metrics.FILE.read_text() == metrics.page()


def test_every_setting_stands_in_a_section():
    named = [name for names in configuration.sections().values() for name in names]
    assert sorted(named) == sorted(Settings.model_fields)
    assert "" not in configuration.sections()


@pytest.mark.parametrize("path", ["api/app.py", "config/telemetry.py", "web/package.json", "pyproject.toml"])
def test_the_version_is_written_once(path: str):
    count = len(re.findall(r'"?version"?\s*[=:]\s*"\d+\.\d+\.\d+', (ROOT / path).read_text()))
    assert count == (1 if path == "pyproject.toml" else 0)


def test_no_page_names_a_file_that_is_not_there():
    """Code spans that look like a path of this repository."""
    tops = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
    missing = [
        f"{_name(page)}: {span}"
        for page in _pages()
        if page.name != "CHANGELOG.md"
        for span in re.findall(r"`([a-z_]+/[\w./-]+\.(?:py|tsx?|sql|md|json|yml|toml))`", page.read_text())
        if span.split("/")[0] in tops and not (ROOT / span).exists() and not (page.parent / span).exists()
    ]
    assert missing == []
