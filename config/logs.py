"""Structured logs: one JSON object a line in production, readable lines on a console."""

import logging
import sys

import structlog

from config.redaction import redacted
from config.settings import Settings

_NOISY = ("httpx", "httpcore", "urllib3", "twilio.http_client", "python_http_client", "uvicorn.error")
_PERSONAL = ("event", "exception", "reason")


def configure_logs(settings: Settings, *, process: str) -> None:
    """Send everything, the standard library's loggers included, through one formatter. `process` is on every line."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        _without_sdk_record,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    rendered: structlog.types.Processor = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _without_persons,
                rendered,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level)
    for noisy in _NOISY:
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.contextvars.bind_contextvars(process=process)


def _without_persons(_: object, __: str, line: structlog.types.EventDict) -> structlog.types.EventDict:
    for name in _PERSONAL:
        if isinstance(line.get(name), str):
            line[name] = redacted(line[name])
    return line


def _without_sdk_record(_: object, __: str, line: structlog.types.EventDict) -> structlog.types.EventDict:
    """Temporal's SDK adds the whole of its record a second time."""
    line.pop("temporal_log", None)
    return line
