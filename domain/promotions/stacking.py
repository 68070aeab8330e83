"""Which of the promotions that could apply do: the combination in which the customer saves most.

Promotions apply in their order. Of a group at most one does, an exclusive one only alone. What pays (a gift card)
always takes part and is not counted as saving. For up to `EXACT` promotions no admissible combination saves more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from domain.promotions.discounts import DiscountBoard, RewardEffect
from domain.promotions.money import MOST

EXACT = 12
"""Of so many promotions that may be left out the best combination is found for certain."""
_SWAPS = 8
"""Of more promotions, how many exchanges within groups are tried."""

Choice = Literal["best", "order"]
"""The best for the customer, or whichever come first."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The effects that apply, by number and in order."""

    numbers: tuple[int, ...]
    exact: bool = True
    """Whether no other combination can save more."""


@dataclass
class _Search:
    board: DiscountBoard
    effects: Sequence[RewardEffect]
    cap: int
    joint: list[int]
    best: tuple[int, ...] = ()
    saved: int = -1
    _groups: set[str] = field(default_factory=set)

    def _apply(self, number: int, remaining: list[int], saved: int) -> tuple[list[int], int]:
        after = list(remaining)
        if self.effects[number].offer.is_payment:
            self.board.take(number, after, MOST)
            return after, saved
        return after, saved + self.board.take(number, after, self.cap - saved)

    def value(self, numbers: Sequence[int], remaining: list[int], saved: int = 0) -> int:
        """What a combination saves."""
        for number in numbers:
            remaining, saved = self._apply(number, remaining, saved)
        return saved

    def offer(self, numbers: Sequence[int]) -> None:
        """Keep a combination if it saves more than the best so far."""
        saved = self.value(numbers, self.board.start)
        if saved > self.saved:
            self.best, self.saved = tuple(numbers), saved

    def descend(self, at: int, chosen: tuple[int, ...], remaining: list[int], saved: int) -> None:
        """Try the rest from `at` on, with and without each."""
        if at == len(self.joint):
            if saved > self.saved:
                self.best, self.saved = chosen, saved
            return
        rest = self.joint[at:]
        # All the rest together save at least as much as any part of it, but for what rounding can move: less than a
        # unit a cell in each of them, in either of the two compared.
        slack = 2 * len(rest) * len(remaining)
        if min(self.cap, self.value(rest, remaining, saved) + slack) <= self.saved:
            return
        number = self.joint[at]
        group = self.effects[number].offer.promotion.stacking.group
        if group not in self._groups:
            if group is not None:
                self._groups.add(group)
            after, more = self._apply(number, remaining, saved)
            self.descend(at + 1, (*chosen, number), after, more)
            self._groups.discard(group or "")
        if not self.effects[number].offer.is_payment:
            self.descend(at + 1, chosen, remaining, saved)


def choose(
    board: DiscountBoard, effects: Sequence[RewardEffect], *, cap: int = MOST, choice: Choice = "best"
) -> Chosen:
    """The combination that applies; the effects are given in their order.

    Args:
        board: the cart.
        effects: those that would take something off by themselves, or give something away.
        cap: the most that all together may take off, in minor units.
        choice: how to decide between those that do not combine.

    """
    exclusive = [at for at, effect in enumerate(effects) if _is_exclusive(effect)]
    joint = [at for at, effect in enumerate(effects) if not _is_exclusive(effect)]
    if choice == "order":
        return Chosen(_first(effects))
    free = sum(not effects[at].offer.is_payment for at in joint)
    search, exact = _Search(board, effects, cap, joint), free <= EXACT
    alone = [board.wanted(at, board.start)[1] for at in range(len(effects))]
    greedy = _greedy(effects, joint, alone)
    search.offer(greedy)
    if exact:
        search.descend(0, (), board.start, 0)
    else:
        _swap(search, greedy, alone)
    payments = [at for at in joint if effects[at].offer.is_payment]
    for at in exclusive:
        if alone[at] > search.saved:  # it saves no more after a payment
            search.offer(sorted([*payments, at]))
    return Chosen(search.best, exact)


def _is_exclusive(effect: RewardEffect) -> bool:
    return effect.offer.promotion.stacking.mode == "exclusive" and not effect.offer.is_payment


def _swap(search: _Search, greedy: Sequence[int], alone: Sequence[int]) -> None:
    """Try the runner-up of a group in its winner's place, those with the smallest difference first."""
    winners = {search.effects[at].offer.promotion.stacking.group: at for at in greedy}
    others = [at for at in search.joint if at not in greedy]
    pairs = [(winners[search.effects[at].offer.promotion.stacking.group], at) for at in others]
    for winner, other in sorted(pairs, key=lambda pair: alone[pair[0]] - alone[pair[1]])[:_SWAPS]:
        if winner in search.best:
            search.offer(sorted({*search.best, other} - {winner}))


def _greedy(effects: Sequence[RewardEffect], joint: Sequence[int], alone: Sequence[int]) -> list[int]:
    """All of them, of each group the one that saves most by itself."""
    best: dict[str, int] = {}
    for at in joint:
        group = effects[at].offer.promotion.stacking.group
        if group is not None and (group not in best or alone[at] > alone[best[group]]):
            best[group] = at
    chosen = set(best.values())
    return [at for at in joint if effects[at].offer.promotion.stacking.group is None or at in chosen]


def _first(effects: Sequence[RewardEffect]) -> tuple[int, ...]:
    """Whichever come first: an exclusive one that does keeps the others out."""
    chosen: list[int] = []
    groups: set[str] = set()
    discounts = 0
    for at, effect in enumerate(effects):
        stacking = effect.offer.promotion.stacking
        if _is_exclusive(effect) and discounts:
            continue
        if stacking.group is not None and stacking.group in groups:
            continue
        if stacking.group is not None:
            groups.add(stacking.group)
        chosen.append(at)
        if _is_exclusive(effect):
            payments = [later for later in range(at + 1, len(effects)) if effects[later].offer.is_payment]
            return (*chosen, *payments)
        discounts += not effect.offer.is_payment
    return tuple(chosen)
