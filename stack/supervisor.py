"""Everything that one machine runs: PostgreSQL, Temporal, the provider sandbox, the API and a worker for each role."""

import asyncio
import contextlib
import os
import secrets
import signal
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Self

import psutil

from providers.sandbox.test_keys import make_keys, sandbox_environment
from stack import ports, postgres, specs
from stack.processes import Child, ChildSpec, OrphanReaper, StackError
from stack.run_folder import RunFolder
from stack.sdk_log import SdkLogs
from store.migrate import begin, migrate

Say = Callable[[str], None]
_NO_END = 1_000_000
_LOOK_SECONDS = 0.1
_SHORTEST_DEADLINE_SECONDS = 120.0


@dataclass(frozen=True)
class StackOptions:
    """What differs between `make serve`, the demo and the tests."""

    time_scale: float = 1.0
    """Real seconds per business second."""
    environment: dict[str, str] = field(default_factory=dict)
    """Further settings of every process."""
    sandbox: tuple[str, ...] = ()
    """Further arguments of the provider sandbox (`--behaviour`, `--faults`, `--seed`)."""
    fresh: bool = False
    """Forget all that an earlier run of this folder kept; on a server given by URL, use a database of its own."""
    durable: bool = True
    """False trades crash safety of the embedded database for speed."""
    opt_in: bool = False
    """Whether marketing e-mail and SMS need consent; the customers of the examples' shops have given none."""
    two: bool = False
    """A second API and a second relay run beside the first ones."""
    without: tuple[str, ...] = ()
    """Processes that are not started, `worker-intelligence` say."""
    heal: bool = False
    """Start again whatever dies, however often, the embedded PostgreSQL included: for a run that kills on purpose."""


class Stack:
    """`async with Stack(folder, options) as stack`: everything runs inside the block, nothing after it.

    `folder` must be acquired. Entering raises StackError when something can't start; all that did start is ended.
    """

    def __init__(self, folder: RunFolder, options: StackOptions, say: Say) -> None:
        self.folder = folder
        self.options = options
        self.children: dict[str, Child] = {}
        self.database_url = ""
        self.database_ready = asyncio.Event()
        """Set once the database is migrated: well before the app runs."""
        self.say = say
        self._claims = ports.Ports()
        second = specs.SECOND_PORTS if options.two else ()
        self._ports = self._claims.claim(
            [*ports.USUAL, "api_metrics", *(f"worker_{role}" for role in specs.ROLES), *second]
        )
        self._guardian = OrphanReaper()
        self._postgres: Any = None
        self._own_database: tuple[str, str] | None = None
        self._watches: list[asyncio.Task[None]] = []
        self._failure: asyncio.Future[StackError] | None = None
        self._state = "starting"
        self.keys: dict[str, str] = {}
        """`secret_key` and `api_key` of this folder."""
        self._sandbox_keys: dict[str, str] = {}
        self._sdk_logs: SdkLogs | None = None

    @property
    def ports(self) -> dict[str, int]:
        """Where each server listens, by name: `api`, `api_metrics`, `worker_senders`, ..."""
        return dict(self._ports)

    def url(self, name: str) -> str:
        """Base URL of `api`, `temporal_ui` or `sandbox`, without a slash at its end."""
        return f"http://{ports.HOST}:{self._ports[name]}"

    @property
    def write_key(self) -> str:
        """The key of /v1/*."""
        return self._sandbox_keys["write_key"]

    @property
    def temporal_address(self) -> str:
        """Host and port of Temporal's gRPC front end."""
        return f"{ports.HOST}:{self._ports['temporal']}"

    def environment(self) -> dict[str, str]:
        """The settings that every process of this stack shares."""
        return {
            **sandbox_environment(self.url("sandbox"), self.url("api"), self._sandbox_keys),
            "CAMPAIGN_FLOW_DATABASE_URL": self.database_url,
            "CAMPAIGN_FLOW_TEMPORAL_ADDRESS": self.temporal_address,
            "CAMPAIGN_FLOW_TEMPORAL_UI_URL": self.url("temporal_ui"),
            "CAMPAIGN_FLOW_SECRET_KEY": self.keys["secret_key"],
            "CAMPAIGN_FLOW_BOOTSTRAP_API_KEY": self.keys["api_key"],
            "CAMPAIGN_FLOW_TIME_SCALE": repr(self.options.time_scale),
            **_patience(self.options.time_scale),
            **self.options.environment,
        }

    def _sandbox_arguments(self) -> list[str]:
        return ["--time-scale", repr(self.options.time_scale), *self.options.sandbox]

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
        assert self._failure is not None
        return await asyncio.shield(self._failure)

    def complaints(self) -> list[str]:
        """Warnings and errors of Temporal's SDK so far."""
        return self._sdk_logs.complaints() if self._sdk_logs is not None else []

    def _was_killed(self) -> bool:
        return self.options.heal or any(child.deaths for child in self.children.values())

    async def _start(self) -> None:
        self._failure = asyncio.get_running_loop().create_future()
        await self._guardian.start()
        if leftovers := self.folder.end_leftovers():
            self.say(f"ended what an earlier run left behind: {', '.join(leftovers)}")
        if self.options.fresh:
            self.folder.empty()
        self.keys = self.folder.keep("secrets.json", _make_secrets)
        self._sandbox_keys = self.folder.keep(specs.SANDBOX_KEYS, make_keys)
        self._write_state()
        await _together(self._start_temporal(), self._start_database())
        self.say("starting the API, the sandbox and the workers")
        self._sdk_logs = SdkLogs(self.folder.logs(), self.say, killed=self._was_killed)
        self._watch(self._sdk_logs.watch())
        app = specs.app(self._ports, self.environment(), self.folder.path, self._sandbox_arguments())
        app += specs.second(self._ports, self.environment()) if self.options.two else []
        await _together(*(self._launch(spec) for spec in app if spec.name not in self.options.without))
        self._state = "ready"
        self._write_state()

    async def _start_database(self) -> None:
        given = os.environ.get("CAMPAIGN_FLOW_DATABASE_URL")
        if given:
            self.say("using the PostgreSQL server of CAMPAIGN_FLOW_DATABASE_URL")
            self.database_url = await asyncio.to_thread(self._given_database, given)
        else:
            self.say("starting PostgreSQL 18")
            await self._start_postgres()
            server_url = self._postgres.get_uri()
            self.database_url = await asyncio.to_thread(postgres.create_database, server_url, "campaign_flow")
            self._watch(self._watch_postgres())
        await asyncio.to_thread(migrate, self.database_url)
        await asyncio.to_thread(begin, self.database_url, opt_in=self.options.opt_in)
        self.database_ready.set()

    async def _start_postgres(self) -> None:
        """Danger: a thread can't be cancelled. A server that comes up after Ctrl-C must still be known, to be ended."""
        starting = asyncio.ensure_future(
            asyncio.to_thread(postgres.start, self.folder.path / "postgres", durable=self.options.durable)
        )
        try:
            await asyncio.shield(starting)
        finally:
            self._postgres = await starting
            self._guardian.add(self._postgres.get_pid(), signal.SIGINT)

    def _given_database(self, server_url: str) -> str:
        if not self.options.fresh:
            return server_url
        name = f"campaign_flow_{self.folder.name.replace('-', '_')}_{int(time.time())}"
        self._own_database = (server_url, name)
        return postgres.create_database(server_url, name)

    async def _start_temporal(self) -> None:
        self.say("starting Temporal")
        await self._launch(specs.temporal_server(self._ports, self.folder.path))
        if not await specs.keep_histories(self.temporal_address):
            raise StackError("Temporal did not take the retention of its namespace")

    async def _launch(self, spec: ChildSpec) -> None:
        if self.options.heal:
            spec = replace(spec, restarts=_NO_END)
        child = Child(spec, self.folder.logs() / f"{spec.name}.log", self._guardian)
        self.children[spec.name] = child
        await child.start()
        self._watch(child.watch(lambda: self._restarted(child)))
        self._write_state()

    async def start_worker(self, role: str) -> None:
        """Start the worker of a role that the stack was started `without`; returns when it is ready."""
        await self._launch(specs.worker(f"worker-{role}", role, self._ports[f"worker_{role}"], self.environment()))

    async def start_process(self, spec: ChildSpec) -> None:
        """Start one more, that ends with the stack; returns when it is ready."""
        await self._launch(spec)

    def _restarted(self, child: Child) -> None:
        self.say(f"{child.spec.name} had ended and was started again")
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
        while True:
            pid = self._postgres.get_pid()
            while postgres.is_alive(pid):  # noqa: ASYNC110 - it is no child of ours
                await asyncio.sleep(_LOOK_SECONDS)
            self._guardian.drop(pid)
            if not self.options.heal:
                raise StackError(f"PostgreSQL ended; its log is {self.folder.path / 'postgres' / 'log'}")
            await self._revive_postgres()

    async def _revive_postgres(self) -> None:
        """Danger: as in `_start_postgres`, a thread can't be cancelled."""
        reviving = asyncio.ensure_future(asyncio.to_thread(postgres.revive, self._postgres))
        try:
            await asyncio.shield(reviving)
        finally:
            await reviving
            self._guardian.add(self._postgres.get_pid(), signal.SIGINT)
        self.say("postgres had ended and was started again")
        self._write_state()

    def pid_of(self, name: str) -> int | None:
        """The process id of a child, or of `postgres` where it is embedded, while that runs."""
        if name == "postgres":
            pid: int | None = self._postgres.get_pid() if self._postgres is not None else None
            return pid if pid is not None and postgres.is_alive(pid) else None
        return self.children[name].pid if name in self.children else None

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
        self._claims.release()

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
                "keys": {
                    "api_key": self.keys.get("api_key"),
                    "write_key": self._sandbox_keys.get("write_key"),
                },
                "time_scale": self.options.time_scale,
                "processes": processes,
            }
        )


async def _together(*parts: Coroutine[Any, Any, None]) -> None:
    """Run all of them; the first failure cancels the rest and is raised by itself, out of its group."""
    try:
        async with asyncio.TaskGroup() as group:
            for part in parts:
                group.create_task(part)
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None


def _patience(time_scale: float) -> dict[str, str]:
    """Where days pass in seconds: a provider that is started again is no reason to give a message up."""
    if time_scale >= 1:
        return {}
    hours = max(24.0, _SHORTEST_DEADLINE_SECONDS / 3600 / time_scale)
    return {"CAMPAIGN_FLOW_SEND_DEADLINE_HOURS": repr(hours), "CAMPAIGN_FLOW_BREAKER_SECONDS": "2"}


def _make_secrets() -> dict[str, str]:
    return {"secret_key": secrets.token_urlsafe(32), "api_key": "cf_" + secrets.token_urlsafe(24)}
