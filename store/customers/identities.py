"""Who a customer is known as: external id, anonymous ids, earlier ids."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from store.database import driver
from store.database.driver import Statement, order
from store.events.events import id_list, text_list

IdentityKind = Literal["external", "anonymous", "previous", "customer"]


@dataclass(frozen=True)
class Known:
    """An id that stands for a customer."""

    kind: IdentityKind
    value: str
    customer_id: UUID
    external_id: str | None
    erased: bool


_FIND = """
    SELECT 'external' AS kind, external_id AS value, id, external_id, erased_at IS NOT NULL AS erased
      FROM customers WHERE external_id = ANY(CAST(%(names)s AS text[]))
    UNION ALL
    SELECT i.kind, i.value, c.id, c.external_id, c.erased_at IS NOT NULL
      FROM customer_identities i JOIN customers c ON c.id = i.customer_id
     WHERE i.kind IN ('anonymous', 'previous') AND i.value = ANY(CAST(%(names)s AS text[]))
    UNION ALL
    SELECT 'customer', CAST(id AS text), id, external_id, erased_at IS NOT NULL
      FROM customers WHERE id = ANY(CAST(%(ids)s AS uuid[]))
"""


def finding(names: Iterable[str], customer_ids: Iterable[UUID]) -> Statement[list[Known]]:
    """Every customer that one of these names (of whatever kind) or ids stands for."""
    values = {"names": text_list(names), "ids": id_list(customer_ids)}
    return Statement(_FIND, values, lambda rows: [Known(*row) for row in rows])


def erased_hash(name: str) -> str:
    """What stays of an erased customer's external id (or of their UUID): enough to prove and refuse, not to read."""
    return hashlib.sha256(f"campaign-flow:erased:{name}".encode("utf-8", "surrogatepass")).hexdigest()


_ERASED = "SELECT DISTINCT hash FROM erased_names WHERE hash = ANY(CAST(%(hashes)s AS text[]))"


def finding_erased(names: Iterable[str]) -> Statement[set[str]]:
    """Those of the names whose customer was erased."""
    hashes = {erased_hash(name): name for name in names}
    return Statement(_ERASED, {"hashes": text_list(hashes)}, lambda rows: {hashes[value] for (value,) in rows})


_LOCKS = 2048
"""Names share this many locks: a batch of thousands would otherwise overflow the server's lock table."""


_LOCK = """
    SELECT count(pg_advisory_xact_lock(hash))
      FROM (SELECT DISTINCT hashtextextended('identity:' || name, 0) %% %(locks)s AS hash
              FROM unnest(CAST(%(names)s AS text[])) AS name ORDER BY hash) AS ordered
"""


def locking_names(names: Iterable[str]) -> Statement[None]:
    """Hold these names until the transaction ends, so that two newcomers under one name become one customer."""
    return order(_LOCK, names=text_list(names), locks=_LOCKS)


async def lock_names(session: AsyncSession, names: Iterable[str]) -> None:
    """Hold these names until the transaction ends."""
    await driver.run(session, locking_names(names))


_CREATE = """
    INSERT INTO customers (id, external_id, created_at, updated_at)
    SELECT id, external_id, %(now)s, %(now)s
      FROM unnest(CAST(%(ids)s AS uuid[]), CAST(%(names)s AS text[])) AS n(id, external_id)
"""


async def create_customers(session: AsyncSession, new: Mapping[UUID, str | None], *, now: datetime) -> None:
    """Insert empty profiles: id -> external id (None for an anonymous visitor). Call under `lock_names`."""
    if new:
        await driver.run(session, order(_CREATE, ids=id_list(new), names=text_list(new.values()), now=now))


async def set_external_ids(session: AsyncSession, names: Mapping[UUID, str], *, now: datetime) -> None:
    """Give customers an external id (or a new one)."""
    if names:
        await session.execute(
            text("""
                UPDATE customers SET external_id = n.external_id, updated_at = :now
                  FROM unnest(CAST(:ids AS uuid[]), CAST(:names AS text[])) AS n(id, external_id)
                 WHERE customers.id = n.id
            """),
            {"ids": list(names), "names": list(names.values()), "now": now},
        )


async def link(session: AsyncSession, links: Sequence[tuple[str, str, UUID]], *, now: datetime) -> None:
    """Let (kind, value) stand for a customer from now on, whoever it stood for before."""
    if links:
        await session.execute(
            text("""
                INSERT INTO customer_identities (kind, value, customer_id, created_at)
                SELECT kind, value, customer_id, :now
                  FROM unnest(CAST(:kinds AS text[]), CAST(:names AS text[]), CAST(:ids AS uuid[]))
                       AS n(kind, value, customer_id)
                ON CONFLICT (kind, value) DO UPDATE SET customer_id = excluded.customer_id
            """),
            {
                "kinds": [kind for kind, _, _ in links],
                "names": [value for _, value, _ in links],
                "ids": [customer_id for _, _, customer_id in links],
                "now": now,
            },
        )
