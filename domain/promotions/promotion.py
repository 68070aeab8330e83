"""A promotion as a marketer defines it."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domain.conditions import Condition
from domain.promotions.cart import _Part
from domain.promotions.cart_rules import CartRule, SubtotalRule
from domain.promotions.money import Currency
from domain.promotions.rewards import (
    FixedReward,
    FreeShippingReward,
    GiftCardReward,
    PercentReward,
    PerItemReward,
    Reward,
    TieredReward,
)
from domain.promotions.schedule import PromotionSchedule

Per = Literal["all", "customer", "household", "identifier", "shop", "campaign", "code"]
PeriodName = Literal["ever", "day", "week", "month", "year"]


class PromotionBudget(_Part):
    """A limit that is never exceeded, whoever redeems at the same time."""

    of: Literal["uses", "amount"] = "uses"
    """Redemptions, or discounts in minor units."""
    limit: Annotated[int, Field(ge=1, le=10**15, strict=True)]
    per: Per = "all"
    period: PeriodName = "ever"
    """A calendar period of the schedule's fixed zone."""

    @property
    def key(self) -> str:
        """What tells it from the promotion's other budgets."""
        return f"{self.of}/{self.per}/{self.period}"


class Stacking(_Part):
    """How it combines with others."""

    mode: Literal["joint", "exclusive"] = "joint"
    """With others, or only alone."""
    group: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    """Of the promotions of a group at most one applies."""
    order: Annotated[int, Field(ge=0, le=1_000)] = 100
    """Lower ones apply first."""


class CodeRules(_Part):
    """Codes, where the promotion needs one."""

    kind: Literal["none", "generic", "unique"] = "none"
    """`none`: it applies by itself. `generic`: one for all. `unique`: each is used so often as `uses` says."""
    uses: Annotated[int, Field(ge=1, le=10**9)] | None = None
    """Of each code; None for a generic one without a limit of its own. A unique one has 1 unless told otherwise."""
    valid_days: Annotated[int, Field(ge=0, le=3_650)] | None = None
    """From the day of issue; 0 = that day only. Until the day's end in the schedule's fixed zone."""
    personal: bool = False
    """Whether only the customer whom it was issued to may redeem it."""


class Promotion(_Part):
    """Name, state and revision are the row's."""

    currency: Currency
    reward: Reward
    rules: tuple[CartRule, ...] = Field(default=(), max_length=20)
    schedule: PromotionSchedule = PromotionSchedule()
    audience: Condition | None = None
    budgets: tuple[PromotionBudget, ...] = Field(default=(), max_length=20)
    partial: bool = False
    """Whether a smaller discount is given where a budget of money is short."""
    stacking: Stacking = Stacking()
    codes: CodeRules = CodeRules()
    alert_percent: Annotated[int, Field(ge=1, le=100)] = 80
    """Of a budget: when so much of it is used, those who look after it are told."""

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        keys = [budget.key for budget in self.budgets]
        if len(set(keys)) != len(keys):
            raise ValueError("two budgets limit the same thing")
        if isinstance(self.reward, GiftCardReward) and self.codes.kind != "unique":
            raise ValueError("a gift card needs unique codes: each has a balance of its own")
        if self.codes.personal and self.codes.kind != "unique":
            raise ValueError("only unique codes can be personal")
        if any(budget.per == "code" for budget in self.budgets) and self.codes.kind == "none":
            raise ValueError("a budget per code needs codes")
        return self

    @property
    def has_money(self) -> bool:
        """Whether it says an amount, which only means something in its own currency."""
        reward = self.reward
        said = isinstance(reward, FixedReward | PerItemReward | GiftCardReward | TieredReward) or (
            isinstance(reward, PercentReward | FreeShippingReward) and reward.most is not None
        )
        limited = any(budget.of == "amount" for budget in self.budgets)
        return said or limited or any(isinstance(rule, SubtotalRule) for rule in self.rules)
