"""The alerts that are shipped fire: on a whole stack, in the case that each is about, by a real Prometheus.

One stack and one Prometheus for all cases. Prometheus has the shipped rules with shorter times only.
"""

import asyncio
import re
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from stack.run_folder import ROOT, RunFolder
from stack.supervisor import Stack, StackOptions
from tests.operating.alert_cases import CASES, Shop
from tests.operating.prometheus import RULES, Watch, binary, prometheus, rules, scrape

module_loop = pytest.mark.asyncio(loop_scope="module")
ALERTS = [rule["alert"] for rule in rules()]
_SETTINGS = {"CAMPAIGN_FLOW_GAUGE_SECONDS": "2", "CAMPAIGN_FLOW_BREAKER_SECONDS": "2"}
DOCS = "https://wiki.example/docs"


def test_the_rules_are_valid_and_each_has_its_page():
    done = subprocess.run([binary("promtool"), "check", "rules", RULES], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    listed = (ROOT / "docs" / "operations.md").read_text()
    for rule in rules():
        page = ROOT / "docs" / "runbooks" / f"{rule['alert']}.md"
        assert rule["annotations"]["runbook_url"].endswith(f"}}}}/runbooks/{rule['alert']}.md")
        assert rule["expr"] in page.read_text(), f"{page.name} tells of another expression"
        assert f"runbooks/{page.name}" in listed, f"docs/operations.md does not list {page.name}"
    pages = {page.stem for page in (ROOT / "docs" / "runbooks").glob("*.md")}
    assert pages == set(ALERTS)


def test_every_alert_has_a_case_and_no_case_is_of_an_alert_that_is_gone():
    assert sorted(CASES) == sorted(ALERTS)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop() -> AsyncIterator[Shop]:
    run = Path(tempfile.mkdtemp(prefix="campaign-flow-alerts-"))
    folder = RunFolder("alerts", run)
    assert folder.acquire()
    options = StackOptions(environment=_SETTINGS, fresh=True, durable=False, without=("worker-intelligence",))
    async with Stack(folder, options, lambda _: None) as running:
        opened = Shop(running)
        await opened.open()
        yield opened
        await opened.close()
    shutil.rmtree(run, ignore_errors=True)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def watch(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Watch]:
    known = shop.stack.ports
    ports = [known[name] for name in known if name == "api_metrics" or name.startswith("worker_")]
    targets = [f"127.0.0.1:{port}" for port in ports if port != known["worker_intelligence"]]
    folder = tmp_path_factory.mktemp("prometheus")
    shop.folder = folder
    shop.scrape = lambda *more: scrape(folder, [*targets, *more])
    with prometheus(targets, folder, labels={"campaign_flow_docs": DOCS}) as running:
        yield running
        await running.close()


@module_loop
async def test_none_fires_while_all_is_well(shop: Shop, watch: Watch):
    async with shop.views():
        await asyncio.sleep(20)
        assert await watch.firing() == set()


@module_loop
@pytest.mark.parametrize("alert", ALERTS)
async def test_an_alert_fires_in_its_case_and_ends_with_it(alert: str, shop: Shop, watch: Watch):
    await watch.until(alert, fires=False)
    async with CASES[alert](shop):
        await watch.until(alert)
        assert (await watch.alerts())[alert]["runbook_url"] == f"{DOCS}/runbooks/{alert}.md"
    await watch.until(alert, fires=False)


@module_loop
async def test_rules_and_dashboards_name_only_metrics_that_are_exported(shop: Shop, watch: Watch):
    used = set(re.findall(r"campaign_flow_[a-z0-9_]+|temporal_[a-z_]+", "\n".join(rule["expr"] for rule in rules())))
    for dashboard in (ROOT / "deploy" / "grafana" / "dashboards").glob("*.json"):
        used |= set(re.findall(r"campaign_flow_[a-z0-9_]+|temporal_[a-z_]+", dashboard.read_text()))
    names = await watch.names()
    assert sorted(used - names) == [], "rules or dashboards name metrics that no process exports"
