"""A promotion's codes: made, imported, listed, taken away as a file, disabled."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Path, Query
from fastapi.responses import StreamingResponse
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from api.dependencies import ApiServices, Marketer, Operator, ServicesDep, Transaction, Viewer
from api.downloads import FileFormat, file_answer, file_of
from api.paging import Page, PageQuery, decode, paged
from api.problems import responses
from api.schemas.promotion_codes import (
    BatchView,
    CodesCreate,
    CodesImport,
    CodesMade,
    CodesSwitch,
    CodeText,
    CodeView,
)
from api.strict_json import StrictRoute
from domain.errors import ConflictError
from domain.i18n import sentence
from domain.promotions.codes import normal, written
from domain.promotions.promotion import Promotion
from domain.promotions.rewards import GiftCardReward
from domain.promotions.schedule import valid_until
from models import PromotionCodeBatch
from store.access import audit
from store.customers import customer_queries
from store.database.engine import unhurried
from store.events import json_text
from store.promotions import batches, codes, promotions
from store.promotions.codes import CodeBatch, ListedCode

router = APIRouter(prefix="/promotions/{promotion_id}", tags=["promotions"], route_class=StrictRoute)
PromotionPath = Annotated[UUID, Path(description="The promotion.")]
BatchQuery = Annotated[UUID | None, Query(description="Only those that were made together.")]
_READ = responses(401, 403, 404, 422)
_CHANGE = responses(401, 403, 404, 409, 413, 422)
_PAGE = 10_000
_COLUMNS = ("code", "valid_until", "uses", "most", "balance", "disabled")


async def _batch(session: AsyncSession, promotion_id: UUID, customer: str | None) -> CodeBatch:
    row = await promotions.require(session, promotion_id)
    promotion = Promotion.model_validate(row.definition)
    rules, now = promotion.codes, datetime.now(UTC)
    if rules.kind == "none":
        raise ConflictError(sentence("promotion_takes_no_code"))
    customer_id = None
    if customer is not None:
        customer_id = (await customer_queries.require(session, customer)).id
    elif rules.personal:
        raise ConflictError(sentence("promotion_codes_personal"))
    return CodeBatch(
        id=uuid4(),
        promotion_id=promotion_id,
        max_uses=rules.uses if rules.uses or rules.kind == "generic" else 1,
        balance=promotion.reward.balance if isinstance(promotion.reward, GiftCardReward) else None,
        customer_id=customer_id,
        issued_at=now,
        valid_until=None if rules.valid_days is None else valid_until(now, rules.valid_days, promotion.schedule.zone),
    )


@router.post("/codes", status_code=201, dependencies=[Marketer], responses=_CHANGE)
async def create_promotion_codes(promotion_id: PromotionPath, body: CodesCreate, session: Transaction) -> CodesMade:
    """Make unguessable codes."""
    batch = await _batch(session, promotion_id, body.customer)
    made = await codes.generate(session, batch, body.count, body.prefix)
    await _note(session, batch, "made", len(made), body.prefix)
    await audit.note(session, "made codes", "promotion", str(promotion_id), {"batch": str(batch.id), "made": len(made)})
    return CodesMade(batch_id=batch.id, made=len(made), codes=made)


@router.post("/codes/import", status_code=201, dependencies=[Marketer], responses=_CHANGE)
async def import_promotion_codes(promotion_id: PromotionPath, body: CodesImport, session: Transaction) -> CodesMade:
    """Take codes that exist already, or the one that everybody is to use. Those that are known stay as they are."""
    batch = await _batch(session, promotion_id, None)
    made = await codes.add(session, batch, sorted({normal(code) for code in body.codes} - {""}))
    if made:
        await _note(session, batch, "imported", made)
    after = {"batch": str(batch.id), "made": made}
    await audit.note(session, "imported codes", "promotion", str(promotion_id), after)
    return CodesMade(batch_id=batch.id, made=made, codes=[])


class CodesQuery(PageQuery):
    """Which codes."""

    batch: UUID | None = Field(default=None, description="Only those that were made together.")
    starts: str = Field(default="", max_length=64, description="Only those that begin so.")


@router.get("/codes", dependencies=[Operator], responses=_READ)
async def list_promotion_codes(
    promotion_id: PromotionPath, session: Transaction, query: Annotated[CodesQuery, Query()]
) -> Page[CodeView]:
    """A promotion's codes, in their order."""
    await promotions.require(session, promotion_id)
    after = decode(query.cursor, tuple[str])
    rows = await codes.page(
        session,
        promotion_id,
        after[0] if after else "",
        query.limit + 1,
        batch=query.batch,
        starts=normal(query.starts),
    )
    return paged(rows, query.limit, _view, lambda row: (row.code,))


@router.get("/codes/batches", dependencies=[Viewer], responses=_READ)
async def list_promotion_batches(promotion_id: PromotionPath, session: Transaction) -> list[BatchView]:
    """Which codes were made or imported together, the newest first; those that journeys hand out are not among them."""
    await promotions.require(session, promotion_id)
    return [BatchView.model_validate(row) for row in await batches.of(session, promotion_id)]


@router.patch("/codes/batches/{batch_id}", dependencies=[Marketer], responses=_CHANGE)
async def switch_promotion_batch(
    promotion_id: PromotionPath,
    batch_id: Annotated[UUID, Path(description="The batch.")],
    body: CodesSwitch,
    session: Transaction,
) -> BatchView:
    """Disable all codes of a batch at once, or allow them again. What was redeemed stays redeemed."""
    row = await batches.require(session, promotion_id, batch_id)
    row.disabled = body.disabled
    await session.flush()
    action = "disabled codes" if body.disabled else "allowed codes"
    await audit.note(session, action, "promotion", str(promotion_id), {"batch": str(batch_id)})
    return BatchView.model_validate(row)


@router.get(
    "/codes/export",
    dependencies=[Operator],
    responses=_READ | file_answer("A file: a code a row, in their order."),
    response_class=StreamingResponse,
)
async def export_promotion_codes(
    promotion_id: PromotionPath,
    session: Transaction,
    services: ServicesDep,
    format: Annotated[FileFormat, Query(alias="format")] = "csv",
    batch: BatchQuery = None,
) -> StreamingResponse:
    """A promotion's codes as a file, with what is used of each."""
    await promotions.require(session, promotion_id)
    await audit.note(session, "took codes away", "promotion", str(promotion_id))
    return file_of(f"codes-{promotion_id}", format, _lines(services, promotion_id, batch, format))


@router.patch("/codes/{code}", dependencies=[Marketer], responses=_CHANGE)
async def switch_promotion_code(
    promotion_id: PromotionPath,
    code: Annotated[CodeText, Path(description="The code.")],
    body: CodesSwitch,
    session: Transaction,
) -> CodeView:
    """Disable a code, or allow it again. What was redeemed stays redeemed."""
    row = await codes.require(session, promotion_id, normal(code))
    row.disabled = body.disabled
    await session.flush()
    action = "disabled a code" if body.disabled else "allowed a code"
    await audit.note(session, action, "promotion", str(promotion_id), {"batch": str(row.batch_id)})
    return _view((await codes.page(session, promotion_id, "", 1, starts=row.code))[0])


def _view(row: ListedCode) -> CodeView:
    view = CodeView.model_validate(row)
    return view.model_copy(update={"code": written(row.code)})


async def _note(session: AsyncSession, batch: CodeBatch, kind: str, count: int, prefix: str = "") -> None:
    row = PromotionCodeBatch(
        id=batch.id,
        promotion_id=batch.promotion_id,
        kind=kind,
        prefix=prefix,
        count=count,
        valid_until=batch.valid_until,
    )
    await batches.add(session, row)


async def _lines(
    services: ApiServices, promotion_id: UUID, batch: UUID | None, format: FileFormat
) -> AsyncIterator[str]:
    """Read by pages while it is written, in a transaction of its own."""
    async with services.database.transaction() as session:
        await unhurried(session)
        after = ""
        if format == "csv":
            yield _text([_COLUMNS])
        while rows := await codes.page(session, promotion_id, after, _PAGE, batch=batch):
            after = rows[-1].code
            told = [
                (written(r.code), r.valid_until and r.valid_until.isoformat(), r.used, r.max_uses,
                 None if r.balance is None else r.balance - r.spent, r.disabled)
                for r in rows
            ]  # fmt: skip
            if format == "csv":
                yield _text(told)
            else:
                yield "".join(json_text.dumps(dict(zip(_COLUMNS, row, strict=True))) + "\n" for row in told)


def _text(rows: object) -> str:
    file = io.StringIO()
    csv.writer(file).writerows(rows)  # type: ignore[arg-type]
    return file.getvalue()
