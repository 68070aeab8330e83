"""`python -m scripts.web build|check|test`: the web app, built once and again whenever its sources change.

Node is the system's when it is new enough, else the one that requirements/run.lock installs into .venv.
"""

import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from scripts.setup import ROOT, one_at_a_time, say

WEB = ROOT / "web"
DIST = WEB / "dist"
BUILT = DIST / ".built-from"
INSTALLED = WEB / "node_modules" / ".installed-from"
BIN = Path(sys.executable).parent
OLDEST_NODE = (22, 22)
_NEW, _OLD = WEB / "dist.new", WEB / "dist.old"
_NOT_SOURCES = {"node_modules", DIST.name, _NEW.name, _OLD.name}
_GENERATED = WEB / "src" / "api" / "schema.ts"
_TAIL = 30


class WebError(Exception):
    """What went wrong, for people."""


def node_folder() -> Path:
    """Where `node` and `npm` are.

    Raises:
        WebError: nowhere, or they are too old.

    """
    candidates = [Path(found).parent for found in (shutil.which("node"),) if found]
    for folder in (*candidates, BIN):
        if (folder / "npm").exists() and _version(folder / "node") >= OLDEST_NODE:
            return folder
    wanted = ".".join(map(str, OLDEST_NODE))
    raise WebError(
        f"Node {wanted} or newer is missing: install it, or run `make setup` for the one that comes as a wheel"
    )


def _version(node: Path) -> tuple[int, ...]:
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False, timeout=60).stdout
    except (OSError, subprocess.TimeoutExpired):
        return (0,)
    return tuple(int(part) for part in re.findall(r"\d+", said)[:2]) or (0,)


def _sources() -> Iterator[Path]:
    for folder, folders, files in os.walk(WEB):
        folders[:] = sorted(name for name in folders if name not in _NOT_SOURCES)
        yield from (Path(folder) / name for name in sorted(files) if Path(folder) / name != _GENERATED)


def digest() -> str:
    """What a build is known by: every source file, by path and content."""
    whole = hashlib.sha256()
    for file in _sources():
        whole.update(f"{file.relative_to(WEB)}\0".encode() + file.read_bytes() + b"\0")
    return whole.hexdigest()


def _says(file: Path, text: str) -> bool:
    return file.exists() and file.read_text() == text


def run(*arguments: str) -> None:
    """Run npm in web/.

    Raises:
        WebError: it failed; what it said last is in the message.

    """
    folder = node_folder()
    environment = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}", "CI": "1"}
    done = subprocess.run(
        [str(folder / "npm"), *arguments], cwd=WEB, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-_TAIL:])
        raise WebError(f"npm {' '.join(arguments)} failed:\n{tail}")


def install() -> None:
    """Install what package-lock.json names, once a change of it; make the API's types."""
    lock = hashlib.sha256((WEB / "package-lock.json").read_bytes()).hexdigest()
    if not _says(INSTALLED, lock):
        say("installing what the web app is built with (only this first time, or when its lock changes)")
        run("ci")
        INSTALLED.write_text(lock)
    run("run", "api")


def build() -> None:
    """Build web/dist if it is not what the sources say.

    Raises:
        WebError: it can't be built.

    """
    if _says(BUILT, digest()):
        return
    with one_at_a_time():
        wanted = digest()
        if _says(BUILT, wanted):
            return
        install()
        say("building the web app")
        shutil.rmtree(_NEW, ignore_errors=True)
        run("run", "build", "--", "--outDir", _NEW.name)
        _pack(_NEW / "assets")
        (_NEW / BUILT.name).write_text(wanted)
        _put_in_place()


def _pack(folder: Path) -> None:
    """Put a compressed copy beside each file: the API hands it out as it is, and packs nothing while it serves."""
    for file in [*folder.glob("*.js"), *folder.glob("*.css")]:
        file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes(), 9, mtime=0))


def _put_in_place() -> None:
    """Whoever is served meanwhile gets the old app or the new one, whole."""
    shutil.rmtree(_OLD, ignore_errors=True)
    if DIST.exists():
        DIST.rename(_OLD)
    _NEW.rename(DIST)
    shutil.rmtree(_OLD, ignore_errors=True)


def check() -> None:
    """Style and types of the web app.

    Raises:
        WebError: something is wrong with them.

    """
    with one_at_a_time():
        install()
    run("run", "lint")
    run("run", "types")


def test() -> None:
    """The web app's own tests.

    Raises:
        WebError: one failed.

    """
    with one_at_a_time():
        install()
    run("run", "test")


def main() -> int:
    """Do what the first argument names; with `--optional`, go on without the web app when it can't be built."""
    actions = {"build": build, "check": check, "test": test}
    action = actions.get(sys.argv[1] if len(sys.argv) > 1 else "build")
    if action is None:
        say(f"unknown: {sys.argv[1]!r}; one of {', '.join(actions)}")
        return 2
    try:
        action()
    except WebError as error:
        print(f"campaign-flow: {error}", file=sys.stderr)
        if "--optional" in sys.argv:
            say("the web app could not be built (see above); everything else works without it")
            return 0
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
