"""A release: real git in a repository made for the test."""

import datetime
import re
import subprocess
import tarfile
from pathlib import Path

import pytest
import yaml

from scripts.commit_message import problems
from scripts.release import ReleaseError, cut_changelog, release

ROOT = Path(__file__).resolve().parent.parent
CHANGELOG = "# Changelog\n\n## Unreleased\n\n### Added\n- A thing.\n"


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    root = tmp_path / "repository"
    root.mkdir()
    (root / "pyproject.toml").write_text('[project]\nname = "x"\nversion = "0.1.0"\n\n[tool.x]\nversion = "9.9.9"\n')
    (root / "CHANGELOG.md").write_text(CHANGELOG)
    (root / ".gitignore").write_text("/dist/\n")
    git(root, "init", "-q")
    git(root, "config", "user.email", "a@shop.example")
    git(root, "config", "user.name", "A")
    git(root, "add", "--all")
    git(root, "commit", "-qm", "Begin")
    return root


def nothing() -> None:
    """All is well."""


def refuse() -> None:
    raise ReleaseError("make test failed")


def test_it_writes_tags_and_builds(repository: Path):
    described: list[str] = []
    built = release(repository, "0.2.0", check=nothing, describe=lambda: described.append("api"))
    assert built[0] == "dist/campaign-flow-0.2.0.tar.gz"
    assert described == ["api"]
    assert git(repository, "describe", "--exact-match") == "v0.2.0"
    assert git(repository, "log", "-1", "--format=%s") == "Release 0.2.0"
    assert git(repository, "status", "--porcelain") == ""
    written = (repository / "pyproject.toml").read_text()
    assert re.findall(r'version = "(.+)"', written) == ["0.2.0", "9.9.9"]
    with tarfile.open(repository / built[0]) as archive:
        held = archive.extractfile("campaign-flow-0.2.0/CHANGELOG.md")
        assert held is not None
        text = held.read().decode()
    assert re.search(r"## Unreleased\n\n## 0\.2\.0 - \d{4}-\d\d-\d\d\n\n### Added\n- A thing\.", text)


def test_the_present_version_is_released_once(repository: Path):
    release(repository, "0.1.0", check=nothing, describe=nothing)
    with pytest.raises(ReleaseError, match="tagged already"):
        release(repository, "0.1.0", check=nothing, describe=nothing)


@pytest.mark.parametrize(("version", "said"), [("0.0.9", "lower"), ("", "not of the form"), ("v1.0.0", "not of the")])
def test_a_version_that_cannot_be_is_refused(repository: Path, version: str, said: str):
    with pytest.raises(ReleaseError, match=said):
        release(repository, version, check=nothing, describe=nothing)


def test_what_fails_changes_nothing(repository: Path):
    with pytest.raises(ReleaseError, match="make test"):
        release(repository, "0.2.0", check=refuse, describe=nothing)
    assert git(repository, "status", "--porcelain") == ""
    assert git(repository, "tag") == ""


def test_uncommitted_changes_and_an_empty_changelog_are_refused(repository: Path):
    (repository / "new").write_text("x")
    with pytest.raises(ReleaseError, match="not committed"):
        release(repository, "0.2.0", check=nothing, describe=nothing)
    with pytest.raises(ReleaseError, match="nothing under Unreleased"):
        cut_changelog("## Unreleased\n\n## 0.1.0\n- Old.\n", "0.2.0", datetime.date(2026, 1, 1))


def test_the_changelog_can_be_cut():
    cut_changelog((ROOT / "CHANGELOG.md").read_text(), "9.0.0", datetime.date(2026, 1, 1))


@pytest.mark.parametrize(
    ("message", "count"),
    [
        ("Add a thing", 0),
        ("Add a thing\n\nBecause.\n", 0),
        ("x" * 73, 2),
        ("Add a thing.", 1),
        ("Add\nmore", 1),
        ("", 1),
    ],
)
def test_commit_subjects(message: str, count: int):
    assert len(problems(message)) == count


def test_hooks_and_ci_name_commands_that_exist():
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    modules = re.findall(r"-m (scripts\.\w+)", " ".join(hook["entry"] for hook in hooks))
    assert [name for name in modules if not (ROOT / f"{name.replace('.', '/')}.py").exists()] == []
    targets = re.findall(r"^(\w[\w-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    jobs = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())["jobs"]
    run = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    made = [line.removeprefix("make ") for line in run if line.startswith("make ")]
    assert sorted(made) == ["check", "test"]
    assert set(made) <= set(targets)
