"""What one promotion takes off a cart, by itself or after others.

Lines that every promotion treats alike are one cell, so that a stack is tried out on a few numbers. A cell's discount
is shared by its lines at the end. The last cell is shipping.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import assert_never
from uuid import UUID

from domain.promotions.cart import IndexedCart
from domain.promotions.money import MOST, distribute, share_of
from domain.promotions.promotion import Promotion
from domain.promotions.reasons import Refusal
from domain.promotions.rewards import (
    BuyGetReward,
    FixedReward,
    FreeItemReward,
    FreeShippingReward,
    GiftCardReward,
    PercentReward,
    PerItemReward,
    Tier,
    TieredReward,
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A promotion, with a code or without, that is asked about a cart."""

    promotion_id: UUID
    name: str
    promotion: Promotion
    code: str | None = None
    refusal: Refusal | None = None
    """Known already: the code, the audience, a budget."""
    left: int | None = None
    """Of the tightest budget of money, in minor units; None where none is limited."""
    balance: int | None = None
    """Of a gift card's code, in minor units."""

    @property
    def is_payment(self) -> bool:
        """Whether it pays rather than discounts: never weighed against others."""
        return isinstance(self.promotion.reward, GiftCardReward)


@dataclass(slots=True)
class RewardEffect:
    """What a promotion would take off, worked out once for a cart."""

    offer: Offer
    scope: frozenset[int] = frozenset()
    """Positions of lines whose value it is shared by."""
    shipping: bool = False
    desired: dict[int, int] | None = None
    """By position of a line, where single units are discounted."""
    percent: int | None = None
    wanted: int = MOST
    """The largest amount, in minor units."""
    on_initial: bool = False
    gifts: dict[str, int] = field(default_factory=dict)
    """Product -> units that may be added at no cost."""


def effect_of(cart: IndexedCart, offer: Offer) -> RewardEffect:
    """What the promotion's reward comes to in this cart; its rules are met."""
    reward, made = offer.promotion.reward, RewardEffect(offer)
    match reward:
        case PercentReward():
            made.scope, made.percent, made.on_initial = (
                cart.fitting(reward.of),
                reward.percent,
                reward.base == "initial",
            )
            made.wanted = MOST if reward.most is None else reward.most
        case FixedReward():
            made.scope, made.wanted = cart.fitting(reward.of), reward.amount
        case TieredReward():
            made.scope = cart.fitting(reward.of)
            reached = tier_of(reward, cart.amount(reward.of))
            if reached is None:
                made.scope = frozenset()
            else:
                made.percent, made.wanted = reached.percent, MOST if reached.amount is None else reached.amount
        case PerItemReward():
            made.desired = _per_item(cart, reward)
        case BuyGetReward():
            made.desired = _buy_get(cart, reward)
        case FreeItemReward():
            made.desired, made.gifts = _free_item(cart, reward)
        case FreeShippingReward():
            made.shipping, made.wanted = True, MOST if reward.most is None else reward.most
        case GiftCardReward():
            made.scope, made.shipping, made.wanted = cart.everything, True, offer.balance or 0
        case _:
            assert_never(reward)
    return made


def tier_of(reward: TieredReward, amount: int) -> Tier | None:
    """The highest tier that an amount reaches."""
    return next((tier for tier in reversed(reward.tiers) if tier.at_least <= amount), None)


def _per_item(cart: IndexedCart, reward: PerItemReward) -> dict[int, int]:
    lines, left = cart.cart.lines, MOST if reward.most_units is None else reward.most_units
    made: dict[int, int] = {}
    for at in sorted(cart.fitting(reward.of), key=lambda at: (-lines[at].unit_price, at)):
        units = min(left, lines[at].quantity)
        made[at] = units * min(reward.amount, lines[at].unit_price)
        left -= units
    return made


def _buy_get(cart: IndexedCart, reward: BuyGetReward) -> dict[int, int]:
    """Sets are made from the dearest unit down; in each the cheapest units are the ones that are got."""
    lines, size = cart.cart.lines, reward.buy + reward.get
    fitting = sorted(cart.fitting(reward.of), key=lambda at: (-lines[at].unit_price, at))
    sets = sum(lines[at].quantity for at in fitting) // size
    end = size * (sets if reward.most_times is None else min(sets, reward.most_times))

    def got(first: int) -> int:
        whole, rest = divmod(min(first, end), size)
        return whole * reward.get + max(0, rest - reward.buy)

    made: dict[int, int] = {}
    position = 0
    for at in fitting:
        units = got(position + lines[at].quantity) - got(position)
        made[at] = units * share_of(lines[at].unit_price, reward.percent)
        position += lines[at].quantity
    return made


def _free_item(cart: IndexedCart, reward: FreeItemReward) -> tuple[dict[int, int], dict[str, int]]:
    lines, left = cart.cart.lines, reward.quantity
    made: dict[int, int] = {}
    its = [at for at, line in enumerate(lines) if line.product == reward.product]
    for at in sorted(its, key=lambda at: (lines[at].unit_price, at)):
        units = min(left, lines[at].quantity)
        made[at] = units * lines[at].unit_price
        left -= units
    return made, {reward.product: left} if left else {}


@dataclass(slots=True)
class _Taken:
    """An effect in terms of cells."""

    effect: RewardEffect
    cells: list[int]
    desired: list[int] | None
    initial: int
    """Of its cells, before discounts."""


class DiscountBoard:
    """A cart's cells, and effects in terms of them."""

    def __init__(self, cart: IndexedCart, effects: Sequence[RewardEffect]) -> None:
        """Put lines that all the effects treat alike together."""
        signatures: dict[object, int] = {}
        self.lines: list[list[int]] = []
        cell_of: list[int] = []
        single = {at for effect in effects if effect.desired for at, amount in effect.desired.items() if amount}
        masks = [0] * len(cart.amounts)
        for bit, effect in enumerate(effects):
            if len(effect.scope) < len(masks):  # what covers all lines tells none apart
                for at in effect.scope:
                    masks[at] |= 1 << bit
        for at, mask in enumerate(masks):
            signature = ("single", at) if at in single else mask
            cell = signatures.setdefault(signature, len(self.lines))
            if cell == len(self.lines):
                self.lines.append([])
            self.lines[cell].append(at)
            cell_of.append(cell)
        self.amounts = cart.amounts
        self.shipping = len(self.lines)
        self.start = [sum(cart.amounts[at] for at in lines) for lines in self.lines] + [cart.cart.shipping]
        self._taken = [self._in_cells(effect, cell_of) for effect in effects]

    def _in_cells(self, effect: RewardEffect, cell_of: list[int]) -> _Taken:
        if effect.desired is not None:
            pairs = sorted((cell_of[at], amount) for at, amount in effect.desired.items() if amount)
            cells, desired = [cell for cell, _ in pairs], [amount for _, amount in pairs]
            return _Taken(effect, cells, desired, 0)
        cells = sorted({cell_of[at] for at in effect.scope}) + ([self.shipping] if effect.shipping else [])
        return _Taken(effect, cells, None, sum(self.start[cell] for cell in cells))

    def wanted(self, number: int, remaining: Sequence[int]) -> tuple[list[int], int]:
        """Of each of the effect's cells what can be taken, and how much the effect takes, without any budget."""
        taken = self._taken[number]
        room = [remaining[cell] for cell in taken.cells]
        if taken.desired is not None:
            room = [min(want, there) for want, there in zip(taken.desired, room, strict=True)]
            return room, sum(room)
        effect, there = taken.effect, sum(room)
        amount = min(effect.wanted, there)
        if effect.percent is not None:
            amount = min(amount, share_of(taken.initial if effect.on_initial else there, effect.percent))
        return room, amount

    def take(self, number: int, remaining: list[int], most: int) -> int:
        """Take an effect's discount off the cells, at most so much; how much it was."""
        room, amount = self.wanted(number, remaining)
        left = self._taken[number].effect.offer.left
        amount = min(amount, most, MOST if left is None else left)
        if amount:
            for cell, share in zip(self._taken[number].cells, distribute(amount, room), strict=True):
                remaining[cell] -= share
        return amount

    def shared(self, before: Sequence[int], after: Sequence[int], left: list[int]) -> list[int]:
        """What cells lost, shared by their lines in proportion to what is left of them, which it is taken off."""
        shares = [0] * len(left)
        for cell, lines in enumerate(self.lines):
            lost = before[cell] - after[cell]
            if lost:
                for at, share in zip(lines, distribute(lost, [left[at] for at in lines]), strict=True):
                    shares[at] = share
                    left[at] -= share
        return shares
