"""Random orders, repeated and out of order, against a plain book-keeper that does one thing after another."""

import random
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from store.database.engine import Database
from tests.api.test_promotions import generic, held, ledger

USES, MONEY = 12, 9_000


@dataclass
class Sold:
    """An order as the book-keeper has it."""

    quantity: int
    price: int
    discount: int
    state: str
    returned: int = 0
    given_back: int = 0


@dataclass
class Bookkeeper:
    """One promotion of 10 % with a budget of uses and one of money, and the orders that took of them."""

    orders: dict[str, Sold] = field(default_factory=dict)

    def _holding(self) -> list[Sold]:
        return [order for order in self.orders.values() if order.state in ("reserved", "redeemed", "returned")]

    @property
    def uses(self) -> int:
        return len(self._holding())

    @property
    def money(self) -> int:
        return sum(order.discount - order.given_back for order in self._holding())

    def take(self, name: str, quantity: int, price: int, state: str) -> int:
        """Reserve or redeem; the status of the answer."""
        known = self.orders.get(name)
        if known is not None and known.state in ("redeemed", "returned"):
            same = (known.quantity, known.price) == (quantity, price)
            return 200 if same and state == "redeemed" else 409
        if known is not None and known.state == "cancelled":
            return 409
        if known is not None and (known.quantity, known.price) == (quantity, price):
            known.state = state
            return 200
        before = self.orders.pop(name, None)
        discount = (quantity * price + 5) // 10
        if self.uses + 1 > USES or self.money + discount > MONEY:
            if before is not None:
                self.orders[name] = before
            return 409
        self.orders[name] = Sold(quantity, price, discount, state)
        return 200

    def give_back(self, name: str, units: int) -> tuple[int, int]:
        """Return units; the status and the refund."""
        order = self.orders.get(name)
        if order is None:
            return 404, 0
        if order.state != "redeemed":
            return 409, 0
        if order.returned + units > order.quantity:
            return 422, 0

        def first(count: int) -> int:
            whole = (order.discount * count + order.quantity // 2) // order.quantity
            return order.discount if count == order.quantity else whole

        off = first(order.returned + units) - first(order.returned)
        order.returned += units
        order.given_back += off
        order.state = "returned" if order.returned == order.quantity else order.state
        return 200, units * order.price - off

    def cancel(self, name: str) -> int:
        order = self.orders.get(name)
        if order is None:
            return 404
        order.state = "cancelled"
        return 200


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_is_asked_in_whatever_order_the_books_agree(
    api: httpx.AsyncClient, database: Database, seed: int
):
    budgets = [{"of": "uses", "limit": USES}, {"of": "amount", "limit": MONEY}]
    await generic(api, "BOOK", budgets=budgets)
    chance, book = random.Random(seed), Bookkeeper()
    for step in range(120):
        name = f"o{chance.randrange(16)}"
        url = f"/promotions/orders/{name}"
        match chance.choice(["redeem", "redeem", "reserve", "return", "return", "cancel"]):
            case "return":
                units = chance.randint(1, 3)
                answer = await api.post(f"{url}/returns", json={"key": f"r{step}", "lines": {"l0": units}})
                status, refund = book.give_back(name, units)
                assert answer.status_code == status, (step, answer.text)
                assert status != 200 or answer.json()["refund"] == refund
                if status == 200:
                    again = await api.post(f"{url}/returns", json={"key": f"r{step}", "lines": {"l0": units}})
                    assert again.json() == answer.json()
            case "cancel":
                answer = await api.post(f"{url}/cancel")
                assert answer.status_code == book.cancel(name), (step, answer.text)
            case way:
                quantity, price = chance.choice([(3, 1_111), (1, 9_999), (7, 333)])
                line = {"id": "l0", "product": "p", "quantity": quantity, "unit_price": price}
                body: dict[str, Any] = {"cart": {"currency": "EUR", "lines": [line]}, "codes": ["BOOK"]}
                for _ in range(chance.randint(1, 2)):  # a lost answer: asked again
                    answer = await api.post(f"{url}/{way}", json=body)
                    wanted = book.take(name, quantity, price, "redeemed" if way == "redeem" else "reserved")
                    assert answer.status_code == wanted, (step, answer.text)
        assert await ledger(database) == (book.uses, book.money), step
    assert sorted(await held(database)) == sorted([book.uses, book.money])
