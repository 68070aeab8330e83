"""What Temporal's SDK tells of itself: its metrics beside ours, its log through our logger."""

import logging
import socket
import urllib.request
from collections.abc import Callable

from prometheus_client import Gauge
from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    PrometheusConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)

from config.release import VERSION
from config.settings import Settings

_TRIES = 5
_SECONDS = 2.0
_build = Gauge("campaign_flow_build_info", "1: which release and build this process runs.", ["version", "build_id"])


def observe_temporal(settings: Settings) -> Callable[[], bytes]:
    """Make the SDK's runtime, once a process and before any client; returns what reads its metrics.

    The SDK serves its metrics on a port of its own. We choose a free one on the loopback interface, and pass its text
    on at our /metrics; where no metrics port is set there is none.
    """
    _build.labels(VERSION, settings.worker_build_id).set(1)
    logging_ = LoggingConfig(
        filter=TelemetryFilter(core_level="WARN", other_level="ERROR"),
        forwarding=LogForwardingConfig(
            logger=logging.getLogger("temporalio.core"), append_target_to_name=False, append_log_fields_to_message=True
        ),
    )
    if not settings.metrics_port:
        Runtime.set_default(Runtime(telemetry=TelemetryConfig(logging=logging_)), error_if_already_set=False)
        return bytes
    port = _serve(logging_)
    return lambda: _read(port)


def _serve(logging_: LoggingConfig) -> int:
    for left in reversed(range(_TRIES)):
        port = _free_port()
        metrics = PrometheusConfig(
            bind_address=f"127.0.0.1:{port}", counters_total_suffix=True, unit_suffix=True, durations_as_seconds=True
        )
        try:
            runtime = Runtime(telemetry=TelemetryConfig(logging=logging_, metrics=metrics))
        except (RuntimeError, ValueError):  # somebody took the port meanwhile
            if left == 0:
                raise
            continue
        Runtime.set_default(runtime, error_if_already_set=False)
        return port
    raise AssertionError("unreachable")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _read(port: int) -> bytes:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{port}/metrics", timeout=_SECONDS) as answer:
            text: bytes = answer.read()
            return text
    except OSError:  # ours are worth having without the SDK's
        return b""
