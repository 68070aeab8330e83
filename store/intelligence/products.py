"""Products: what customers take, and what is recommended beside each."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

_BOUGHT = """
    jsonb_array_elements(CASE jsonb_typeof(e.properties -> 'products')
                         WHEN 'array' THEN e.properties -> 'products' ELSE '[]' END)
"""
_ID = "CASE WHEN jsonb_typeof({0} -> 'product_id') IN ('string', 'number') THEN {0} ->> 'product_id' END"
# each customer's newest products: more of one customer teaches nothing new, and memory is bounded
_TAKEN = text(f"""
    WITH taken AS (
        SELECT e.customer_id, {_ID.format("e.properties")} AS product, e.occurred_at AS at, false AS bought,
               e.properties AS details
          FROM events e
         WHERE e.customer_id >= :first AND e.customer_id <= :last AND e.name = 'Product Viewed'
           AND e.occurred_at >= :since AND e.occurred_at < :until
        UNION ALL
        SELECT e.customer_id, {_ID.format("p")}, e.occurred_at, true, p
          FROM events e CROSS JOIN LATERAL {_BOUGHT} AS p
         WHERE e.customer_id >= :first AND e.customer_id <= :last AND e.name = 'Order Completed'
           AND e.occurred_at >= :since AND e.occurred_at < :until
    ), newest AS (
        SELECT *, row_number() OVER (PARTITION BY customer_id ORDER BY at DESC) AS place
          FROM taken WHERE product <> '' AND length(product) <= 200
    )
    SELECT customer_id, product, at, bought, details FROM newest WHERE place <= :most ORDER BY customer_id, at DESC
""")  # noqa: S608 - the fragments are the constants above
_JUST_BOUGHT = text(f"""
    SELECT DISTINCT {_ID.format("p")} AS product
      FROM events e CROSS JOIN LATERAL {_BOUGHT} AS p
     WHERE e.customer_id = :customer AND e.name = 'Order Completed' AND e.occurred_at >= :since
""")  # noqa: S608
_KEEP = text("""
    INSERT INTO products (id, details, neighbours, rank, model_id, at)
    SELECT id, details, neighbours, rank, :model, :at
      FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(id text, details jsonb, neighbours jsonb, rank int)
    ON CONFLICT (id) DO UPDATE SET details = excluded.details, neighbours = excluded.neighbours,
           rank = excluded.rank, model_id = excluded.model_id, at = excluded.at
     WHERE products.at <= excluded.at
""")
_SOME = text("SELECT id, details, neighbours FROM products WHERE id = ANY(CAST(:ids AS text[]))")
_POPULAR = text("SELECT id FROM products ORDER BY rank LIMIT :most")
_PAGE = 2_000
MOST_TAKEN = 200


async def taken(
    session: AsyncSession, first: UUID, last: UUID, *, since: datetime, until: datetime
) -> Sequence[Row[Any]]:
    """What customers of a span viewed and bought, each one's newest first: id, product, at, bought, details."""
    values = {"first": first, "last": last, "since": since, "until": until, "most": MOST_TAKEN}
    return (await session.execute(_TAKEN, values)).all()


async def keep(
    session: AsyncSession, rows: Iterable[Mapping[str, Any]], *, model_id: UUID | None, at: datetime
) -> None:
    """Replace all products by these (`id`, `details`, `neighbours`, `rank`)."""
    page: list[Mapping[str, Any]] = []
    for row in rows:
        page.append(row)
        if len(page) == _PAGE:
            await _write(session, page, model_id, at)
            page = []
    await _write(session, page, model_id, at)
    await session.execute(text("DELETE FROM products WHERE at < :at"), {"at": at})


async def _write(session: AsyncSession, page: list[Mapping[str, Any]], model_id: UUID | None, at: datetime) -> None:
    if page:
        await session.execute(_KEEP, {"rows": json.dumps(page), "model": model_id, "at": at})


async def some(session: AsyncSession, ids: Sequence[str]) -> dict[str, Row[Any]]:
    """Products by id: details, neighbours."""
    return {row.id: row for row in await session.execute(_SOME, {"ids": list(ids)})}


async def popular(session: AsyncSession, most: int) -> list[str]:
    """The most popular products' ids."""
    return list((await session.execute(_POPULAR, {"most": most})).scalars())


async def just_bought(session: AsyncSession, customer_id: UUID, *, now: datetime, within: timedelta) -> list[str]:
    """What the customer bought lately."""
    found = await session.execute(_JUST_BOUGHT, {"customer": customer_id, "since": now - within})
    return [product for product in found.scalars() if product]
