"""Why a promotion or a code did not apply. Each reason has a stable code."""

from dataclasses import dataclass
from enum import StrEnum

from domain.i18n import Sentence, sentence


class Reason(StrEnum):
    """A stable code; the catalogue of sentences says it, as `refused_<code>`."""

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


def refusal_sentence(reason: Reason) -> Sentence:
    """A reason as a sentence."""
    return sentence(f"refused_{reason.value}")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something did not apply, and how much is missing where that can be said."""

    reason: Reason
    missing_amount: int | None = None
    """Minor units."""
    missing_units: int | None = None

    @property
    def words(self) -> Sentence:
        """It as a sentence."""
        return refusal_sentence(self.reason)
