"""Units of an order come back: what was paid for them, and what each promotion's budget gets again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from domain.errors import ConflictError, InvalidError
from domain.i18n import sentence
from domain.promotions.returns import SoldLine, part, returned
from ingestion.promotions.answers import OrderAnswer
from ingestion.promotions.orders import ORDER_IS, counter_key, existing, tell
from models import PromotionReturn
from store.database import driver
from store.promotions import counters, orders
from store.promotions.counters import LedgerEntry
from store.promotions.orders import OrderRow, RedemptionRow


async def give_back(
    session: AsyncSession, order_id: str, key: str, units: dict[str, int], *, shipping: bool, now: datetime
) -> OrderAnswer:
    """Take units of an order back: what was paid for them, and what each promotion's budget gets again.

    Raises:
        NotFoundError: there is no such order.
        ConflictError: it is not redeemed, or the key was used for other units.
        InvalidError: a line has not so many units left.

    """
    row = await existing(session, order_id)
    known = await orders.returns(session, row.id)
    wanted = {"lines": units, "shipping": shipping}
    if key in known:
        if known[key].units != wanted:
            raise ConflictError(sentence("return_made_otherwise", key=key))
        return OrderAnswer(order_id, row.state, known[key].result, repeated=True)
    if row.state != "redeemed":
        raise ConflictError(sentence(ORDER_IS[row.state]))
    its = await orders.redemptions(session, row.id)
    before = [known_return.units for known_return in known.values()]
    result, given = _returned(row, its, before, units, shipping=shipping)
    for each, amount in given:
        each.returned += amount
        await orders.note_returned(session, each)
    await _return_money(session, row, given)
    session.add(PromotionReturn(order_key=row.id, key=key, units=wanted, result=result, at=now))
    await session.flush()
    await tell(session, row, "returned", key)
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
    whole = returned(sold, units)
    for at, line in enumerate(sold):
        if line.id in units:
            for each, discount in zip(its, part(line, units[line.id]).discounts, strict=True):
                each.returned_lines = each.returned_lines or [0] * len(lines)
                each.returned_lines[at] += discount
    discounts = list(whole.discounts) if units else [0] * len(its)
    paid_shipping = 0
    if shipping:
        if any(each["shipping"] for each in before):
            raise InvalidError(sentence("return_shipping_again"))
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
        (each.promotion_id, counter_key(counter), amount)
        for each, amount in given
        for counter in each.counters
        if counter["money"]
    ]
    entries = [LedgerEntry(each.promotion_id, row.id, "return", 0, -amount) for each, amount in given if amount]
    await counters.run(session, counters.entering(entries), counters.giving_back(back))
