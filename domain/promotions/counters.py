"""What a redemption counts against: one counter a budget, entity and period."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from domain.promotions.discounts import Offer
from domain.promotions.money import MOST
from domain.promotions.promotion import Per, Promotion
from domain.promotions.reasons import Reason, Refusal
from domain.promotions.schedule import period_start

CODE_USES = "code"
"""The counter of a code's own uses."""
BALANCE = "balance"
"""The counter of a gift card's balance."""
EVER = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, order=True)
class CounterKey:
    """Which counter of a promotion."""

    budget: str
    """A `PromotionBudget.key`, or one of the above."""
    entity: str
    period: date


@dataclass(frozen=True, slots=True)
class Claim:
    """So much of a counter, which never holds more than `most`."""

    key: CounterKey
    amount: int
    most: int
    money: bool
    """Whether it counts minor units; uses otherwise."""


@dataclass(frozen=True, slots=True)
class CodeLimits:
    """A code as it is stored."""

    code: str
    max_uses: int | None
    balance: int | None = None


Entities = Mapping[Per, str | None]
"""What each kind of budget is counted for; None where the request does not tell."""
_MISSING: Mapping[str, Reason] = {"shop": Reason.SHOP_NEEDED}


def counters(promotion: Promotion, entities: Entities, at: datetime, code: CodeLimits | None) -> list[Claim] | Refusal:
    """The counters of a redemption, each with a claim of 0; or what is not known that a budget counts by."""
    local = promotion.schedule.by_fixed_clock(at)
    made: list[Claim] = []
    for budget in promotion.budgets:
        entity = "" if budget.per == "all" else entities.get(budget.per)
        if entity is None:
            return Refusal(_MISSING.get(budget.per, Reason.CUSTOMER_NEEDED))
        key = CounterKey(budget.key, entity, period_start(budget.period, local))
        made.append(Claim(key, 0, budget.limit, budget.of == "amount"))
    if code is not None and code.balance is not None:
        made.append(Claim(CounterKey(BALANCE, code.code, EVER), 0, code.balance, money=True))
    elif code is not None and code.max_uses is not None:
        made.append(Claim(CounterKey(CODE_USES, code.code, EVER), 0, code.max_uses, money=False))
    return made


def with_budgets(offer: Offer, known: list[Claim], taken: Mapping[CounterKey, int]) -> Offer:
    """The offer, with what is left of its budgets; refused where one is used up."""
    left, balance = MOST, offer.balance
    for claim in known:
        rest = claim.most - taken.get(claim.key, 0)
        if rest <= 0:
            own = claim.key.budget in (CODE_USES, BALANCE)
            refusal = Refusal(Reason.CODE_USED_UP if own else Reason.BUDGET_USED_UP)
            return Offer(offer.promotion_id, offer.name, offer.promotion, offer.code, refusal)
        if claim.key.budget == BALANCE:
            balance = rest
        elif claim.money:
            left = min(left, rest)
    limited = None if left == MOST else left
    return Offer(offer.promotion_id, offer.name, offer.promotion, offer.code, offer.refusal, limited, balance)


def claims(known: list[Claim], amount: int) -> list[Claim]:
    """What a redemption of that discount takes of each counter."""
    made = [Claim(each.key, amount if each.money else 1, each.most, each.money) for each in known]
    return sorted((claim for claim in made if claim.amount), key=lambda claim: claim.key)
