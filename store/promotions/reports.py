"""What became of promotions over time, and what looks like misuse."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True, slots=True)
class BurnDay:
    """What a day (UTC) took of a promotion's budgets, less what it gave back."""

    promotion_id: UUID
    day: date
    uses: int
    amount: int
    """Minor units."""


async def burn(session: AsyncSession, ids: Sequence[UUID], since: datetime) -> Sequence[BurnDay]:
    """The days of promotions on which something was taken or given back, in their order."""
    rows = await session.execute(
        text("""
            SELECT promotion_id, CAST(at AT TIME ZONE 'UTC' AS date) AS day, sum(uses)::bigint, sum(amount)::bigint
              FROM promotion_ledger WHERE promotion_id = ANY(:ids) AND at >= :since
             GROUP BY promotion_id, day ORDER BY promotion_id, day
        """),
        {"ids": list(ids), "since": since},
    )
    return [BurnDay(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class SharedIdentifier:
    """A device or card with which several customers redeemed a promotion."""

    promotion_id: UUID
    name: str
    identifier: str
    """The beginning of its hash."""
    customers: int
    orders: int
    latest: datetime


async def shared_identifiers(session: AsyncSession, since: datetime, limit: int) -> Sequence[SharedIdentifier]:
    """Identifiers that several customers share, those of most customers first.

    Only promotions with a budget per identifier note them.
    """
    rows = await session.execute(
        text("""
            SELECT r.promotion_id, p.name, left(c ->> 'entity', 12), count(DISTINCT o.customer_id) AS customers,
                   count(DISTINCT o.id), max(r.at)
              FROM promotions p
              JOIN promotion_redemptions r ON r.promotion_id = p.id AND r.at >= :since
              JOIN promotion_orders o ON o.id = r.order_key
             CROSS JOIN LATERAL jsonb_array_elements(r.counters) AS c
             WHERE p.definition @> '{"budgets": [{"per": "identifier"}]}' AND c ->> 'budget' LIKE '%/identifier/%'
             GROUP BY r.promotion_id, p.name, c ->> 'entity'
            HAVING count(DISTINCT o.customer_id) > 1
             ORDER BY customers DESC LIMIT :limit
        """),
        {"since": since, "limit": limit},
    )
    return [SharedIdentifier(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class RefusedCodes:
    """Codes that a key tried in vain."""

    caller: str
    reason: str
    promotion_id: UUID | None
    promotion: str | None
    tries: int
    codes: int
    """Different ones."""
    latest: datetime


async def refusals(session: AsyncSession, promotion_id: UUID | None, limit: int) -> Sequence[RefusedCodes]:
    """Codes that were refused in the last 7 days, by what and whom, the most frequent first."""
    rows = await session.execute(
        text("""
            SELECT r.caller, r.reason, r.promotion_id, p.name, count(*) AS tries, count(DISTINCT r.code_hash),
                   max(r.at)
              FROM promotion_refusals r LEFT JOIN promotions p ON p.id = r.promotion_id
             WHERE r.at > now() - interval '7 days'
               AND (CAST(:promotion AS uuid) IS NULL OR r.promotion_id = CAST(:promotion AS uuid))
             GROUP BY r.caller, r.reason, r.promotion_id, p.name ORDER BY tries DESC LIMIT :limit
        """),
        {"promotion": promotion_id, "limit": limit},
    )
    return [RefusedCodes(*row) for row in rows]


__all__ = ["BurnDay", "RefusedCodes", "SharedIdentifier", "burn", "refusals", "shared_identifiers"]
