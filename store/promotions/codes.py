"""Codes: made by millions, looked up one by one."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.errors import NotFoundError
from domain.i18n import sentence
from domain.promotions import codes as rules
from models import PromotionCode
from store.database.driver import Rows, Statement, connection_of, known_errors
from store.events.events import text_list

_PAGE = 100_000
_BYTES = 17
"""Random bytes that are enough for a code, most often: some are dropped."""
_COPY = "COPY promotion_codes_new (code) FROM STDIN"


@dataclass(frozen=True, slots=True)
class StoredCode:
    """A code and the promotion that it belongs to."""

    code: str
    promotion_id: UUID
    customer_id: UUID | None
    max_uses: int | None
    balance: int | None
    valid_until: datetime | None
    issued_at: datetime | None
    disabled: bool


@dataclass(frozen=True, slots=True)
class CodeBatch:
    """What codes that are made together have in common."""

    id: UUID
    promotion_id: UUID
    max_uses: int | None
    balance: int | None = None
    customer_id: UUID | None = None
    journey_id: UUID | None = None
    valid_until: datetime | None = None
    issued_at: datetime | None = None


def finding(codes: Iterable[str]) -> Statement[dict[str, StoredCode]]:
    """Normalised codes as they are stored; those that do not exist are left out."""

    def read(rows: Rows) -> dict[str, StoredCode]:
        return {row[0]: StoredCode(*row) for row in rows}

    query = """
        SELECT c.code, c.promotion_id, c.customer_id, c.max_uses, c.balance, c.valid_until, c.issued_at,
               c.disabled OR coalesce(b.disabled, false)
          FROM promotion_codes c LEFT JOIN promotion_code_batches b ON b.id = c.batch_id
         WHERE c.code = ANY(CAST(%(codes)s AS text[]))
    """
    return Statement(query, {"codes": text_list(codes)}, read)


async def add(session: AsyncSession, batch: CodeBatch, codes: Sequence[str]) -> int:
    """Keep codes, given normalised; how many were new. One that exists, of whatever promotion, stays as it is."""
    connection = await connection_of(session)
    await session.execute(text("CREATE TEMP TABLE IF NOT EXISTS promotion_codes_new (code text) ON COMMIT DROP"))
    with known_errors(_COPY):
        async with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            await copy.write("".join(f"{code}\n" for code in codes))
    made = await session.execute(
        text("""
            INSERT INTO promotion_codes (code, promotion_id, batch_id, customer_id, journey_id, max_uses, balance,
                                         valid_until, issued_at, disabled)
            SELECT code, :promotion, :batch, CAST(:customer AS uuid), CAST(:journey AS uuid), CAST(:uses AS integer),
                   CAST(:balance AS bigint), CAST(:until AS timestamptz), CAST(:issued AS timestamptz), false
              FROM promotion_codes_new ON CONFLICT DO NOTHING
        """),
        {
            "promotion": batch.promotion_id,
            "batch": batch.id,
            "customer": batch.customer_id,
            "journey": batch.journey_id,
            "uses": batch.max_uses,
            "balance": batch.balance,
            "until": batch.valid_until,
            "issued": batch.issued_at,
        },
    )
    await session.execute(text("TRUNCATE promotion_codes_new"))
    return int(getattr(made, "rowcount", 0))


async def generate(session: AsyncSession, batch: CodeBatch, count: int, prefix: str = "") -> list[str]:
    """Make new codes, at most a page at once; as they are written."""
    made: list[str] = []
    while len(made) < count:
        wanted = min(count - len(made), _PAGE)
        new = rules.codes(os.urandom(wanted * _BYTES + 64), prefix)[:wanted]
        # a repeat of an existing one does not happen by chance; if it did, it would be left out here and there
        if await add(session, batch, [rules.normal(code) for code in new]) == len(new):
            made += new
    return made


@dataclass(frozen=True, slots=True)
class ListedCode:
    """A code with what became of it."""

    code: str
    promotion_id: UUID
    batch_id: UUID
    customer_id: UUID | None
    max_uses: int | None
    used: int
    balance: int | None
    spent: int
    """Of the balance, in minor units."""
    valid_until: datetime | None
    issued_at: datetime | None
    disabled: bool


async def page(
    session: AsyncSession, promotion_id: UUID, after: str, limit: int, *, batch: UUID | None = None, starts: str = ""
) -> Sequence[ListedCode]:
    """A promotion's codes in their order, from behind `after`.

    Args:
        session: whose transaction.
        promotion_id: whose codes.
        after: the last code that was seen.
        limit: so many at most.
        batch: only those that were made together.
        starts: only those that begin so, normalised.

    """
    rows = await session.execute(
        text("""
            SELECT c.code, c.promotion_id, c.batch_id, c.customer_id, c.max_uses, coalesce(u.taken, 0), c.balance,
                   coalesce(s.taken, 0), c.valid_until, c.issued_at, c.disabled OR coalesce(b.disabled, false)
              FROM (SELECT * FROM promotion_codes
                     WHERE promotion_id = :promotion AND code > :after
                       AND (CAST(:batch AS uuid) IS NULL OR batch_id = CAST(:batch AS uuid))
                       AND starts_with(code, CAST(:starts AS text))
                     ORDER BY code LIMIT :limit) c
              LEFT JOIN promotion_code_batches b ON b.id = c.batch_id
              LEFT JOIN promotion_counters u ON (u.promotion_id, u.budget, u.entity) = (c.promotion_id, 'code', c.code)
              LEFT JOIN promotion_counters s
                ON (s.promotion_id, s.budget, s.entity) = (c.promotion_id, 'balance', c.code)
             ORDER BY c.code
        """),
        {"promotion": promotion_id, "after": max(after, starts[:-1]), "limit": limit, "batch": batch, "starts": starts},
    )
    return [ListedCode(*row) for row in rows]


async def require(session: AsyncSession, promotion_id: UUID, code: str) -> PromotionCode:
    """A code of that promotion, given normalised.

    Raises:
        NotFoundError: the promotion has no such code.

    """
    found = await session.get(PromotionCode, code)
    if found is None or found.promotion_id != promotion_id:
        raise NotFoundError(sentence("promotion_no_such_code"))
    return found
