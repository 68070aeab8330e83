"""Counters of budgets, which concurrent redemptions never take over their limit; and the ledger of what they hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.promotions.counters import Claim, CounterKey
from store.database import driver
from store.database.driver import Rows, Statement, order
from store.events import json_text

_COLUMNS = "promotion_id uuid, budget text, entity text, period date"


def _row(promotion_id: UUID, key: CounterKey) -> dict[str, Any]:
    return {"promotion_id": promotion_id, "budget": key.budget, "entity": key.entity, "period": key.period}


def reading(wanted: Sequence[tuple[UUID, CounterKey]]) -> Statement[dict[tuple[UUID, CounterKey], int]]:
    """What is taken of counters; those that nothing was taken of are left out."""

    def read(rows: Rows) -> dict[tuple[UUID, CounterKey], int]:
        return {(row[0], CounterKey(row[1], row[2], row[3])): row[4] for row in rows}

    query = f"""
        SELECT c.promotion_id, c.budget, c.entity, c.period, c.taken
          FROM jsonb_to_recordset(CAST(%(rows)s AS jsonb)) AS n({_COLUMNS})
          JOIN promotion_counters c USING (promotion_id, budget, entity, period)
    """  # noqa: S608 - columns from above
    return Statement(query, {"rows": json_text.dumps([_row(*each) for each in wanted])}, read)


# Danger: one row a counter, in one order everywhere: two redemptions that share counters would lock each other out.
_TAKE = f"""
    INSERT INTO promotion_counters AS c (promotion_id, budget, entity, period, taken, most)
    SELECT promotion_id, budget, entity, period, amount, most
      FROM jsonb_to_recordset(CAST(%(rows)s AS jsonb)) AS n({_COLUMNS}, amount bigint, most bigint)
     WHERE amount <= most
     ORDER BY promotion_id, budget, entity, period
    ON CONFLICT (promotion_id, budget, entity, period) DO UPDATE
       SET taken = c.taken + excluded.taken, most = excluded.most
     WHERE c.taken + excluded.taken <= excluded.most
    RETURNING 1
"""  # noqa: S608 - columns from above


def taking(claims: Mapping[UUID, Sequence[Claim]]) -> Statement[bool]:
    """Take of counters, all or (when the caller rolls back) nothing; whether each had enough left."""
    wanted: dict[tuple[UUID, CounterKey], list[int]] = {}
    for promotion_id, each in claims.items():
        for claim in each:
            # two codes of one promotion share its budgets
            wanted.setdefault((promotion_id, claim.key), [0, claim.most])[0] += claim.amount
    rows = [{**_row(*key), "amount": amount, "most": most} for key, (amount, most) in wanted.items()]
    return Statement(_TAKE, {"rows": json_text.dumps(rows)}, lambda made: len(made) == len(rows))


_GIVE = f"""
    WITH wanted AS (
        SELECT promotion_id, budget, entity, period, sum(amount)::bigint AS amount
          FROM jsonb_to_recordset(CAST(%(rows)s AS jsonb)) AS n({_COLUMNS}, amount bigint)
         GROUP BY 1, 2, 3, 4),
    locked AS (
        SELECT c.promotion_id, c.budget, c.entity, c.period, w.amount
          FROM promotion_counters c JOIN wanted w USING (promotion_id, budget, entity, period)
         ORDER BY 1, 2, 3, 4 FOR UPDATE OF c)
    UPDATE promotion_counters c SET taken = c.taken - l.amount FROM locked l
     WHERE (c.promotion_id, c.budget, c.entity, c.period) = (l.promotion_id, l.budget, l.entity, l.period)
"""  # noqa: S608 - columns from above


def giving_back(amounts: Sequence[tuple[UUID, CounterKey, int]]) -> Statement[None]:
    """Give back what was taken of counters."""
    rows = [{**_row(promotion_id, key), "amount": amount} for promotion_id, key, amount in amounts if amount]
    return order(_GIVE, rows=json_text.dumps(rows))


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A change of a promotion's budgets."""

    promotion_id: UUID
    order_key: UUID
    kind: str
    uses: int
    amount: int


def entering(entries: Sequence[LedgerEntry]) -> Statement[None]:
    """Write entries of the ledger."""
    return order(
        """
        INSERT INTO promotion_ledger (promotion_id, order_key, kind, uses, amount)
        SELECT promotion_id, order_key, kind, uses, amount FROM jsonb_to_recordset(CAST(%(rows)s AS jsonb))
               AS n(promotion_id uuid, order_key uuid, kind text, uses integer, amount bigint)
        """,
        rows=json_text.dumps(list(entries)),
    )


async def run(session: AsyncSession, *statements: Statement[None]) -> None:
    """Execute statements one after another."""
    for statement in statements:
        await driver.run(session, statement)
