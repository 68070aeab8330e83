"""Make .venv hold exactly what a lock file names, once per change of it. Standard library only.

`python scripts/setup.py run` installs what the app needs, `dev` what its tests need as well. A set-up that was cut
short is taken up again: only a finished one leaves its stamp.
"""

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "campaign-flow.stamp"
_PLAIN_STEP = 20
_TAIL = 15


class SetupError(Exception):
    """What is missing, in one line."""


def say(line: str) -> None:
    """One line of progress."""
    print(f"campaign-flow: {line}", flush=True)


def lock_file(kind: str) -> Path:
    """The lock of that kind of installation: `run` or `dev`."""
    return ROOT / "requirements" / f"{kind}.lock"


def digest(kind: str) -> str:
    """What a finished installation of that kind is known by."""
    return f"{kind}:{hashlib.sha256(lock_file(kind).read_bytes()).hexdigest()}"


def is_installed(kind: str) -> bool:
    """Whether .venv works and holds that lock, or the larger `dev` one."""
    try:
        stamp = STAMP.read_text().split()
    except OSError:
        return False
    return (digest(kind) in stamp or digest("dev") in stamp) and _runs(PYTHON)


def _runs(python: Path) -> bool:
    try:
        return subprocess.run([python, "-c", ""], capture_output=True, check=False, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold the set-up's lock: `make test` beside `make demo` waits in place of installing over it."""
    import fcntl

    folder = ROOT / ".run"
    folder.mkdir(exist_ok=True)
    with (folder / "setup.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("another set-up is at work, waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def make_venv() -> None:
    """A .venv whose pip runs; one that an interrupted set-up left broken is made anew."""
    if _runs(PYTHON) and _has_pip():
        return
    if VENV.exists():
        shutil.rmtree(VENV)
    say(f"making .venv with Python {sys.version.split()[0]}")
    if _create_venv() and _has_pip():
        return
    _install_venv_package()
    shutil.rmtree(VENV, ignore_errors=True)
    if not (_create_venv() and _has_pip()):
        raise SetupError(f"{sys.executable} -m venv does not work: install Python's venv module (ensurepip)")


def _create_venv() -> bool:
    return subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, check=False).returncode == 0


def _has_pip() -> bool:
    try:
        return subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _install_venv_package() -> None:
    """Debian and Ubuntu keep the venv module in a package of its own."""
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if shutil.which("apt-get") is None:
        return
    if os.geteuid() != 0:
        raise SetupError(f"Python's venv module is missing. As root: apt-get install {package}")
    say(f"Python's venv module is missing: installing {package} with apt-get")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", package]):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        tail = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise SetupError(f"apt-get could not install {package}: {tail}")


def install(kind: str) -> None:
    """Install the lock into .venv, with its hashes checked."""
    lock = lock_file(kind)
    total = sum(1 for line in lock.read_text().splitlines() if line[:1].isalnum())
    say(f"installing {total} packages from requirements/{kind}.lock (only this first time, or when the lock changes)")
    STAMP.unlink(missing_ok=True)
    command = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--no-deps", "--no-input"]
    command += ["--disable-pip-version-check", "--progress-bar", "off", "--no-warn-script-location", "-r", str(lock)]
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    tail: list[str] = []
    fetched = 0
    with contextlib.ExitStack() as stack:
        stack.callback(process.kill)
        for line in process.stdout or ():
            tail = [*tail, line.rstrip()][-_TAIL:]
            if line.startswith(("Collecting ", "Requirement already satisfied")):
                fetched += 1
                _progress(fetched, total)
            elif line.startswith("Installing collected packages"):
                _end_progress()
                say("unpacking")
        code = process.wait()
    if code != 0:
        _end_progress()
        print("\n".join(tail), file=sys.stderr)
        raise SetupError(
            "pip could not install the packages (above is what it said); run the same command again to go on"
        )
    STAMP.write_text(digest(kind) + "\n")
    say(f"ready after {time.monotonic() - started:.0f} s")


def _progress(done: int, total: int) -> None:
    if sys.stdout.isatty():
        print(f"\rcampaign-flow: fetched {min(done, total)} of {total}", end="", flush=True)
    elif done % _PLAIN_STEP == 0:
        say(f"fetched {min(done, total)} of {total}")


def _end_progress() -> None:
    if sys.stdout.isatty():
        print(flush=True)


def main() -> int:
    """Set up what the first argument names; 0 when it is there."""
    kind = sys.argv[1] if len(sys.argv) > 1 else "run"
    if kind not in ("run", "dev"):
        say(f"unknown installation {kind!r}: run or dev")
        return 2
    if is_installed(kind):
        return 0
    try:
        with one_at_a_time():
            if not is_installed(kind):
                make_venv()
                install(kind)
    except SetupError as error:
        print(f"campaign-flow: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ncampaign-flow: set-up interrupted; the same command takes it up again", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
