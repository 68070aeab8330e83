"""A child of the stack: ready, restarted, given up, ended; and the guardian that ends it after its master."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from stack.processes import Child, ChildSpec, OrphanReaper, StackError, succeeds

SLEEP = "import time; time.sleep(120)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(120)"
)


@pytest.fixture
async def guardian():
    keeper = OrphanReaper()
    await keeper.start()
    yield keeper
    await keeper.stop()


def make(code: str, tmp_path: Path, guardian: OrphanReaper, **options) -> Child:
    spec = ChildSpec("child", [sys.executable, "-c", code], options.pop("ready", succeeds("true")), **options)
    return Child(spec, tmp_path / "child.log", guardian)


async def until(holds) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.02)


async def test_it_is_ready_when_its_probe_says_so(tmp_path: Path, guardian):
    flag = tmp_path / "flag"
    code = f"import pathlib, time; time.sleep(0.3); pathlib.Path({str(flag)!r}).touch(); time.sleep(60)"

    async def ready() -> bool:
        return flag.exists()

    child = make(code, tmp_path, guardian, ready=ready)
    await child.start()
    assert flag.exists()
    await child.stop()
    assert child.pid is None


async def test_a_child_that_fails_at_its_start_shows_the_end_of_its_log(tmp_path, guardian):
    child = make("raise SystemExit('no database here')", tmp_path, guardian, ready=succeeds("false"))
    with pytest.raises(StackError, match="no database here"):
        await child.start()


async def test_a_child_that_is_never_ready_is_told_of(tmp_path, guardian):
    child = make(SLEEP, tmp_path, guardian, ready=succeeds("false"), start_timeout=0.3)
    with pytest.raises(StackError, match="was not ready"):
        await child.start()
    await child.stop()


async def test_a_killed_child_is_started_again(tmp_path, guardian):
    child = make(SLEEP, tmp_path, guardian)
    await child.start()
    changes: list[int] = []
    watching = asyncio.create_task(child.watch(lambda: changes.append(child.pid or 0)))
    first = child.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await until(lambda: changes)
    assert child.pid not in (None, first)
    assert child.describe()["restarts"] == 1
    await child.stop()
    await watching


async def test_a_child_that_keeps_dying_is_given_up(tmp_path, guardian):
    child = make("raise SystemExit('again')", tmp_path, guardian, restarts=1)
    with contextlib.suppress(StackError):
        await child.start()
    async with asyncio.timeout(30):
        with pytest.raises(StackError, match="2 times in a row"):
            await child.watch(lambda: None)


async def test_one_that_ignores_sigterm_is_killed(tmp_path, guardian):
    log = tmp_path / "child.log"

    async def ready() -> bool:
        said: bool = log.exists() and b"up" in log.read_bytes()
        return said

    child = make(STUBBORN, tmp_path, guardian, ready=ready, stop_timeout=0.3)
    await child.start()
    pid = child.pid
    assert pid is not None
    await child.stop()
    assert not psutil.pid_exists(pid)


async def test_a_stop_during_the_pause_before_a_restart_starts_nothing(tmp_path, guardian):
    child = make(SLEEP, tmp_path, guardian, restarts=50)
    await child.start()
    watching = asyncio.create_task(child.watch(lambda: None))
    pid = child.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    await until(lambda: child.deaths == 1)
    await child.stop()
    await watching
    assert child.pid is None


MASTER = """
import asyncio, sys
from pathlib import Path
from stack.processes import Child, ChildSpec, OrphanReaper, succeeds

async def main():
    guardian = OrphanReaper()
    await guardian.start()
    spec = ChildSpec("child", [sys.executable, "-c", "import time; time.sleep(120)"], succeeds("true"))
    child = Child(spec, Path(sys.argv[1]), guardian)
    await child.start()
    print(child.pid, flush=True)
    await asyncio.sleep(120)

asyncio.run(main())
"""


def test_children_do_not_outlive_a_killed_master(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", MASTER, str(tmp_path / "child.log")], stdout=subprocess.PIPE, text=True
    ) as master:
        assert master.stdout is not None
        child = psutil.Process(int(master.stdout.readline()))
        master.kill()
        gone, alive = psutil.wait_procs([child], timeout=20)
    assert (len(gone), len(alive)) == (1, 0)
