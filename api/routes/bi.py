"""Data for BI tools: the views' description, files that connect, and whole views as CSV or Arrow."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import iterate_in_threadpool

from api.connection_files import address_of, pbids, pbids_odata, tds
from api.dependencies import ApiServices, ServicesDep, Viewer
from api.problems import responses
from api.schemas.bi import BiAddressView, BiViewView
from domain.errors import NotFoundError
from store.bi import reading
from store.bi.contract import SCHEMA, BiView, views
from store.database.engine import unhurried

router = APIRouter(prefix="/bi", tags=["bi"], dependencies=[Viewer])
_READ = responses(401, 403, 404, 422)
_AT_ONCE = asyncio.Semaphore(4)
"""So many whole views are read at the same time in a process; others wait."""
ARROW = "application/vnd.apache.arrow.stream"
ViewName = Annotated[str, Path(max_length=64, description="A view of `bi_v1`.", examples=["fact_messages"])]
_ROWS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "All rows, as of one moment.",
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            ARROW: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


def view_named(name: str) -> BiView:
    """The view of that name.

    Raises:
        NotFoundError: there is none.

    """
    found = views().get(name)
    if found is None:
        raise NotFoundError(f"there is no view {name}")
    return found


@router.get("", responses=responses(401, 403))
async def describe_bi(services: ServicesDep) -> BiAddressView:
    """Where BI tools connect, and what they find: every view and column with its meaning."""
    address = address_of(services.settings)
    return BiAddressView(
        host=address.host,
        port=address.port,
        database=address.database,
        schema_name=SCHEMA,
        odata_url=f"{services.settings.public_url.rstrip('/')}/odata/",
        export_folder=bool(services.settings.export_folder),
        views=[BiViewView.model_validate(asdict(each)) for each in views().values()],
    )


def _file(content: str | bytes, name: str, media_type: str) -> Response:
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@router.get("/connection/{kind}", responses=_READ, response_class=Response)
async def get_connection_file(services: ServicesDep, kind: Literal["powerbi", "powerbi-odata", "tableau"]) -> Response:
    """A file that Power BI (`.pbids`) or Tableau (`.tds`) opens to connect. It holds no password."""
    address = address_of(services.settings)
    match kind:
        case "powerbi":
            return _file(pbids(address), "campaign-flow.pbids", "application/json")
        case "powerbi-odata":
            url = f"{services.settings.public_url.rstrip('/')}/odata/"
            return _file(pbids_odata(url), "campaign-flow-odata.pbids", "application/json")
        case "tableau":
            return _file(tds(address, ["fact_messages"]), "campaign-flow.tds", "application/xml")


@router.get("/views/{view}", responses=_READ | _ROWS, response_class=StreamingResponse)
async def read_view(
    services: ServicesDep, view: ViewName, format: Literal["csv", "arrow"] = "csv"
) -> StreamingResponse:
    """A whole view, streamed: CSV, or an Arrow IPC stream. Memory stays small however many rows there are."""
    found = view_named(view)
    lines = _csv(services, found) if format == "csv" else _arrow(services, found)
    headers = {"Content-Disposition": f'attachment; filename="{view}.{"csv" if format == "csv" else "arrows"}"'}
    media = "text/csv; charset=utf-8" if format == "csv" else ARROW
    return StreamingResponse(lines, media_type=media, headers=headers)


async def _csv(services: ApiServices, view: BiView) -> AsyncIterator[bytes]:
    async with _AT_ONCE, services.database.transaction() as session:
        await unhurried(session)
        async for block in reading.csv_blocks(session, view):
            yield block


async def _arrow(services: ApiServices, view: BiView) -> AsyncIterator[Any]:
    async with _AT_ONCE:
        async for block in iterate_in_threadpool(reading.arrow_stream(services.settings.database_url, view)):
            yield block
