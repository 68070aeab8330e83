"""A cart and the promotions that are asked about it -> what applies, line by line, and why the rest does not."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from domain.promotions.cart import Cart, IndexedCart
from domain.promotions.cart_rules import first_refusal
from domain.promotions.discounts import DiscountBoard, Offer, RewardEffect, effect_of
from domain.promotions.money import HUNDRED_PERCENT, MOST, share_of
from domain.promotions.reasons import Reason, Refusal
from domain.promotions.rewards import TieredReward
from domain.promotions.stacking import Choice, choose

MOST_ALTERNATIVES = 5


@dataclass(frozen=True, slots=True)
class EvaluationTerms:
    """What holds for all promotions together, and when and where a cart is evaluated."""

    at: datetime
    customer_zone: str | None = None
    shop_zone: str | None = None
    cap_percent: int | None = None
    """Hundredths of a percent of the subtotal: the most that all discounts together take off."""
    choice: Choice = "best"


@dataclass(frozen=True, slots=True)
class AppliedPromotion:
    """A promotion that applies."""

    offer: Offer
    lines: tuple[int, ...]
    """Its discount of each line, in minor units, in the order of the cart."""
    shipping: int
    wanted: int
    """What it would have been with a larger budget."""
    gifts: dict[str, int] = field(default_factory=dict)
    """Product -> units that may be added at no cost."""

    @property
    def amount(self) -> int:
        """In minor units."""
        return sum(self.lines) + self.shipping


@dataclass(frozen=True, slots=True)
class Alternative:
    """A promotion that is one step away."""

    offer: Offer
    missing_amount: int | None
    missing_units: int | None
    saving: int
    """What it would take off this cart, at least; in minor units."""


@dataclass(frozen=True, slots=True)
class CartEvaluation:
    """What the promotions come to."""

    cart: Cart
    applied: tuple[AppliedPromotion, ...]
    """In the order in which they apply."""
    refused: tuple[tuple[Offer, Refusal], ...]
    alternatives: tuple[Alternative, ...] = ()
    exact: bool = True
    """Whether no other combination can save more."""

    @property
    def line_discounts(self) -> list[int]:
        """Of each line, all promotions together."""
        return [sum(each) for each in zip(*(applied.lines for applied in self.applied), strict=True)] or [0] * len(
            self.cart.lines
        )

    @property
    def discount(self) -> int:
        """Of the order, shipping and gift cards included."""
        return sum(applied.amount for applied in self.applied)

    @property
    def total(self) -> int:
        """What is to be paid."""
        return self.cart.subtotal + self.cart.shipping - self.discount


def evaluate(cart: Cart, offers: Sequence[Offer], terms: EvaluationTerms) -> CartEvaluation:
    """What applies to the cart, and what does not and why."""
    indexed = IndexedCart(cart)
    refused: list[tuple[Offer, Refusal]] = []
    near: list[Alternative] = []
    effects: list[RewardEffect] = []
    for offer in sorted(
        offers, key=lambda each: (each.promotion.stacking.order, str(each.promotion_id), each.code or "")
    ):
        refusal = _refusal(indexed, offer, terms)
        if refusal is None:
            effects.append(effect_of(indexed, offer))
        else:
            refused.append((offer, refusal))
            near += _near(indexed, offer, refusal)
        near += _next_tier(indexed, offer) if refusal is None else []
    effects, useless = _useful(indexed, effects)
    refused += useless
    board = DiscountBoard(indexed, effects)
    cap = MOST if terms.cap_percent is None else share_of(indexed.subtotal, terms.cap_percent)
    chosen = choose(board, effects, cap=cap, choice=terms.choice)
    applied, empty = _apply(board, effects, chosen.numbers, cap)
    refused += empty
    left_out = [effect for at, effect in enumerate(effects) if at not in chosen.numbers]
    refused += [(effect.offer, Refusal(_left_out(effect, applied))) for effect in left_out]
    nearest = _nearest(indexed, near)
    return CartEvaluation(cart, tuple(applied), tuple(refused), nearest, chosen.exact)


def _order(offer: Offer) -> tuple[int, str, str]:
    return offer.promotion.stacking.order, str(offer.promotion_id), offer.code or ""


def _refusal(cart: IndexedCart, offer: Offer, terms: EvaluationTerms) -> Refusal | None:
    if offer.refusal is not None:
        return offer.refusal
    promotion = offer.promotion
    if promotion.currency != cart.cart.currency and promotion.has_money:
        return Refusal(Reason.OTHER_CURRENCY)
    reason = promotion.schedule.refusal(terms.at, customer_zone=terms.customer_zone, shop_zone=terms.shop_zone)
    return Refusal(reason) if reason else first_refusal(promotion.rules, cart)


def _useful(cart: IndexedCart, effects: list[RewardEffect]) -> tuple[list[RewardEffect], list[tuple[Offer, Refusal]]]:
    """The effects that take something off by themselves, and why the others do not."""
    board, useful, refused = DiscountBoard(cart, effects), list[RewardEffect](), list[tuple[Offer, Refusal]]()
    for at, effect in enumerate(effects):
        offer = effect.offer
        _, amount = board.wanted(at, board.start)
        if offer.left is not None and offer.left <= 0 and amount:
            refused.append((offer, Refusal(Reason.BUDGET_USED_UP)))
        elif offer.left is not None and amount > offer.left and not (offer.promotion.partial or offer.is_payment):
            # asked of the largest that it can be, so that the answer does not depend on what else applies
            refused.append((offer, Refusal(Reason.BUDGET_TOO_SMALL, missing_amount=amount - offer.left)))
        elif not amount and not effect.gifts:
            refused.append((offer, Refusal(_nothing(cart, effect))))
        else:
            useful.append(effect)
    return useful, refused


def _nothing(cart: IndexedCart, effect: RewardEffect) -> Reason:
    if isinstance(effect.offer.promotion.reward, TieredReward):
        return Reason.SUBTOTAL_TOO_LOW
    there = effect.scope or effect.desired or (effect.shipping and cart.cart.shipping)
    return Reason.NOTHING_LEFT_TO_DISCOUNT if there else Reason.NO_MATCHING_ITEMS


def _apply(
    board: DiscountBoard, effects: Sequence[RewardEffect], numbers: Sequence[int], cap: int
) -> tuple[list[AppliedPromotion], list[tuple[Offer, Refusal]]]:
    """Apply the chosen ones in turn, down to the lines."""
    applied, empty = list[AppliedPromotion](), list[tuple[Offer, Refusal]]()
    remaining, left, saved = list(board.start), list(board.amounts), 0
    for number in numbers:
        effect, before = effects[number], list(remaining)
        _, wanted = board.wanted(number, remaining)
        most = MOST if effect.offer.is_payment else cap - saved
        amount = board.take(number, remaining, most)
        lines = board.shared(before, remaining, left)
        if not amount and not effect.gifts:
            reason = Reason.CAP_REACHED if wanted and not most else Reason.NOTHING_LEFT_TO_DISCOUNT
            empty.append((effect.offer, Refusal(reason)))
            continue
        shipping = before[board.shipping] - remaining[board.shipping]
        saved += 0 if effect.offer.is_payment else amount
        applied.append(AppliedPromotion(effect.offer, tuple(lines), shipping, wanted, effect.gifts))
    return applied, empty


def _left_out(effect: RewardEffect, applied: Sequence[AppliedPromotion]) -> Reason:
    group = effect.offer.promotion.stacking.group
    others = [each.offer.promotion.stacking for each in applied if not each.offer.is_payment]
    if any(stacking.mode == "exclusive" for stacking in others):
        return Reason.ANOTHER_IS_EXCLUSIVE
    if group is not None and any(stacking.group == group for stacking in others):
        return Reason.ANOTHER_OF_THE_GROUP
    return Reason.ANOTHER_IS_BETTER


def _near(cart: IndexedCart, offer: Offer, refusal: Refusal) -> list[Alternative]:
    """It, if only a few more items are missing."""
    step = refusal.reason in (Reason.SUBTOTAL_TOO_LOW, Reason.TOO_FEW_ITEMS)
    if not step or offer.refusal is not None:
        return []
    return [Alternative(offer, refusal.missing_amount, refusal.missing_units, 0)]


def _nearest(cart: IndexedCart, near: list[Alternative]) -> tuple[Alternative, ...]:
    """Those with the smallest steps, and what each would save."""
    near.sort(key=lambda each: (each.missing_amount or 0, each.missing_units or 0))
    return tuple(
        each if each.saving else replace(each, saving=_alone(cart, each.offer)) for each in near[:MOST_ALTERNATIVES]
    )


def _next_tier(cart: IndexedCart, offer: Offer) -> list[Alternative]:
    reward = offer.promotion.reward
    if not isinstance(reward, TieredReward):
        return []
    amount = cart.amount(reward.of)
    later = next((tier for tier in reward.tiers if tier.at_least > amount), None)
    if later is None:
        return []
    saving = later.amount if later.amount is not None else share_of(later.at_least, later.percent or HUNDRED_PERCENT)
    return [Alternative(offer, later.at_least - amount, None, saving)]


def _alone(cart: IndexedCart, offer: Offer) -> int:
    board = DiscountBoard(cart, [effect_of(cart, offer)])
    return board.wanted(0, board.start)[1]
