"""Profiles for those who look: one, many, and what belongs to one."""

import contextlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select, union_all
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import NotFoundError
from domain.i18n import sentence
from domain.vocabulary import Channel, ConsentStatus
from models import Consent, Customer, CustomerIdentity, Device
from store.database.keyset import after_cursor


async def require(session: AsyncSession, ref: str) -> Customer:
    """The customer whose external id, earlier external id or UUID is `ref`.

    Raises:
        NotFoundError: there is none, or the customer was erased.

    """
    earlier = select(col(CustomerIdentity.customer_id)).where(
        col(CustomerIdentity.kind) == "previous", col(CustomerIdentity.value) == ref
    )
    # each way of its own index: joined by OR, they would read everybody
    named: list[Select[UUID]] = [select(col(Customer.id)).where(col(Customer.external_id) == ref), earlier]
    with contextlib.suppress(ValueError):
        named.append(select(col(Customer.id)).where(col(Customer.id) == UUID(ref)))
    found = await session.scalars(
        select(Customer)
        .where(col(Customer.id).in_(union_all(*named)), col(Customer.erased_at).is_(None))
        .order_by((col(Customer.external_id) == ref).desc().nulls_last())
        .limit(1)
    )
    one = found.one_or_none()
    if one is None:
        raise NotFoundError(sentence("no_customer", customer=ref))
    return one


async def current_id(session: AsyncSession, customer_id: UUID) -> UUID:
    """Who a customer is now: themselves, or the one whom they were joined with since.

    Raises:
        NotFoundError: nobody any more: they were erased.

    """
    return (await require(session, str(customer_id))).id


async def ids_of(session: AsyncSession, external_ids: Sequence[str]) -> dict[str, UUID]:
    """External id -> customer id, of those that exist and were not erased."""
    rows = await session.execute(
        select(col(Customer.external_id), col(Customer.id)).where(
            col(Customer.external_id).in_(external_ids), col(Customer.erased_at).is_(None)
        )
    )
    return {str(row[0]): row[1] for row in rows}


def _matches(sought: str) -> ColumnElement[bool]:
    words = func.customer_words(
        col(Customer.external_id), col(Customer.email), col(Customer.first_name), col(Customer.last_name)
    )
    # all of them are answered from indexes: what has no letter or digit in it finds nobody by its words
    return or_(
        col(Customer.external_id) == sought,
        col(Customer.phone) == sought,
        words.op("@@")(func.customer_query(sought)),
    )


async def page(
    session: AsyncSession,
    after: tuple[datetime, UUID] | None,
    limit: int,
    *,
    text: str | None = None,
    tag: str | None = None,
) -> Sequence[Customer]:
    """Customers, newest first, from behind `after` = (created_at, id).

    Args:
        session: the transaction.
        after: where the page begins.
        limit: its size.
        text: only those whose phone it is, or in whose external id, e-mail and name each word of it begins a word.
        tag: only those who carry it.

    """
    order = (col(Customer.created_at), col(Customer.id))
    query = (
        select(Customer)
        .where(col(Customer.erased_at).is_(None))
        .order_by(*(column.desc() for column in order))
        .limit(limit)
    )
    if text:
        query = query.where(_matches(text))
    if tag:
        query = query.where(col(Customer.tags).contains([tag]))
    if after:
        query = query.where(after_cursor(order, after, descending=True))
    return (await session.scalars(query)).all()


MOST_COUNTED = 10_000
"""Beyond it only "more than" is said: nobody waits for a count of millions."""


async def count(session: AsyncSession, *, text: str | None = None, tag: str | None = None) -> tuple[int, bool]:
    """How many customers `page` would list in all, up to `MOST_COUNTED`; and whether there are more."""
    query = select(col(Customer.id)).where(col(Customer.erased_at).is_(None)).limit(MOST_COUNTED + 1)
    if text:
        query = query.where(_matches(text))
    if tag:
        query = query.where(col(Customer.tags).contains([tag]))
    found = await session.scalar(select(func.count()).select_from(query.subquery())) or 0
    return min(found, MOST_COUNTED), found > MOST_COUNTED


async def by_ids(session: AsyncSession, customer_ids: Sequence[UUID]) -> Sequence[Customer]:
    """Those customers, in the order of the ids given."""
    found = await session.scalars(select(Customer).where(col(Customer.id).in_(customer_ids)))
    rank = {customer_id: index for index, customer_id in enumerate(customer_ids)}
    return sorted(found.all(), key=lambda customer: rank[customer.id])


async def consents(session: AsyncSession, customer_id: UUID) -> Sequence[Consent]:
    """What the customer said, by channel and topic."""
    found = await session.scalars(
        select(Consent)
        .where(col(Consent.customer_id) == customer_id)
        .order_by(col(Consent.channel), col(Consent.topic))
    )
    return found.all()


async def set_consent(
    session: AsyncSession, customer_id: UUID, channel: Channel, topic: str, *, status: ConsentStatus, source: str
) -> None:
    """Write down the customer's word about a channel, or one topic of it (`*` = all of it)."""
    values = {"status": status, "source": source, "at": func.now()}
    await session.execute(
        insert(Consent)
        .values(customer_id=customer_id, channel=channel, topic=topic, **values)
        .on_conflict_do_update(index_elements=["customer_id", "channel", "topic"], set_=values)
    )


async def devices(session: AsyncSession, customer_id: UUID) -> Sequence[Device]:
    """The customer's push tokens, the latest first."""
    found = await session.scalars(
        select(Device)
        .where(col(Device.customer_id) == customer_id)
        .order_by(col(Device.updated_at).desc(), col(Device.token))
    )
    return found.all()


async def set_device_active(session: AsyncSession, customer_id: UUID, token: str, *, active: bool) -> bool:
    """Use a push token again, or no more. False when the customer has no such token."""
    device = await session.get(Device, token)
    if device is None or device.customer_id != customer_id:
        return False
    device.active = active
    await session.flush()
    return True
