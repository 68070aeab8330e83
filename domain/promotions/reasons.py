"""Why a promotion or a code did not apply. Each reason has a stable code."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """A stable code; `WORDS` says it in English."""

    UNKNOWN_CODE = "unknown_code"
    CODE_DISABLED = "code_disabled"
    CODE_NOT_YET_VALID = "code_not_yet_valid"
    CODE_EXPIRED = "code_expired"
    CODE_USED_UP = "code_used_up"
    OTHER_OWNER = "other_owner"
    CODE_NEEDED = "code_needed"
    NOT_ACTIVE = "not_active"
    NOT_STARTED = "not_started"
    ENDED = "ended"
    OTHER_DAY = "other_day"
    OTHER_HOUR = "other_hour"
    OTHER_AUDIENCE = "other_audience"
    CUSTOMER_NEEDED = "customer_needed"
    SHOP_NEEDED = "shop_needed"
    SUBTOTAL_TOO_LOW = "subtotal_too_low"
    TOO_FEW_ITEMS = "too_few_items"
    NO_MATCHING_ITEMS = "no_matching_items"
    OTHER_SHOP = "other_shop"
    OTHER_CHANNEL = "other_channel"
    OTHER_PAYMENT = "other_payment"
    OTHER_CURRENCY = "other_currency"
    NOT_FIRST_ORDER = "not_first_order"
    BUDGET_USED_UP = "budget_used_up"
    BUDGET_TOO_SMALL = "budget_too_small"
    NOTHING_LEFT_TO_DISCOUNT = "nothing_left_to_discount"
    ANOTHER_IS_EXCLUSIVE = "another_is_exclusive"
    ANOTHER_OF_THE_GROUP = "another_of_the_group"
    ANOTHER_IS_BETTER = "another_is_better"
    CAP_REACHED = "cap_reached"
    ORDER_UNREADABLE = "order_unreadable"
    ORDER_CLOSED = "order_closed"


WORDS = {
    Reason.UNKNOWN_CODE: "There is no such code.",
    Reason.CODE_DISABLED: "The code was disabled.",
    Reason.CODE_NOT_YET_VALID: "The code is not valid yet.",
    Reason.CODE_EXPIRED: "The code has expired.",
    Reason.CODE_USED_UP: "The code was used as often as it may be.",
    Reason.OTHER_OWNER: "The code belongs to another customer.",
    Reason.CODE_NEEDED: "The promotion needs a code.",
    Reason.NOT_ACTIVE: "The promotion is not active.",
    Reason.NOT_STARTED: "The promotion has not started yet.",
    Reason.ENDED: "The promotion has ended.",
    Reason.OTHER_DAY: "The promotion is valid on other days of the week.",
    Reason.OTHER_HOUR: "The promotion is valid at other hours.",
    Reason.OTHER_AUDIENCE: "The promotion is for other customers.",
    Reason.CUSTOMER_NEEDED: "The promotion needs to know the customer.",
    Reason.SHOP_NEEDED: "The promotion needs to know the shop.",
    Reason.SUBTOTAL_TOO_LOW: "The cart's value is too low.",
    Reason.TOO_FEW_ITEMS: "The cart has too few of the items.",
    Reason.NO_MATCHING_ITEMS: "The cart has none of the items.",
    Reason.OTHER_SHOP: "The promotion is valid in other shops.",
    Reason.OTHER_CHANNEL: "The promotion is valid on other channels.",
    Reason.OTHER_PAYMENT: "The promotion is for other payments.",
    Reason.OTHER_CURRENCY: "The promotion is in another currency.",
    Reason.NOT_FIRST_ORDER: "The promotion is for the first order.",
    Reason.BUDGET_USED_UP: "The budget is used up.",
    Reason.BUDGET_TOO_SMALL: "The budget that is left is smaller than the discount.",
    Reason.NOTHING_LEFT_TO_DISCOUNT: "Other promotions have taken off all that there was.",
    Reason.ANOTHER_IS_EXCLUSIVE: "Another promotion applies, which does not combine with others.",
    Reason.ANOTHER_OF_THE_GROUP: "Another promotion of the same group applies.",
    Reason.ANOTHER_IS_BETTER: "Without it the customer saves more.",
    Reason.CAP_REACHED: "All discounts together have reached their limit.",
    Reason.ORDER_UNREADABLE: "The order's event names no currency, or an amount is none.",
    Reason.ORDER_CLOSED: "The order was cancelled, or its reservation has expired.",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something did not apply, and how much is missing where that can be said."""

    reason: Reason
    missing_amount: int | None = None
    """Minor units."""
    missing_units: int | None = None

    @property
    def words(self) -> str:
        """In English."""
        return WORDS[self.reason]
