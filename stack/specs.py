"""The processes of the stack: their command lines, and how to tell that each is ready."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from stack import temporal
from stack.ports import HOST
from stack.processes import ChildSpec, answers, succeeds

ROLES = ("journeys", "campaigns", "senders", "relay", "intelligence")
SANDBOX_KEYS = "sandbox-keys.json"
_RETENTION = "720h"


def temporal_server(ports: Mapping[str, int], folder: Path) -> ChildSpec:
    """The development server on a file in `folder`, with its web UI. Ready when it knows our search attributes."""
    database = folder / "temporal.db"
    command = temporal.arguments(
        port=ports["temporal"], ui_port=ports["temporal_ui"], database=database, log_level="warn"
    )
    count = ["workflow", "count", "--address", f"{HOST}:{ports['temporal']}", "--query", "CampaignId = 'none'"]
    return ChildSpec("temporal", command, succeeds(temporal.binary("temporal"), *count))


async def keep_histories(address: str) -> bool:
    """Let finished workflows be looked at for a month; False when the server refuses."""
    command = [temporal.binary("temporal"), "operator", "namespace", "update", "--address", address]
    return await succeeds(*command, "--namespace", "default", "--retention", _RETENTION)()


def app(
    ports: Mapping[str, int], environment: Mapping[str, str], folder: Path, sandbox_arguments: Sequence[str]
) -> list[ChildSpec]:
    """The provider sandbox, the API, and a worker for each role."""
    python = sys.executable
    sandbox, api = f"http://{HOST}:{ports['sandbox']}", f"http://{HOST}:{ports['api']}"
    inbox = ["--data", str(folder / "sandbox.sqlite"), "--keys", str(folder / SANDBOX_KEYS), "--api-url", api]
    specs = [
        ChildSpec(
            "sandbox",
            [python, "-m", "providers.sandbox", "--port", str(ports["sandbox"]), *inbox, *sandbox_arguments],
            answers(sandbox + "/sandbox/stats"),
            environment,
        ),
        ChildSpec(
            "api",
            [python, "-m", "api", "--host", HOST, "--port", str(ports["api"])],
            answers(api + "/readyz"),
            {**environment, "CAMPAIGN_FLOW_METRICS_PORT": str(ports["api_metrics"])},
        ),
    ]
    return [*specs, *(worker(f"worker-{role}", role, ports[f"worker_{role}"], environment) for role in ROLES)]


def worker(name: str, role: str, port: int, environment: Mapping[str, str]) -> ChildSpec:
    """A worker of one role, whose monitor listens on `port`."""
    return ChildSpec(
        name,
        [sys.executable, "worker.py", "--role", role],
        answers(f"http://{HOST}:{port}/healthz"),
        {**environment, "CAMPAIGN_FLOW_METRICS_PORT": str(port)},
    )


def second(ports: Mapping[str, int], environment: Mapping[str, str]) -> list[ChildSpec]:
    """Another API and another relay, beside the first ones."""
    port = ports["api_2"]
    api = ChildSpec(
        "api-2",
        [sys.executable, "-m", "api", "--host", HOST, "--port", str(port)],
        answers(f"http://{HOST}:{port}/readyz"),
        {**environment, "CAMPAIGN_FLOW_METRICS_PORT": str(ports["api_2_metrics"])},
    )
    return [api, worker("worker-relay-2", "relay", ports["worker_relay_2"], environment)]


SECOND_PORTS = ("api_2", "api_2_metrics", "worker_relay_2")
