"""`make release VERSION=1.2.3`: check, write the version, cut the changelog, commit, tag, build.

The tag is not pushed. Where a step fails, nothing is committed or tagged.
"""

import datetime
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_VERSION = re.compile(r"\d+\.\d+\.\d+")
_WRITTEN = re.compile(r'^version = "(?P<version>[^"]+)"$', re.MULTILINE)
_UNRELEASED = "## Unreleased\n"


class ReleaseError(Exception):
    """Why there can be no release, in one line."""


def git(root: Path, *arguments: str) -> str:
    """What git prints. Raises ReleaseError with its words where it fails."""
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ReleaseError(f"git {arguments[0]}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout.strip()


def require_releasable(root: Path, version: str) -> None:
    """Raises ReleaseError unless the work tree is clean and the version is new and not lower than the present one."""
    if not _VERSION.fullmatch(version):
        raise ReleaseError(f"VERSION={version or '(empty)'} is not of the form 1.2.3")
    if git(root, "status", "--porcelain"):
        raise ReleaseError("the work tree has changes that are not committed")
    if git(root, "tag", "--list", f"v{version}"):
        raise ReleaseError(f"v{version} is tagged already")
    written = _WRITTEN.search((root / "pyproject.toml").read_text())
    if written is None:
        raise ReleaseError("pyproject.toml has no version")
    if _numbers(version) < _numbers(written["version"]):
        raise ReleaseError(f"{version} is lower than the present version {written['version']}")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def cut_changelog(text: str, version: str, day: datetime.date) -> str:
    """The changelog with all of "Unreleased" under the version. Raises ReleaseError where nothing is there."""
    before, heading, after = text.partition(_UNRELEASED)
    entries = after.partition("\n## ")[0]
    if not heading or "\n- " not in entries:
        raise ReleaseError("CHANGELOG.md has nothing under Unreleased")
    return f"{before}{_UNRELEASED}\n## {version} - {day.isoformat()}\n{after}"


def write_version(root: Path, version: str, day: datetime.date) -> None:
    """Write the version into pyproject.toml, and cut the changelog."""
    changelog = root / "CHANGELOG.md"
    cut = cut_changelog(changelog.read_text(), version, day)
    project = root / "pyproject.toml"
    project.write_text(_WRITTEN.sub(f'version = "{version}"', project.read_text(), count=1))
    changelog.write_text(cut)


def tag(root: Path, version: str) -> None:
    """Commit what was written, and tag it."""
    git(root, "commit", "--all", "--message", f"Release {version}")
    git(root, "tag", "--annotate", f"v{version}", "--message", f"Campaign Flow {version}")


def build(root: Path, version: str) -> list[str]:
    """The source archive in dist/, and an image where Docker is installed. Returns the names of what was built."""
    folder = root / "dist"
    folder.mkdir(exist_ok=True)
    archive = folder / f"campaign-flow-{version}.tar.gz"
    prefix = f"campaign-flow-{version}/"
    git(root, "archive", "--format=tar.gz", f"--prefix={prefix}", f"--output={archive}", f"v{version}")
    built = [str(archive.relative_to(root))]
    if shutil.which("docker"):
        subprocess.run(["docker", "build", "--tag", f"campaign-flow:{version}", "."], cwd=root, check=True)
        built.append(f"image campaign-flow:{version}")
    return built


def check() -> None:
    """`make check` and `make test`. Raises ReleaseError where one fails."""
    for target in ("check", "test"):
        if subprocess.run(["make", target], cwd=ROOT, check=False).returncode != 0:
            raise ReleaseError(f"make {target} failed")


def describe_api() -> None:
    """Write the API's description again: it holds the version. In a process of its own, which reads the new one."""
    subprocess.run([sys.executable, "-m", "scripts.openapi"], cwd=ROOT, check=True)


def release(root: Path, version: str, *, check: Callable[[], None], describe: Callable[[], None]) -> list[str]:
    """Make the release of that version; returns what was built.

    Args:
        root: the repository.
        version: of the form 1.2.3; the present one if it has no tag yet.
        check: raises ReleaseError where the code must not be released.
        describe: writes generated files that hold the version.
    """
    require_releasable(root, version)
    cut_changelog((root / "CHANGELOG.md").read_text(), version, datetime.date.min)
    check()
    write_version(root, version, datetime.datetime.now(datetime.UTC).date())
    describe()
    tag(root, version)
    return build(root, version)


def main() -> int:
    """The release named by the first argument; 1 where there is none, with the reason."""
    version = sys.argv[1] if len(sys.argv) > 1 else ""
    try:
        built = release(ROOT, version, check=check, describe=describe_api)
    except ReleaseError as error:
        print(f"no release: {error}", file=sys.stderr)
        return 1
    print(f"tagged v{version}; built {', '.join(built)}")
    print(f"publish it by: git push origin main v{version}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
