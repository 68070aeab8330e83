"""What a customer is about to buy."""

from collections.abc import Iterable
from functools import cached_property
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.promotions.money import MOST, Amount, Currency

MOST_LINES = 1_000
MOST_UNITS = 10_000
MOST_CODES = 50

Word = Annotated[str, Field(min_length=1, max_length=120)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Line(_Part):
    """So many units of a product."""

    id: Word
    """The shop's; unique in the cart."""
    product: Word
    quantity: Annotated[int, Field(ge=1, le=MOST_UNITS, strict=True)]
    unit_price: Amount
    """Minor units."""
    categories: tuple[Word, ...] = Field(default=(), max_length=20)
    brand: Word | None = None

    @property
    def amount(self) -> int:
        """Before discounts, in minor units."""
        return self.quantity * self.unit_price


class Cart(_Part):
    """Lines in one currency, where they are bought, and what the shop knows of the purchase."""

    currency: Currency
    lines: tuple[Line, ...] = Field(min_length=1, max_length=MOST_LINES)
    shipping: Amount = 0
    """What shipping costs before discounts, in minor units."""
    shop: Word | None = None
    """Which one: an id, or a name."""
    city: Word | None = None
    """Where that shop is."""
    channel: Word | None = None
    """`store`, `web`, `app`, or the shop's own word."""
    payment: Word | None = None
    first_order: bool | None = None
    """Whether it is the customer's first; None where the shop does not know."""

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        if len({line.id for line in self.lines}) != len(self.lines):
            raise ValueError("two lines have the same id")
        if sum(line.quantity for line in self.lines) > MOST_UNITS:
            raise ValueError(f"a cart holds {MOST_UNITS:,} units at most")
        if self.subtotal + self.shipping > MOST:
            raise ValueError("the cart's total is too large")
        return self

    @property
    def subtotal(self) -> int:
        """All lines before discounts, in minor units; without shipping."""
        return sum(line.amount for line in self.lines)


class ItemFilter(_Part):
    """Which lines: those that fit every list that is not empty. An empty filter means all of them."""

    products: frozenset[Word] = frozenset()
    categories: frozenset[Word] = frozenset()
    """A line fits with one of its categories."""
    brands: frozenset[Word] = frozenset()
    without_products: frozenset[Word] = frozenset()
    without_categories: frozenset[Word] = frozenset()


ANYTHING = ItemFilter()


class IndexedCart:
    """A cart of which hundreds of filters are asked: each costs what it names, not what the cart holds."""

    def __init__(self, cart: Cart) -> None:
        self.cart = cart
        self.amounts = [line.amount for line in cart.lines]
        self.subtotal = sum(self.amounts)
        self.everything = frozenset(range(len(cart.lines)))
        self._known: dict[int, tuple[ItemFilter, frozenset[int]]] = {}

    @cached_property
    def _products(self) -> dict[str, set[int]]:
        return _index((line.product, at) for at, line in enumerate(self.cart.lines))

    @cached_property
    def _categories(self) -> dict[str, set[int]]:
        return _index((name, at) for at, line in enumerate(self.cart.lines) for name in line.categories)

    @cached_property
    def _brands(self) -> dict[str, set[int]]:
        return _index((line.brand, at) for at, line in enumerate(self.cart.lines) if line.brand is not None)

    def fitting(self, wanted: ItemFilter) -> frozenset[int]:
        """The positions of the lines that fit."""
        known = self._known.get(id(wanted))
        if known is None:
            # the filter is kept beside its answer: another one could get its place in memory
            known = self._known[id(wanted)] = (wanted, self._fitting(wanted))
        return known[1]

    def amount(self, wanted: ItemFilter) -> int:
        """What the lines that fit cost before discounts."""
        fitting = self.fitting(wanted)
        return self.subtotal if len(fitting) == len(self.amounts) else sum(self.amounts[at] for at in fitting)

    def _fitting(self, wanted: ItemFilter) -> frozenset[int]:
        found = self.everything
        for names, index in (
            (wanted.products, self._products),
            (wanted.categories, self._categories),
            (wanted.brands, self._brands),
        ):
            if names:
                found &= _union(index, names)
        return (
            found
            - _union(self._products, wanted.without_products)
            - _union(self._categories, wanted.without_categories)
        )


def _index(pairs: Iterable[tuple[str, int]]) -> dict[str, set[int]]:
    made: dict[str, set[int]] = {}
    for name, at in pairs:
        made.setdefault(name, set()).add(at)
    return made


def _union(index: dict[str, set[int]], names: frozenset[str]) -> frozenset[int]:
    named = names if len(names) < len(index) else names & index.keys()
    return frozenset().union(*(index[name] for name in named if name in index))
