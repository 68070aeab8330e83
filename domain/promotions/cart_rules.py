"""What a cart must be for a promotion to apply. A rule says what is missing, where something is."""

from typing import Annotated, Literal

from pydantic import Field

from domain.promotions.cart import ANYTHING, IndexedCart, ItemFilter, Word, _Part
from domain.promotions.money import PositiveAmount
from domain.promotions.reasons import Reason, Refusal


class SubtotalRule(_Part):
    """The matching lines cost so much before discounts."""

    kind: Literal["subtotal"] = "subtotal"
    at_least: PositiveAmount
    """Minor units."""
    of: ItemFilter = ANYTHING

    def refusal(self, cart: IndexedCart) -> Refusal | None:
        """Why it is not met."""
        missing = self.at_least - cart.amount(self.of)
        return Refusal(Reason.SUBTOTAL_TOO_LOW, missing_amount=missing) if missing > 0 else None


class QuantityRule(_Part):
    """There are so many units of the matching lines."""

    kind: Literal["quantity"] = "quantity"
    at_least: Annotated[int, Field(ge=1, le=10_000)] = 1
    of: ItemFilter = ANYTHING

    def refusal(self, cart: IndexedCart) -> Refusal | None:
        """Why it is not met."""
        missing = self.at_least - sum(cart.cart.lines[at].quantity for at in cart.fitting(self.of))
        return Refusal(Reason.TOO_FEW_ITEMS, missing_units=missing) if missing > 0 else None


class WhereRule(_Part):
    """It is bought in one of these shops, cities, channels, or with one of these payments."""

    kind: Literal["shop", "city", "channel", "payment"]
    any_of: frozenset[Word] = Field(min_length=1, max_length=500)

    def refusal(self, cart: IndexedCart) -> Refusal | None:
        """Why it is not met."""
        given: str | None = getattr(cart.cart, self.kind)
        return None if given in self.any_of else Refusal(_OTHER[self.kind])


_OTHER = {
    "shop": Reason.OTHER_SHOP,
    "city": Reason.OTHER_SHOP,
    "channel": Reason.OTHER_CHANNEL,
    "payment": Reason.OTHER_PAYMENT,
}


class FirstOrderRule(_Part):
    """It is the customer's first order. Where the shop does not say so, it is not."""

    kind: Literal["first_order"] = "first_order"

    def refusal(self, cart: IndexedCart) -> Refusal | None:
        """Why it is not met."""
        return None if cart.cart.first_order else Refusal(Reason.NOT_FIRST_ORDER)


CartRule = Annotated[SubtotalRule | QuantityRule | WhereRule | FirstOrderRule, Field(discriminator="kind")]


def first_refusal(rules: tuple[CartRule, ...], cart: IndexedCart) -> Refusal | None:
    """The first rule that is not met; None where all are."""
    for rule in rules:
        if (found := rule.refusal(cart)) is not None:
            return found
    return None
