"""Liveness and readiness probes. Metrics have a port of their own: see `config.metrics_server`."""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from api.dependencies import ServicesDep
from api.problems import responses
from domain.errors import UnavailableError
from domain.i18n import ListParam, quoted, sentence

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """All is well."""

    status: Literal["ok"] = "ok"


@router.get("/healthz")
async def healthz() -> Health:
    """The process is alive."""
    return Health()


@router.get("/readyz", responses=responses(503))
async def readyz(services: ServicesDep) -> Health:
    """Whether to send requests here: PostgreSQL and Temporal answer now, and the process is not about to end.

    It answers within two seconds, whatever hangs.
    """
    if services.pulse.stopping:
        raise UnavailableError(sentence("process_stopping"))
    silent = await services.pulse.ask()
    if silent:
        raise UnavailableError(sentence("does_not_answer", parts=ListParam(tuple(quoted(name) for name in silent))))
    return Health()
