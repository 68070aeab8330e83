"""Reserve, redeem, cancel: what becomes of an order's promotions, one transaction each.

The order's row decides. Asked again with the same order id, each answers as it did the first time: 3-D Secure's
second call is the same redemption, for ever. A budget is taken last, in one statement that never exceeds it, and what a
transaction took is gone with it when it fails.
"""

import hashlib
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from domain.errors import ConflictError, NotFoundError
from domain.i18n import sentence
from domain.promotions.counters import Claim, CounterKey, claims
from ingestion.promotions import events
from ingestion.promotions.answers import BudgetTakenError, CodesRefusedError, OrderAnswer, result_of
from ingestion.promotions.offers import AskedPromotions, Looked, PromotionCatalog, PromotionRequest, ask, given_codes
from store.campaigns import outbox
from store.campaigns.outbox import OutboxMessage
from store.database import driver
from store.promotions import codes, counters, orders, promotions
from store.promotions.counters import LedgerEntry
from store.promotions.orders import OrderRow, RedemptionRow

_NAMESPACE = UUID("0b6f5a8e-1f0c-5d53-9d40-6a1d0e0c7b11")
ORDER_IS = {
    "reserved": "order_is_reserved",
    "redeemed": "order_is_redeemed",
    "returned": "order_is_returned",
    "cancelled": "order_is_cancelled",
    "expired": "order_is_expired",
}


def order_key(order_id: str) -> UUID:
    """Our id of a shop's order."""
    return uuid5(_NAMESPACE, order_id)


def workflow_id(order_id: str) -> str:
    """The workflow that waits for the end of the order's reservation; the shop's id stays out of Temporal."""
    return f"promotion-order/{order_key(order_id)}"


async def reserve(
    session: AsyncSession,
    catalog: PromotionCatalog,
    order_id: str,
    request: PromotionRequest,
    *,
    until: datetime,
    now: datetime,
) -> OrderAnswer:
    """Take what the order's promotions need, until `until`. A changed cart replaces what was reserved before.

    Raises:
        CodesRefusedError: a code does not apply.
        ConflictError: the order was redeemed or cancelled.
        BudgetTakenError: to be tried again.

    """
    row, looked = await _begin(session, order_id, request)
    wanted = _request(request)
    if row.state == "reserved" and row.request == wanted:
        return OrderAnswer(order_id, row.state, row.result, row.reserved_until, repeated=True)
    if row.state == "reserved":
        await _give_back(session, row, "expire", "expired")
    elif row.state not in ("new", "expired"):
        raise ConflictError(sentence(ORDER_IS[row.state]))
    asked = await ask(session, catalog, request, now, looked=looked)
    row.reserved_until = until
    await outbox.add(session, [_ending(row)])
    return await _take(session, row, asked, "reserved", now)


async def redeem(
    session: AsyncSession, catalog: PromotionCatalog, order_id: str, request: PromotionRequest | None, *, now: datetime
) -> OrderAnswer:
    """Redeem the order's promotions: those that are reserved, or those that apply to its cart now.

    Raises:
        CodesRefusedError: a code does not apply.
        NotFoundError: nothing is reserved and no cart is given.
        ConflictError: the order was cancelled, or redeemed with another cart.
        BudgetTakenError: to be tried again.

    """
    row, looked = await _begin(session, order_id, request)
    wanted = None if request is None else _request(request)
    if row.state in ("redeemed", "returned"):
        if wanted not in (None, row.request):
            raise ConflictError(sentence("order_redeemed_otherwise"))
        return OrderAnswer(order_id, row.state, row.result, repeated=True)
    if row.state == "cancelled":
        raise ConflictError(sentence("order_is_cancelled"))
    if row.state == "reserved" and wanted in (None, row.request):
        return await _confirm(session, row, now)
    if request is None:
        if row.state == "expired":
            raise ConflictError(sentence("order_reservation_expired"))
        raise NotFoundError(sentence("order_not_reserved"))
    if row.state == "reserved":
        await _give_back(session, row, "expire", "expired")
    asked = await ask(session, catalog, request, now, looked=looked)
    row.reserved_until = None
    return await _take(session, row, asked, "redeemed", now)


async def cancel(session: AsyncSession, order_id: str, now: datetime) -> OrderAnswer:
    """Free what the order took, once. What came back by returns before is not given back twice.

    Raises:
        NotFoundError: there is no such order.

    """
    row = await existing(session, order_id)
    if row.state in ("reserved", "redeemed", "returned"):
        was_redeemed = row.state != "reserved"
        await _give_back(session, row, "cancel", "cancelled")
        row.state, row.reserved_until = "cancelled", None
        if was_redeemed:
            await tell(session, row, "cancelled")
        await driver.run(session, orders.saving(row, now))
        return OrderAnswer(order_id, row.state, row.result)
    if row.state == "expired":
        row.state = "cancelled"
        await driver.run(session, orders.saving(row, now))
    return OrderAnswer(order_id, row.state, row.result, repeated=True)


async def end_reservation(session: AsyncSession, key: UUID, now: datetime) -> datetime | None:
    """Give back what an order reserved, if its time is over; until when it is reserved else, None for not at all."""
    row = await driver.run(session, orders.locking_key(key))
    if row is None or row.state != "reserved" or row.reserved_until is None:
        return None
    if row.reserved_until > now:
        return row.reserved_until
    await _give_back(session, row, "expire", "expired")
    row.state = "expired"
    await driver.run(session, orders.saving(row, now))
    return None


def counter_key(counter: dict[str, Any]) -> CounterKey:
    """The counter that a redemption says it took of."""
    return CounterKey(counter["budget"], counter["entity"], date.fromisoformat(counter["period"]))


def _request(request: PromotionRequest) -> dict[str, Any]:
    """What a repeat is compared with; the customer as a hash, which erasure takes out."""
    said: dict[str, Any] = request.model_dump(mode="json", exclude={"identifier", "customer"})
    if request.customer is not None:
        said["customer"] = hashlib.sha256(request.customer.encode("utf-8", "surrogatepass")).hexdigest()
    return said


async def _begin(
    session: AsyncSession, order_id: str, request: PromotionRequest | None
) -> tuple[OrderRow, Looked | None]:
    """The order, locked; a new one is written down. And what its evaluation looks up, in the same round trip."""
    key = order_key(order_id)
    writing = orders.beginning(key, order_id, None)
    if request is None:
        is_new, looked = await driver.run(session, writing), None
    else:
        finding = codes.finding(given_codes(request))
        is_new, version, found = await driver.pipelined(session, writing, promotions.asking_version(), finding)
        looked = (version, found)
    if is_new:
        return OrderRow(key, order_id, "new", None, {}, {}, None), looked
    return await existing(session, order_id), looked


async def existing(session: AsyncSession, order_id: str) -> OrderRow:
    """The order, locked.

    Raises:
        NotFoundError: there is none.

    """
    row = await driver.run(session, orders.locking(order_id))
    if row is None:
        raise NotFoundError(sentence("no_order"))
    return row


async def _take(
    session: AsyncSession, row: OrderRow, asked: AskedPromotions, state: Literal["reserved", "redeemed"], now: datetime
) -> OrderAnswer:
    """Write the order's promotions, and take their budgets last: others wait for those rows."""
    if asked.refused_codes:
        raise CodesRefusedError(asked)
    row.state, row.request, row.result = state, _request(asked.request), result_of(asked.evaluation)
    row.customer_id = asked.shopper.id if asked.shopper else None
    made: list[RedemptionRow] = []
    taken: dict[UUID, list[Claim]] = {}
    kind = "reserve" if state == "reserved" else "redeem"
    for position, each in enumerate(asked.evaluation.applied):
        offer = each.offer
        its = claims(asked.known[offer.promotion_id, offer.code], each.amount)
        stored = [
            {"budget": c.key.budget, "entity": c.key.entity, "period": c.key.period, "money": c.money} for c in its
        ]
        id_ = uuid5(row.id, f"{offer.promotion_id}/{offer.code}/{now.isoformat()}")
        lines = list(each.lines)
        made.append(
            RedemptionRow(id_, row.id, offer.promotion_id, position, offer.code, each.amount, lines, stored, state)
        )
        taken.setdefault(offer.promotion_id, []).extend(its)
    entries = [LedgerEntry(each.promotion_id, row.id, kind, 1, each.amount) for each in made]
    enough, _ = await driver.pipelined(
        session,
        counters.taking(taken),
        orders.saving(row, now),
        after=[orders.inserting(made, now), counters.entering(entries)],
    )
    if not enough:
        raise BudgetTakenError
    if state == "redeemed":
        await tell(session, row, "redeemed")
    return OrderAnswer(row.order_id, state, row.result, row.reserved_until)


async def _confirm(session: AsyncSession, row: OrderRow, now: datetime) -> OrderAnswer:
    its = await orders.redemptions(session, row.id)
    await orders.set_state(session, row.id, "redeemed")
    await driver.run(session, counters.entering([LedgerEntry(e.promotion_id, row.id, "redeem", 0, 0) for e in its]))
    row.state, row.reserved_until = "redeemed", None
    await driver.run(session, orders.saving(row, now))
    await tell(session, row, "redeemed")
    return OrderAnswer(row.order_id, row.state, row.result)


async def tell(session: AsyncSession, row: OrderRow, what: events.What, key: str = "") -> None:
    """Journeys hear of it by the outbox, where the customer is known."""
    if row.customer_id is not None and row.result["applied"]:
        await outbox.add(session, [events.note(row.id, workflow_id(row.order_id), what, key)])


async def _give_back(session: AsyncSession, row: OrderRow, kind: str, state: str) -> None:
    """All that the order's promotions still hold of their budgets."""
    its = await orders.redemptions(session, row.id)
    back = [
        (each.promotion_id, counter_key(counter), each.amount - each.returned if counter["money"] else 1)
        for each in its
        for counter in each.counters
    ]
    entries = [LedgerEntry(e.promotion_id, row.id, kind, -1, e.returned - e.amount) for e in its]
    await orders.set_state(session, row.id, state)
    await counters.run(session, counters.entering(entries), counters.giving_back(back))


def _ending(row: OrderRow) -> OutboxMessage:
    """The wake-up that ends the reservation."""
    return OutboxMessage("end_reservation", row.id, workflow_id(row.order_id), {})
