"""Is the process alive, may it take traffic, and its figures."""

from typing import Literal

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from sqlalchemy import text

from api.dependencies import ServicesDep
from api.problems import responses
from domain.errors import UnavailableError
from domain.sentences import sentence

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
    """The database and Temporal can be reached."""
    async with services.database.transaction() as session:
        await session.execute(text("SELECT 1"))
    if services.temporal is None or not await services.temporal.service_client.check_health():
        raise UnavailableError(sentence("temporal_away"))
    return Health()


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def metrics() -> Response:
    """This process's figures, for Prometheus."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
