"""A real Prometheus and its promtool: those on the path, or those of Debian's package, unpacked and not installed."""

import asyncio
import contextlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from stack.ports import choose
from stack.run_folder import ROOT
from tests.operating.processes import status, until

RULES = ROOT / "deploy" / "prometheus" / "rules.yml"
PATIENCE = 150.0
_KEPT = Path(tempfile.gettempdir()) / f"campaign-flow-prometheus-{os.getuid()}"
_SHORTER = {
    r"> 180$": "> 40",  # the sweep, every 30 seconds
    r"> 120\)": "> 5)",  # sends
    r"(imports\|intelligence\"}\)) > 60": r"\1 > 5",
    r"\[(2m|5m|15m|1h)\]": "[15s]",
    r"offset 1h": "offset 10s",
    r"(sampled_at_seconds\)) > 60": r"\1 > 25",
    r"(configuration\"}\)) > (60|300)": r"\1 > 1",
}


def binary(name: str) -> str:
    """Path of `prometheus` or `promtool`. Where none can be had the test is skipped, loudly; in CI it fails."""
    found = shutil.which(name) or _unpacked(name)
    if found is not None:
        return found
    lack = f"NO PROMETHEUS: rules were not tested. Install Debian's package prometheus ({name})."
    if os.environ.get("CI"):
        pytest.fail(lack)
    warnings.warn(lack, stacklevel=2)
    pytest.skip(lack)


def _unpacked(name: str) -> str | None:
    path = _KEPT / "usr" / "bin" / name
    if not path.exists() and shutil.which("apt-get") and shutil.which("dpkg-deb"):
        with tempfile.TemporaryDirectory() as folder:
            download = ["apt-get", "download", "prometheus"]
            if subprocess.run(download, cwd=folder, capture_output=True, check=False).returncode and os.geteuid() == 0:
                subprocess.run(["apt-get", "update"], capture_output=True, check=False)
                subprocess.run(download, cwd=folder, capture_output=True, check=False)
            for package in Path(folder).glob("prometheus_*.deb"):
                subprocess.run(["dpkg-deb", "-x", str(package), str(_KEPT)], capture_output=True, check=False)
    return str(path) if path.exists() else None


def rules() -> list[dict[str, Any]]:
    """The shipped rules."""
    return yaml.safe_load(RULES.read_text())["groups"][0]["rules"]


def _shortened() -> str:
    """The shipped rules, with `for` of zero and the windows and thresholds of _SHORTER."""
    document = yaml.safe_load(RULES.read_text())
    used = set()
    for rule in document["groups"][0]["rules"]:
        rule["for"] = "0s"
        for pattern, by in _SHORTER.items():
            rule["expr"], count = re.subn(pattern, by, rule["expr"])
            used |= {pattern} if count else set()
    assert used == set(_SHORTER), "a shipped rule has changed: say how it is made shorter"
    return yaml.safe_dump(document)


class Watch:
    """The alerts that fire, by a real Prometheus."""

    def __init__(self, port: int) -> None:
        self._http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10)

    async def alerts(self) -> dict[str, dict[str, str]]:
        """The annotations of those that fire, by name."""
        try:
            answer = await self._http.get("/api/v1/alerts")
        except httpx.TransportError:
            return {}
        found = answer.json()["data"]["alerts"]
        return {one["labels"]["alertname"]: one["annotations"] for one in found if one["state"] == "firing"}

    async def firing(self) -> set[str]:
        """Their names."""
        return set(await self.alerts())

    async def names(self) -> set[str]:
        """All metrics that were ever scraped, those without a sample too."""
        answer = await self._http.get("/api/v1/label/__name__/values")
        described = await self._http.get("/api/v1/metadata")
        found = set(answer.json()["data"])
        for name, about in described.json()["data"].items():
            found.add(name)
            if about[0]["type"] == "histogram":
                found |= {f"{name}_{part}" for part in ("bucket", "count", "sum")}
        return found

    async def until(self, alert: str, *, fires: bool = True) -> None:
        """Wait until it fires, or no longer does."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while (alert in await self.firing()) is not fires:
                    await asyncio.sleep(0.3)
                return
        raise AssertionError(f"{alert} {'is silent' if fires else 'goes on'}; firing: {sorted(await self.firing())}")

    async def close(self) -> None:
        """Let go of its connections."""
        await self._http.aclose()


def scrape(folder: Path, targets: list[str]) -> None:
    """Whom the Prometheus of that folder asks from now on."""
    (folder / "new.json").write_text(json.dumps([{"targets": targets}]))
    (folder / "new.json").rename(folder / "targets.json")


@contextlib.contextmanager
def prometheus(targets: list[str], folder: Path, *, labels: dict[str, str] | None = None) -> Iterator[Watch]:
    """One that scrapes those every second by the shipped rules, made shorter; `labels` are its external labels."""
    port = choose(["prometheus"])["prometheus"]
    (folder / "rules.yml").write_text(_shortened())
    scrape(folder, targets)
    times = {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"}
    config = {
        "global": {**times, "external_labels": labels or {}},
        "rule_files": [str(folder / "rules.yml")],
        "scrape_configs": [
            {"job_name": "campaign-flow", "file_sd_configs": [{"files": [str(folder / "targets.json")]}]}
        ],
    }
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
    command = [
        binary("prometheus"),
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        until(lambda: status(f"http://127.0.0.1:{port}/-/ready") == 200, "Prometheus")
        yield Watch(port)
    finally:
        process.terminate()
        process.wait(20)
