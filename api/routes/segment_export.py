"""A segment's members as a file, with scores if they are wanted."""

import csv
import io
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import IO, Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from pydantic import TypeAdapter

from api.dependencies import ApiServices, ServicesDep, Transaction, Viewer
from api.downloads import FileFormat, file_answer, file_of
from api.problems import responses
from domain.conditions import Condition
from domain.errors import InvalidError
from domain.i18n import sentence
from models import Customer, Score
from store.conditions.scope import Scope
from store.customers import customer_queries
from store.database.engine import unhurried
from store.events import json_text
from store.intelligence import model_registry, scores
from store.segments import saved_segments, segment_members, segments

router = APIRouter(prefix="/segments", tags=["segments"])
_CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)
_PAGE = 2_000
_MOST_SCORES = 20
_FACTS = ("email", "phone", "first_name", "last_name", "gender", "birth_date", "city", "country", "locale", "timezone")


@router.get(
    "/{segment_id}/export",
    dependencies=[Viewer],
    responses=responses(401, 403, 404, 422) | file_answer("A file: a member a row, in order of their ids."),
    response_class=StreamingResponse,
)
async def export_members(
    segment_id: UUID,
    session: Transaction,
    services: ServicesDep,
    format: Annotated[FileFormat, Query(alias="format")] = "csv",
    score: Annotated[
        list[str] | None,
        Query(description="Names of scores to add, each with its percentile.", max_length=_MOST_SCORES),
    ] = None,
) -> StreamingResponse:
    """Everyone who is in the segment now, as a file. A score that a member does not have is left empty.

    Who is in it is asked once, at the beginning; what is said of each member is read as the file is written.
    """
    wanted = list(dict.fromkeys(score or []))
    known = {row.name for row in await model_registry.listed(session)} if wanted else set()
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise InvalidError(sentence("score_unknown", name=unknown[0], known=", ".join(sorted(known)) or "-"))
    condition = _CONDITION.validate_python((await saved_segments.require(session, segment_id)).condition)
    return file_of(f"segment-{segment_id}", format, _lines(services, condition, wanted, format))


async def _lines(
    services: ApiServices, condition: Condition, names: Sequence[str], format: FileFormat
) -> AsyncIterator[str]:
    if format == "csv":
        yield _as_csv(["id", "external_id", *_FACTS, "tags", *(each for name in names for each in _columns(name))])
    with tempfile.TemporaryFile() as members:
        await _write_ids(services, condition, members)
        members.seek(0)
        while page := members.read(16 * _PAGE):
            found = [UUID(bytes=page[place : place + 16]) for place in range(0, len(page), 16)]
            yield await _rows(services, found, names, format)


async def _write_ids(services: ApiServices, condition: Condition, file: IO[bytes]) -> None:
    """Who is in it, 16 bytes a member: asked once, so that a page costs the same however hard the question is."""
    async with services.database.transaction() as session:
        await unhurried(session)
        scope = await segments.ready(session, [condition], Scope(now=datetime.now(UTC)))
        async for customer_id in segment_members.ids(session, condition, scope):
            file.write(customer_id.bytes)


async def _rows(services: ApiServices, ids: Sequence[UUID], names: Sequence[str], format: FileFormat) -> str:
    async with services.database.transaction() as session:
        members = await customer_queries.by_ids(session, ids)
        found = await scores.of_customers(session, ids, names) if names else {}
    rows = [_row(member, names, found) for member in members if member.erased_at is None]
    if format == "csv":
        return "".join(_as_csv(list(row.values())) for row in rows)
    return "".join(json_text.dumps(row) + "\n" for row in rows)


def _columns(name: str) -> tuple[str, str]:
    return name, f"{name}_percentile"


def _row(member: Customer, names: Sequence[str], found: Mapping[tuple[UUID, str], Score]) -> dict[str, Any]:
    row: dict[str, Any] = {"id": str(member.id), "external_id": member.external_id}
    row |= {fact: getattr(member, fact) for fact in _FACTS} | {"tags": list(member.tags)}
    for name in names:
        score = found.get((member.id, name))
        value, percentile = _columns(name)
        row |= {value: score and score.value, percentile: score and score.percentile}
    return row


def _as_csv(cells: Sequence[Any]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([_cell(cell) for cell in cells])
    return out.getvalue()


def _cell(value: Any) -> Any:
    """A list is separated by semicolons. A text that a spreadsheet would take for a formula is marked as text."""
    if isinstance(value, list):
        value = ";".join(value)
    return f"'{value}" if isinstance(value, str) and value[:1] in _FORMULA else value


_FORMULA = frozenset("=+-@\t\r")
