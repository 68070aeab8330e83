"""`make serve`: a second one says so, Ctrl-C and SIGKILL leave nothing behind, what was stored is there again."""

import os
import re
import shutil
import signal
import subprocess

import httpx
import psutil
import pytest

from stack.run_folder import ROOT
from stack.specs import ROLES
from tests.e2e.runs import Run, none_lives

SEGMENT = {"name": "Everybody", "condition": {"kind": "all", "of": []}}


def app(run: Run) -> httpx.Client:
    state = run.state()
    headers = {"Authorization": f"Bearer {state['keys']['api_key']}"}
    return httpx.Client(base_url=state["urls"]["api"], headers=headers, trust_env=False, timeout=30)


def test_a_stack_is_found_killed_and_started_again(start):
    first = start("stack.serve")
    first.until_ready()
    pids = first.pids()
    assert len(pids) == len(("postgres", "temporal", "sandbox", "api", *ROLES))
    with app(first) as client:
        assert client.post("/segments", json=SEGMENT).status_code == 201

    second = start("stack.serve")
    assert second.wait() == 0
    assert f"already running at {first.state()['urls']['api']}" in second.said()
    assert all(psutil.pid_exists(pid) for pid in pids)

    first.process.kill()
    assert none_lives(pids)

    third = start("stack.serve")
    third.until(lambda: third.state()["supervisor"]["pid"] == third.process.pid, "its own state")
    third.until_ready()
    with app(third) as client:
        names = [segment["name"] for segment in client.get("/segments").json()["items"]]
    assert names == [SEGMENT["name"]]
    pids = third.pids()
    third.process.send_signal(signal.SIGINT)
    assert third.wait() == 0, third.said()
    assert none_lives(pids)


def test_the_example_of_the_readme_works_as_it_is_written(start):
    if shutil.which("curl") is None:
        pytest.skip("NOT CHECKED: curl is not on this machine")
    blocks = re.findall(r"^```sh\n(.*?)^```", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    assert len(blocks) == 1
    run = start("stack.serve")
    run.until_ready()
    state = run.state()
    keys = {"KEY": state["keys"]["api_key"], "WRITE_KEY": state["keys"]["write_key"]}
    done = subprocess.run(
        ["bash", "-euc", blocks[0]],
        env={**os.environ, **keys, "APP": state["urls"]["api"], "no_proxy": "*"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    answers = done.stdout.strip().splitlines()
    before, after = answers[-3], answers[-1]
    assert '"node_id":"buys"' in before
    assert '"state":"active"' in before
    assert '"exit_reason":"bought"' in after
