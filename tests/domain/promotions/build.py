"""Carts and offers in few words."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from domain.promotions.cart import Cart, Line
from domain.promotions.discounts import Offer
from domain.promotions.evaluation import CartEvaluation, EvaluationTerms, evaluate
from domain.promotions.promotion import Promotion
from domain.promotions.reasons import Reason

NOON = datetime(2026, 6, 3, 12, tzinfo=UTC)
_PROMOTION = TypeAdapter(Promotion)


def cart(*lines: tuple[int, int] | int, currency: str = "EUR", **more: Any) -> Cart:
    """Lines of (unit price, quantity)."""
    pairs = [line if isinstance(line, tuple) else (line, 1) for line in lines]
    made = tuple(
        Line(id=f"l{at}", product=f"p{at}", quantity=quantity, unit_price=price)
        for at, (price, quantity) in enumerate(pairs)
    )
    return Cart(currency=currency, lines=made, **more)


def offer(number: int = 1, *, code: str | None = None, left: int | None = None, **said: Any) -> Offer:
    """A promotion by its definition; `reward` at least."""
    said.setdefault("currency", "EUR")
    balance = said["reward"].get("balance")
    return Offer(
        UUID(int=number), f"offer {number}", _PROMOTION.validate_python(said), code, left=left, balance=balance
    )


def evaluated(cart: Cart, *offers: Offer, at: datetime = NOON, **terms: Any) -> CartEvaluation:
    return evaluate(cart, offers, EvaluationTerms(at=at, **terms))


def reasons(evaluation: CartEvaluation) -> dict[int, Reason]:
    return {offer.promotion_id.int: refusal.reason for offer, refusal in evaluation.refused}


def percent(of_hundred: float, **more: Any) -> dict[str, Any]:
    return {"kind": "percent", "percent": round(of_hundred * 100), **more}


def fixed(amount: int, **more: Any) -> dict[str, Any]:
    return {"kind": "fixed", "amount": amount, **more}
