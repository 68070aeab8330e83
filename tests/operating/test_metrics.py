"""What each process exports: on real processes."""

import functools
from pathlib import Path

import httpx

from stack.ports import choose
from tests.operating.processes import running, status, until


def _figures(url: str) -> str:
    answer = httpx.get(url, timeout=10)
    return answer.text if answer.status_code == 200 else ""


def _tells(url: str, figure: str) -> bool:
    return figure in _figures(url)


def test_gauges_come_from_processes_that_read_them_and_each_tells_its_build_and_the_sdk(
    database_url: str, temporal_address: str, tmp_path: Path
):
    ports = choose(["api", "api_metrics", "senders", "relay"])
    api, senders, relay = (f"http://127.0.0.1:{ports[name]}/metrics" for name in ("api_metrics", "senders", "relay"))
    parts = (database_url, temporal_address)
    with (
        running(
            ["-m", "api", "--port", str(ports["api"])],
            *parts,
            tmp_path / "api",
            metrics_port=str(ports["api_metrics"]),
        ),
        running(
            ["worker.py", "--role", "senders"],
            *parts,
            tmp_path / "senders",
            metrics_port=str(ports["senders"]),
            worker_build_id="build-7",
        ),
        running(["worker.py", "--role", "relay"], *parts, tmp_path / "relay", metrics_port=str(ports["relay"])),
    ):
        for sampling in (api, relay):
            for figure in ("campaign_flow_outbox_lag_seconds", "campaign_flow_queue_backlog{"):
                until(functools.partial(_tells, sampling, figure), f"{figure} at {sampling}")
        until(lambda: "temporal_num_pollers" in _figures(senders), "the SDK's own metrics")
        others = _figures(senders)
        assert "campaign_flow_outbox" not in others
        assert "campaign_flow_sampled_at_seconds" not in others
        assert 'campaign_flow_build_info{build_id="build-7"' in others
        # the catalogue of metrics, for who has a key
        assert status(f"http://127.0.0.1:{ports['api']}/metrics") == 401
