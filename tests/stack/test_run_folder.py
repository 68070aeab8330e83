"""A run's folder: one owner, private files, and no process of an earlier run left alive or wrongly ended."""

import json
import subprocess
import sys

import psutil
import pytest

from stack.run_folder import RunFolder, acquire_any

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def sleeper():
    process = subprocess.Popen(SLEEPER)
    yield process
    process.kill()
    process.wait()


def test_one_living_owner(tmp_path):
    first, second = RunFolder("serve", tmp_path), RunFolder("serve", tmp_path)
    assert first.acquire()
    assert not second.acquire()
    first.release()
    assert second.acquire()


def test_the_next_demo_takes_the_next_folder(tmp_path):
    first = acquire_any("demo", tmp_path)
    second = acquire_any("demo", tmp_path)
    assert (first.name, second.name) == ("demo", "demo-2")
    first.release()
    assert acquire_any("demo", tmp_path).name == "demo"


def test_state_is_private_and_the_newest_is_found_at_the_top(tmp_path):
    folder = acquire_any("demo", tmp_path)
    folder.write_state({"keys": {"api_key": "secret"}})
    written = folder.path / "stack.json"
    assert written.stat().st_mode & 0o077 == 0
    assert json.loads((tmp_path / "stack.json").read_text()) == folder.state()


@pytest.mark.parametrize("content", ["", "{", "[1]", "null"])
def test_a_broken_state_file_counts_as_none(tmp_path, content):
    folder = acquire_any("demo", tmp_path)
    (folder.path / "stack.json").write_text(content)
    assert folder.state() == {}
    assert folder.end_leftovers() == []


def test_kept_keys_stay_the_same_and_private(tmp_path):
    folder = acquire_any("serve", tmp_path)
    first = folder.keep("secrets.json", lambda: {"key": "one"})
    assert folder.keep("secrets.json", lambda: {"key": "two"}) == first
    assert (folder.path / "secrets.json").stat().st_mode & 0o077 == 0


def test_emptying_keeps_the_lock(tmp_path):
    folder = acquire_any("demo", tmp_path)
    folder.logs().joinpath("api.log").write_text("old")
    folder.write_state({})
    folder.empty()
    assert [entry.name for entry in folder.path.iterdir()] == ["lock"]
    assert not RunFolder("demo", tmp_path).acquire()


def test_a_left_over_process_is_ended(tmp_path, sleeper):
    folder = acquire_any("serve", tmp_path)
    started = psutil.Process(sleeper.pid).create_time()
    folder.write_state({"processes": {"api": {"pid": sleeper.pid, "started": started}}})
    assert folder.end_leftovers() == ["api"]
    assert not psutil.pid_exists(sleeper.pid)


def test_a_process_that_only_got_the_same_id_is_left_alone(tmp_path, sleeper):
    folder = acquire_any("serve", tmp_path)
    started = psutil.Process(sleeper.pid).create_time()
    folder.write_state({"processes": {"api": {"pid": sleeper.pid, "started": started - 3600}}})
    assert folder.end_leftovers() == []
    assert sleeper.poll() is None
