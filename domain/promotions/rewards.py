"""What a promotion gives."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domain.promotions.cart import ANYTHING, ItemFilter, Word, _Part
from domain.promotions.money import Amount, Percent, PositiveAmount

Units = Annotated[int, Field(ge=1, le=10_000)]


class PercentReward(_Part):
    """So much off the matching lines."""

    kind: Literal["percent"] = "percent"
    percent: Percent
    of: ItemFilter = ANYTHING
    most: PositiveAmount | None = None
    """The largest discount, in minor units."""
    base: Literal["discounted", "initial"] = "discounted"
    """Of what is left after earlier promotions, or of the price before any."""


class FixedReward(_Part):
    """An amount off the matching lines, shared by their value."""

    kind: Literal["fixed"] = "fixed"
    amount: PositiveAmount
    of: ItemFilter = ANYTHING


class PerItemReward(_Part):
    """An amount off each unit of the matching lines."""

    kind: Literal["per_item"] = "per_item"
    amount: PositiveAmount
    of: ItemFilter = ANYTHING
    most_units: Units | None = None
    """Units that it counts for, the dearest first."""


class FreeItemReward(_Part):
    """Units of a product at no cost: those in the cart cost nothing, those that are not may be added."""

    kind: Literal["free_item"] = "free_item"
    product: Word
    quantity: Units = 1


class BuyGetReward(_Part):
    """Buy so many, get so many of them cheaper: the cheapest units of each set."""

    kind: Literal["buy_get"] = "buy_get"
    buy: Units
    get: Units
    percent: Percent = 10_000
    """Off the units that are got; 10,000 = free."""
    of: ItemFilter = ANYTHING
    most_times: Units | None = None


class FreeShippingReward(_Part):
    """Shipping costs nothing, or so much less."""

    kind: Literal["free_shipping"] = "free_shipping"
    most: PositiveAmount | None = None
    """The largest discount, in minor units."""


class Tier(_Part):
    """From a value of the matching lines on."""

    at_least: Amount
    """Minor units, before discounts."""
    percent: Percent | None = None
    amount: PositiveAmount | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.percent is None) == (self.amount is None):
            raise ValueError("a tier has either a percentage or an amount")
        return self


class TieredReward(_Part):
    """More off for more: the highest tier that is reached."""

    kind: Literal["tiered"] = "tiered"
    tiers: tuple[Tier, ...] = Field(min_length=1, max_length=20)
    of: ItemFilter = ANYTHING

    @model_validator(mode="after")
    def _rises(self) -> Self:
        steps = [tier.at_least for tier in self.tiers]
        if steps != sorted(set(steps)):
            raise ValueError("tiers are in the order of their values, each once")
        return self


class GiftCardReward(_Part):
    """Pays from the balance of the code; what is left of it stays on the code."""

    kind: Literal["gift_card"] = "gift_card"
    balance: PositiveAmount
    """Of a new code, in minor units."""


Reward = Annotated[
    PercentReward
    | FixedReward
    | PerItemReward
    | FreeItemReward
    | BuyGetReward
    | FreeShippingReward
    | TieredReward
    | GiftCardReward,
    Field(discriminator="kind"),
]
