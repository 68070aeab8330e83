"""What an order's promotions are answered with."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.errors import ConflictError
from domain.i18n import ListParam, sentence
from domain.promotions.evaluation import CartEvaluation
from ingestion.promotions.offers import AskedPromotions

_MOST_SAID = 5


class BudgetTakenError(Exception):
    """Somebody else took the last of a budget meanwhile: the request is to be evaluated again, in a new transaction."""


class CodesRefusedError(ConflictError):
    """A code that was given does not apply; nothing was taken."""

    code, title = "codes_refused", "A code does not apply"

    def __init__(self, asked: AskedPromotions) -> None:
        """Name each code's reason."""
        refused = [
            {"code": code, "reason": refusal.reason.value, "message": str(refusal.words)}
            for code, _, refusal in asked.refused_codes
        ]
        said = [sentence("code_refused", code=code, why=why.words) for code, _, why in asked.refused_codes[:_MOST_SAID]]
        super().__init__(sentence("joined", parts=ListParam(said, "comma")), refused=refused)
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
                "message": str(refusal.words),
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
