"""OpenTelemetry traces, off by default: from an event's request to the call of the provider.

With `CAMPAIGN_FLOW_TRACING=true` (and the extra `tracing` installed) spans go by OTLP to where the standard
`OTEL_EXPORTER_OTLP_*` variables say. While it is off, all of this does nothing and imports nothing.
"""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from config.settings import Settings

_tracer: Any = None


def start_tracing(settings: Settings, *, process: str, exporter: Any = None) -> list[Any]:
    """Begin to trace, where the settings say so; returns the interceptors for Temporal's client.

    Args:
        settings: `tracing` switches it on.
        process: the service's name in traces.
        exporter: takes the spans instead of OTLP; each as soon as it ends.

    Raises:
        ModuleNotFoundError: the extra `tracing` is not installed.

    """
    global _tracer  # noqa: PLW0603 - a process has one, as it has one log
    if not settings.tracing:
        return []
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
    from temporalio.contrib.opentelemetry import TracingInterceptor

    provider = TracerProvider(resource=Resource.create({"service.name": f"campaign-flow-{process}"}))
    processor = BatchSpanProcessor(OTLPSpanExporter()) if exporter is None else SimpleSpanProcessor(exporter)
    provider.add_span_processor(processor)
    _tracer = provider.get_tracer("campaign-flow")
    _endings.append(provider.shutdown)
    return [TracingInterceptor(_tracer)]


_endings: list[Any] = []


def end_tracing() -> None:
    """Hand over what is left, before the process ends."""
    while _endings:
        _endings.pop()()


@contextlib.contextmanager
def span(name: str, *, parent: str | None = None, kind: str = "INTERNAL", **attributes: str | int) -> Iterator[None]:
    """A span around the block; `parent` is the `traceparent` that it continues, if not the current one."""
    if _tracer is None:
        yield
        return
    from opentelemetry.trace import SpanKind

    with _tracer.start_as_current_span(
        name, context=_context(parent), kind=getattr(SpanKind, kind), attributes=attributes
    ):
        yield


def traceparent() -> str | None:
    """The current span as W3C Trace Context has it; None while nothing is traced."""
    if _tracer is None:
        return None
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return carrier.get("traceparent")


def _context(parent: str | None) -> Any:
    if parent is None:
        return None
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier: Mapping[str, str] = {"traceparent": parent}
    return TraceContextTextMapPropagator().extract(carrier)
