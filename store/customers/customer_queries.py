"""Profiles for those who look: one, many, and what belongs to one."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select, union_all
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import TextClause
from sqlmodel import col

from domain.errors import NotFoundError
from domain.i18n import sentence
from domain.vocabulary import Channel, ConsentStatus
from models import Consent, Customer, CustomerIdentity, Device
from store.customers.names import full_name, sort_name
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


async def locale_of(session: AsyncSession, customer_id: UUID) -> str | None:
    """What the profile says of the customer's language."""
    language: str | None = await session.scalar(select(col(Customer.locale)).where(col(Customer.id) == customer_id))
    return language


async def ids_of(session: AsyncSession, external_ids: Sequence[str]) -> dict[str, UUID]:
    """External id -> customer id, of those that exist and were not erased."""
    rows = await session.execute(
        select(col(Customer.external_id), col(Customer.id)).where(
            col(Customer.external_id).in_(external_ids), col(Customer.erased_at).is_(None)
        )
    )
    return {str(row[0]): row[1] for row in rows}


async def names_of(session: AsyncSession, external_ids: Sequence[str]) -> dict[str, str]:
    """External id -> first and last name, of those whose name is known."""
    rows = await session.execute(
        select(col(Customer.external_id), full_name()).where(
            col(Customer.external_id).in_(external_ids), col(Customer.erased_at).is_(None), full_name().is_not(None)
        )
    )
    return {str(row[0]): str(row[1]) for row in rows}


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


@dataclass(frozen=True)
class CustomerSearch:
    """Which customers a list shows; what is None does not narrow.

    Attributes:
        text: those whose phone it is, or in whose external id, e-mail and name each word of it begins a word.
        tag: those who carry it.
        country: those who live there, by the code of their profile.
        tests: further tests of rows of `customers`.

    """

    text: str | None = None
    tag: str | None = None
    country: str | None = None
    tests: tuple[ColumnElement[bool] | TextClause, ...] = ()

    def narrow(self, query: Select[Any]) -> Select[Any]:
        """The query for those alone, without customers who were erased."""
        query = query.where(col(Customer.erased_at).is_(None))
        if self.text:
            query = query.where(_matches(self.text))
        if self.tag:
            query = query.where(col(Customer.tags).contains([self.tag]))
        if self.country:
            query = query.where(col(Customer.country) == self.country)
        return query.where(*self.tests)


EVERYBODY = CustomerSearch()


async def page(
    session: AsyncSession,
    after: tuple[datetime, UUID] | None,
    limit: int,
    *,
    search: CustomerSearch = EVERYBODY,
    oldest_first: bool = False,
) -> Sequence[Customer]:
    """Customers by their creation, newest first unless told otherwise, from behind `after` = (created_at, id).

    Args:
        session: the transaction.
        after: where the page begins.
        limit: its size.
        search: which of them.
        oldest_first: the other way round.

    """
    order = (col(Customer.created_at), col(Customer.id))
    query = search.narrow(select(Customer)).limit(limit)
    query = query.order_by(*order) if oldest_first else query.order_by(*(column.desc() for column in order))
    if after:
        query = query.where(after_cursor(order, after, descending=not oldest_first))
    return (await session.scalars(query)).all()


async def page_by_name(
    session: AsyncSession, after: tuple[str, UUID] | None, limit: int, *, search: CustomerSearch = EVERYBODY
) -> list[tuple[Customer, str]]:
    """Customers by `names.sort_name`, each with it, from behind `after` = (that, id)."""
    order = (sort_name(), col(Customer.id))
    query = search.narrow(select(Customer).add_columns(order[0])).order_by(*order).limit(limit)
    if after:
        query = query.where(after_cursor(order, after, descending=False))
    return [(customer, name) for customer, name in await session.execute(query)]


MOST_COUNTED = 10_000
"""Beyond it only "more than" is said: nobody waits for a count of millions."""


async def count(session: AsyncSession, search: CustomerSearch = EVERYBODY) -> tuple[int, bool]:
    """How many customers `page` would list in all, up to `MOST_COUNTED`; and whether there are more."""
    query = search.narrow(select(col(Customer.id))).limit(MOST_COUNTED + 1)
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
