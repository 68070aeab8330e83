"""The alerts that are shipped fire: on a whole stack whose parts are frozen, watched by a real Prometheus.

One stack for all cases, and most of them at the same time. Prometheus has the shipped rules with shorter times only.
"""

import asyncio
import contextlib
import re
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest_asyncio
import yaml

from stack.ports import choose
from stack.run_folder import ROOT, RunFolder
from stack.supervisor import Stack, StackOptions
from tests.api.drawing import flow, publish
from tests.operating.processes import frozen
from tests.operating.prometheus import binary

RULES = ROOT / "deploy" / "prometheus" / "rules.yml"
SHORTER = {
    r"> 180$": "> 20",  # the sweep
    r"> 120\)": "> 5)",  # sends
    r"\[2m\]": "[10s]",
    r"(sampled_at_seconds\)) > 60": r"\1 > 25",
    r"(configuration\"}\)) > 60": r"\1 > 1",
}
PATIENCE = 150.0


def rules() -> list[dict[str, Any]]:
    return yaml.safe_load(RULES.read_text())["groups"][0]["rules"]


def test_the_rules_are_valid_and_each_has_its_page():
    done = subprocess.run([binary("promtool"), "check", "rules", RULES], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    listed = (ROOT / "docs" / "operations.md").read_text()
    for rule in rules():
        page = ROOT / "docs" / "runbooks" / f"{rule['alert']}.md"
        assert rule["annotations"]["runbook_url"].endswith(f"/docs/runbooks/{rule['alert']}.md")
        assert rule["expr"] in page.read_text(), f"{page.name} tells of another expression"
        assert f"runbooks/{page.name}" in listed, f"docs/operations.md does not list {page.name}"
    pages = {page.stem for page in (ROOT / "docs" / "runbooks").glob("*.md")}
    assert pages == {rule["alert"] for rule in rules()}


def shortened() -> str:
    """The shipped rules, with `for` of zero and the thresholds of SHORTER."""
    document = yaml.safe_load(RULES.read_text())
    used = set()
    for rule in document["groups"][0]["rules"]:
        rule["for"] = "0s"
        for pattern, by in SHORTER.items():
            rule["expr"], count = re.subn(pattern, by, rule["expr"])
            used |= {pattern} if count else set()
    assert used == set(SHORTER), "a shipped rule has changed: say how it is made shorter"
    return yaml.safe_dump(document)


class Watch:
    """The alerts that fire, by a real Prometheus."""

    def __init__(self, port: int) -> None:
        self._http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10)

    async def firing(self) -> set[str]:
        try:
            answer = await self._http.get("/api/v1/alerts")
        except httpx.TransportError:
            return set()
        return {alert["labels"]["alertname"] for alert in answer.json()["data"]["alerts"] if alert["state"] == "firing"}

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

    async def until(self, wanted: set[str], *, gone: set[str] = frozenset()) -> None:  # type: ignore[assignment]
        """Wait until all of `wanted` fire, and none of `gone`."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while not (wanted <= (now := await self.firing()) and not now & gone):
                    await asyncio.sleep(0.5)
                return
        now = await self.firing()
        assert wanted <= now, f"silent: {wanted - now}"
        assert not now & gone, f"still firing: {now & gone}"


@contextlib.contextmanager
def prometheus(targets: list[str], folder: Path) -> Iterator[Watch]:
    port = choose(["prometheus"])["prometheus"]
    (folder / "rules.yml").write_text(shortened())
    config = {
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(folder / "rules.yml")],
        "scrape_configs": [{"job_name": "campaign-flow", "static_configs": [{"targets": targets}]}],
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
        yield Watch(port)
    finally:
        process.terminate()
        process.wait(20)


@pytest_asyncio.fixture
async def stack() -> AsyncIterator[Stack]:
    """A stack whose key SendGrid refuses."""
    run = Path(tempfile.mkdtemp(prefix="campaign-flow-alerts-"))
    folder = RunFolder("alerts", run)
    assert folder.acquire()
    options = StackOptions(environment={"CAMPAIGN_FLOW_SENDGRID_API_KEY": "SG.revoked"}, fresh=True, durable=False)
    async with Stack(folder, options, lambda _: None) as running:
        yield running
    shutil.rmtree(run, ignore_errors=True)


def mail() -> dict[str, Any]:
    """Whoever views a product gets an e-mail."""
    drawn = flow({"kind": "event", "on": {"event": "Product Viewed"}})
    content = {"channel": "email", "subject": "Hello", "html": "<p>Hello</p>"}
    drawn["nodes"][1] = {"id": "hello", "type": "send_email", "data": {"content": content}}
    return drawn


async def view(stack: Stack, customer: str) -> None:
    """An event of that customer, who has an address."""
    traits = {"userId": customer, "traits": {"email": f"{customer}@shop.example"}}
    viewed = {"userId": customer, "event": "Product Viewed"}
    async with httpx.AsyncClient(base_url=stack.url("api"), auth=(stack.write_key, ""), timeout=30) as client:
        (await client.post("/v1/identify", json=traits)).raise_for_status()
        (await client.post("/v1/track", json=viewed)).raise_for_status()


@contextlib.contextmanager
def all_frozen(stack: Stack, *names: str) -> Iterator[None]:
    with contextlib.ExitStack() as held:
        for name in names:
            pid = stack.pid_of(name)
            assert pid is not None, name
            held.enter_context(frozen(pid))
        yield


async def test_every_alert_fires_in_its_case_and_ends_with_it(stack: Stack, tmp_path: Path):
    ports = [port for name, port in stack.ports.items() if name == "api_metrics" or name.startswith("worker_")]
    headers = {"Authorization": f"Bearer {stack.keys['api_key']}"}
    async with httpx.AsyncClient(base_url=stack.url("api"), headers=headers, timeout=30) as api:
        await publish(api, mail(), "hello")
    with prometheus([f"127.0.0.1:{port}" for port in ports], tmp_path) as watch:
        await view(stack, "ada")
        # an e-mail leaves, and SendGrid refuses the key
        await watch.until({"CampaignFlowProviderRefusesUs"})
        assert await watch.firing() == {"CampaignFlowProviderRefusesUs"}, "nothing else is wrong"
        with all_frozen(stack, "worker-senders", "worker-campaigns"):
            await view(stack, "bea")
            await watch.until(
                {"CampaignFlowSendersStalled", "CampaignFlowSweepStalled", "CampaignFlowProcessDown"},
                gone={"CampaignFlowRelayStalled", "CampaignFlowFiguresStale"},
            )
            with all_frozen(stack, "worker-relay"):
                await view(stack, "cem")
                await watch.until({"CampaignFlowRelayStalled"}, gone={"CampaignFlowFiguresStale"})
        stalled = {f"CampaignFlow{name}" for name in ("SendersStalled", "SweepStalled", "RelayStalled", "ProcessDown")}
        await watch.until(set(), gone=stalled)
        with all_frozen(stack, "postgres"):
            await watch.until({"CampaignFlowFiguresStale"})
        await watch.until(set(), gone={"CampaignFlowFiguresStale"})
        names = await watch.names()
    used = set(re.findall(r"campaign_flow_[a-z0-9_]+|temporal_[a-z_]+", RULES.read_text()))
    for dashboard in (ROOT / "deploy" / "grafana" / "dashboards").glob("*.json"):
        used |= set(re.findall(r"campaign_flow_[a-z0-9_]+|temporal_[a-z_]+", dashboard.read_text()))
    assert sorted(used - names) == [], "rules or dashboards name metrics that no process exports"
