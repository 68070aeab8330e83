"""Reserve, redeem, return, cancel: what becomes of an order's promotions, one transaction each.

The order's row decides. Asked again with the same order id, each answers as it did the first time: 3-D Secure's
second call is the same redemption, for ever. A budget is taken last, in one statement that never exceeds it, and what a
transaction took is gone with it when it fails.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from domain.errors import ConflictError, InvalidError, NotFoundError
from domain.i18n import sentence
from domain.promotions.counters import Claim, CounterKey, claims
from domain.promotions.evaluation import CartEvaluation
from domain.promotions.returns import SoldLine, part, returned
from ingestion.promotions import events
from ingestion.promotions.offers import AskedPromotions, PromotionCatalog, PromotionRequest, ask
from models import PromotionReturn
from store.campaigns import outbox
from store.campaigns.outbox import OutboxMessage
from store.database import driver
from store.promotions import counters, orders
from store.promotions.counters import LedgerEntry
from store.promotions.orders import OrderRow, RedemptionRow

_NAMESPACE = UUID("0b6f5a8e-1f0c-5d53-9d40-6a1d0e0c7b11")
MOST_ORDER_ID = 255
_ATTEMPTS = 5
_ORDER_IS = {
    "reserved": "order_is_reserved",
    "redeemed": "order_is_redeemed",
    "returned": "order_is_returned",
    "cancelled": "order_is_cancelled",
    "expired": "order_is_expired",
}


class BudgetTakenError(Exception):
    """Somebody else took the last of a budget meanwhile: the request is to be evaluated again, in a new transaction."""


class CodesRefusedError(ConflictError):
    """A code that was given does not apply; nothing was taken."""

    code, title = "codes_refused", "A code does not apply"

    def __init__(self, asked: AskedPromotions) -> None:
        """Name each code's reason."""
        refused = [
            {"code": code, "reason": refusal.reason.value, "message": refusal.words}
            for code, _, refusal in asked.refused_codes
        ]
        super().__init__(" ".join(f"{each['code']}: {each['message']}" for each in refused)[:500], refused=refused)
        self.asked = asked


@dataclass(frozen=True, slots=True)
class OrderAnswer:
    """What an order's promotions are now."""

    order_id: str
    state: str
    result: dict[str, Any]
    reserved_until: datetime | None = None
    repeated: bool = False
    """Whether it was so before."""
    returns: dict[str, dict[str, Any]] = field(default_factory=dict)


def order_key(order_id: str) -> UUID:
    """Our id of a shop's order."""
    return uuid5(_NAMESPACE, order_id)


def workflow_id(order_id: str) -> str:
    """The workflow that waits for the end of the order's reservation; the shop's id stays out of Temporal."""
    return f"promotion-order/{order_key(order_id)}"


def result_of(evaluation: CartEvaluation) -> dict[str, Any]:
    """An evaluation as it is answered and kept. Amounts are minor units."""
    cart = evaluation.cart
    return {
        "currency": cart.currency,
        "subtotal": cart.subtotal,
        "shipping": cart.shipping,
        "discount": evaluation.discount,
        "total": evaluation.total,
        "lines": [
            {"id": line.id, "amount": line.amount, "discount": off, "total": line.amount - off}
            for line, off in zip(cart.lines, evaluation.line_discounts, strict=True)
        ],
        "applied": [
            {
                "promotion_id": str(each.offer.promotion_id),
                "name": each.offer.name,
                "code": each.offer.code,
                "amount": each.amount,
                "shipping": each.shipping,
                "lines": {line.id: off for line, off in zip(cart.lines, each.lines, strict=True) if off},
                "desired": each.wanted,
                "gifts": each.gifts,
            }
            for each in evaluation.applied
        ],
        "refused": [
            {
                "promotion_id": str(offer.promotion_id) if offer.promotion_id.int else None,
                "name": offer.name,
                "code": offer.code,
                "reason": refusal.reason.value,
                "message": refusal.words,
                "missing_amount": refusal.missing_amount,
                "missing_units": refusal.missing_units,
            }
            for offer, refusal in evaluation.refused
        ],
        "alternatives": [
            {
                "promotion_id": str(near.offer.promotion_id),
                "name": near.offer.name,
                "missing_amount": near.missing_amount,
                "missing_units": near.missing_units,
                "saving": near.saving,
            }
            for near in evaluation.alternatives
        ],
        "best": evaluation.exact,
    }


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
    row = await _begin(session, order_id)
    wanted = _request(request)
    if row.state == "reserved" and row.request == wanted:
        return OrderAnswer(order_id, row.state, row.result, row.reserved_until, repeated=True)
    if row.state == "reserved":
        await _give_back(session, row, "expire", "expired")
    elif row.state not in ("new", "expired"):
        raise ConflictError(sentence(_ORDER_IS[row.state]))
    asked = await ask(session, catalog, request, now)
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
    row = await _begin(session, order_id)
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
        why = "Its reservation has expired" if row.state == "expired" else "Nothing is reserved for the order"
        raise (ConflictError if row.state == "expired" else NotFoundError)(f"{why}: send the cart")
    if row.state == "reserved":
        await _give_back(session, row, "expire", "expired")
    asked = await ask(session, catalog, request, now)
    row.reserved_until = None
    return await _take(session, row, asked, "redeemed", now)


async def cancel(session: AsyncSession, order_id: str, now: datetime) -> OrderAnswer:
    """Free what the order took, once. What came back by returns before is not given back twice.

    Raises:
        NotFoundError: there is no such order.

    """
    row = await _existing(session, order_id)
    if row.state in ("reserved", "redeemed", "returned"):
        was_redeemed = row.state != "reserved"
        await _give_back(session, row, "cancel", "cancelled")
        row.state, row.reserved_until = "cancelled", None
        if was_redeemed:
            await _tell(session, row, "cancelled")
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


async def give_back(
    session: AsyncSession, order_id: str, key: str, units: dict[str, int], *, shipping: bool, now: datetime
) -> OrderAnswer:
    """Take units of an order back: what was paid for them, and what each promotion's budget gets again.

    Raises:
        NotFoundError: there is no such order.
        ConflictError: it is not redeemed, or the key was used for other units.
        InvalidError: a line has not so many units left.

    """
    row = await _existing(session, order_id)
    known = await orders.returns(session, row.id)
    wanted = {"lines": units, "shipping": shipping}
    if key in known:
        if known[key].units != wanted:
            raise ConflictError(sentence("return_made_otherwise", key=key))
        return OrderAnswer(order_id, row.state, known[key].result, repeated=True)
    if row.state != "redeemed":
        raise ConflictError(sentence(_ORDER_IS[row.state]))
    its = await orders.redemptions(session, row.id)
    before = [known_return.units for known_return in known.values()]
    result, given = _returned(row, its, before, units, shipping=shipping)
    for each, amount in given:
        each.returned += amount
        await orders.note_returned(session, each)
    await _return_money(session, row, given)
    session.add(PromotionReturn(order_key=row.id, key=key, units=wanted, result=result, at=now))
    await session.flush()
    await _tell(session, row, "returned", key)
    if result["complete"]:
        row.state = "returned"
        await driver.run(session, orders.saving(row, now))
    return OrderAnswer(order_id, row.state, result)


def _returned(
    row: OrderRow,
    its: Sequence[RedemptionRow],
    before: Sequence[dict[str, Any]],
    units: dict[str, int],
    *,
    shipping: bool,
) -> tuple[dict[str, Any], list[tuple[RedemptionRow, int]]]:
    """What a return comes to, and what each promotion gets back."""
    lines = row.request["cart"]["lines"]
    gone = {line["id"]: sum(each["lines"].get(line["id"], 0) for each in before) for line in lines}
    sold = [
        SoldLine(
            line["id"],
            line["quantity"],
            line["quantity"] * line["unit_price"],
            tuple(each.lines[at] for each in its),
            gone[line["id"]],
            tuple((each.returned_lines or [0] * len(lines))[at] for each in its),
        )
        for at, line in enumerate(lines)
    ]
    try:
        whole = returned(sold, units)
    except ValueError as error:
        raise InvalidError(str(error)) from None
    for at, line in enumerate(sold):
        if line.id in units:
            for each, discount in zip(its, part(line, units[line.id]).discounts, strict=True):
                each.returned_lines = each.returned_lines or [0] * len(lines)
                each.returned_lines[at] += discount
    discounts = list(whole.discounts) if units else [0] * len(its)
    paid_shipping = 0
    if shipping:
        if any(each["shipping"] for each in before):
            raise InvalidError("The shipping came back before")
        off = [each["shipping"] for each in row.result["applied"]]
        discounts = [a + b for a, b in zip(discounts, off, strict=True)]
        paid_shipping = row.result["shipping"] - sum(off)
    left = sum(line["quantity"] for line in lines) - sum(gone.values()) - sum(units.values())
    result = {
        "currency": row.result["currency"],
        "refund": whole.paid + paid_shipping,
        "lines": dict(whole.lines),
        "shipping": paid_shipping,
        "promotions": [
            {"promotion_id": str(each.promotion_id), "code": each.code, "amount": amount}
            for each, amount in zip(its, discounts, strict=True)
        ],
        "complete": left == 0,
    }
    return result, list(zip(its, discounts, strict=True))


async def _return_money(session: AsyncSession, row: OrderRow, given: Sequence[tuple[RedemptionRow, int]]) -> None:
    back = [
        (each.promotion_id, _key(counter), amount)
        for each, amount in given
        for counter in each.counters
        if counter["money"]
    ]
    entries = [LedgerEntry(each.promotion_id, row.id, "return", 0, -amount) for each, amount in given if amount]
    await counters.run(session, counters.entering(entries), counters.giving_back(back))


def _key(counter: dict[str, Any]) -> CounterKey:
    return CounterKey(counter["budget"], counter["entity"], date.fromisoformat(counter["period"]))


def _request(request: PromotionRequest) -> dict[str, Any]:
    """What a repeat is compared with; the customer as a hash, which erasure takes out."""
    said: dict[str, Any] = request.model_dump(mode="json", exclude={"identifier", "customer"})
    if request.customer is not None:
        said["customer"] = hashlib.sha256(request.customer.encode("utf-8", "surrogatepass")).hexdigest()
    return said


async def _begin(session: AsyncSession, order_id: str) -> OrderRow:
    """The order, locked; a new one is written down."""
    key = order_key(order_id)
    if await driver.run(session, orders.beginning(key, order_id, None)):
        return OrderRow(key, order_id, "new", None, {}, {}, None)
    return await _existing(session, order_id)


async def _existing(session: AsyncSession, order_id: str) -> OrderRow:
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
        await _tell(session, row, "redeemed")
    return OrderAnswer(row.order_id, state, row.result, row.reserved_until)


async def _confirm(session: AsyncSession, row: OrderRow, now: datetime) -> OrderAnswer:
    its = await orders.redemptions(session, row.id)
    await orders.set_state(session, row.id, "redeemed")
    await driver.run(session, counters.entering([LedgerEntry(e.promotion_id, row.id, "redeem", 0, 0) for e in its]))
    row.state, row.reserved_until = "redeemed", None
    await driver.run(session, orders.saving(row, now))
    await _tell(session, row, "redeemed")
    return OrderAnswer(row.order_id, row.state, row.result)


async def _tell(session: AsyncSession, row: OrderRow, what: events.What, key: str = "") -> None:
    """Journeys hear of it by the outbox, where the customer is known."""
    if row.customer_id is not None and row.result["applied"]:
        await outbox.add(session, [events.note(row.id, workflow_id(row.order_id), what, key)])


async def _give_back(session: AsyncSession, row: OrderRow, kind: str, state: str) -> None:
    """All that the order's promotions still hold of their budgets."""
    its = await orders.redemptions(session, row.id)
    back = [
        (each.promotion_id, _key(counter), each.amount - each.returned if counter["money"] else 1)
        for each in its
        for counter in each.counters
    ]
    entries = [LedgerEntry(e.promotion_id, row.id, kind, -1, e.returned - e.amount) for e in its]
    await orders.set_state(session, row.id, state)
    await counters.run(session, counters.entering(entries), counters.giving_back(back))


def _ending(row: OrderRow) -> OutboxMessage:
    """The wake-up that ends the reservation."""
    return OutboxMessage("end_reservation", row.id, workflow_id(row.order_id), {})


RESERVED_FOR = timedelta(minutes=15)
