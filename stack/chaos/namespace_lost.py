"""Temporal's whole database is deleted under running journeys: the reconciler starts them again from their rows."""

import asyncio
import os
import signal
import sys
import time
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

import httpx
import psycopg

from stack import examples, observe
from stack.chaos import invariants
from stack.observe import Snapshot
from stack.processes import StackError
from stack.run_folder import ROOT
from stack.supervisor import Stack, StackOptions

EXAMPLE = "win_back"
_LOOK_SECONDS = 0.5
_PATIENCE_SECONDS = 1_200.0


@dataclass(frozen=True)
class NamespaceLost:
    """`chaos.namespace_lost` of `.run/chaos-report.json`."""

    journeys: int
    open_when_lost: int
    reconciled: str
    """What the reconciler said."""
    reconcile_seconds: float
    ended: int
    duplicates: int
    lost: int

    @property
    def problems(self) -> list[str]:
        """What must hold and does not."""
        rules = {
            "no journey was open when Temporal's data was deleted": self.open_when_lost > 0,
            f"{self.journeys - self.ended} journeys did not end": self.journeys == self.ended,
            f"{self.duplicates} messages were sent twice": self.duplicates == 0,
            f"{self.lost} messages are in the ledger or in the inbox alone": self.lost == 0,
        }
        return [words for words, holds in rules.items() if not holds]

    def as_json(self) -> dict[str, Any]:
        """For the file."""
        return {**asdict(self), "problems": self.problems}


def stack_options(day_seconds: float) -> StackOptions:
    """A stack that starts again what dies; every push is reported on, so that ledger and inbox can be compared."""
    return StackOptions(time_scale=day_seconds / 86400, fresh=True, heal=True)


async def lose_namespace(stack: Stack) -> NamespaceLost:
    """Launch, delete Temporal's database while journeys are inside, reconcile, and watch them to their end.

    Raises:
        StackError: the app refused the campaign, or the journeys did not end in time.

    """
    headers = {"Authorization": f"Bearer {stack.keys['api_key']}"}
    app = httpx.AsyncClient(base_url=stack.url("api"), headers=headers, timeout=60, trust_env=False)
    sandbox = httpx.AsyncClient(base_url=stack.url("sandbox"), timeout=30, trust_env=False)
    connection = await psycopg.AsyncConnection.connect(stack.database_url, autocommit=True)
    async with app, sandbox, connection:
        slug = await examples.put_into(app, examples.read(EXAMPLE))
        (await app.post(f"/campaigns/{slug}/publish", json={})).raise_for_status()
        launched = await app.post(f"/campaigns/{slug}/launch", json={"key": "lost"})
        launched.raise_for_status()
        run = UUID(launched.json()["run_id"])
        inside = await _until(connection, run, lambda seen: seen.journeys > 0 and seen.journeys >= seen.audience > 0)
        await _delete_temporal(stack)
        began = time.monotonic()
        said = await _reconcile(stack)
        seconds = time.monotonic() - began
        seen = await _until(connection, run, lambda seen: seen.all_ended)
        _, _, duplicates, lost = await invariants.compare(connection, sandbox)
    return NamespaceLost(
        journeys=seen.journeys,
        open_when_lost=inside.journeys - inside.ended,
        reconciled=said,
        reconcile_seconds=round(seconds, 1),
        ended=seen.ended,
        duplicates=duplicates,
        lost=lost,
    )


async def _until(connection: psycopg.AsyncConnection[Any], run: UUID, holds: Any) -> Snapshot:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        seen = await observe.look(connection, run)
        if holds(seen):
            return seen
        if time.monotonic() > deadline:
            raise StackError(f"{seen.ended} of {seen.journeys} journeys ended in time; the stack's logs say why")
        await asyncio.sleep(_LOOK_SECONDS)


async def _delete_temporal(stack: Stack) -> None:
    """Unlink the files, then kill the server: the one that is started in its place finds nothing."""
    pid = stack.pid_of("temporal")
    assert pid is not None
    for file in stack.folder.path.glob("temporal.db*"):
        file.unlink()
    os.kill(pid, signal.SIGKILL)
    for _ in range(int(_PATIENCE_SECONDS / _LOOK_SECONDS)):
        if stack.pid_of("temporal") not in (pid, None):
            return
        await asyncio.sleep(_LOOK_SECONDS)
    raise StackError("Temporal did not come up again")


async def _reconcile(stack: Stack) -> str:
    """The operator's command, until Temporal answers it."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "campaigns.reconcile", "--all",
            cwd=ROOT, env={**os.environ, **stack.environment()},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        out, _ = await process.communicate()
        if process.returncode == 0:
            return out.decode().strip().splitlines()[-1]
        await asyncio.sleep(_LOOK_SECONDS)
    raise StackError("the reconciler did not reach Temporal")
