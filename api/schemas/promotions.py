"""Promotions: definitions, codes, evaluations, orders. All amounts are minor units: 1250 is EUR 12.50."""

from datetime import UTC, date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from api.schemas.base import Body, Name, Revision, View
from domain.promotions.promotion import Promotion
from ingestion.promotions.offers import PromotionRequest

State = Literal["draft", "active", "paused", "ended"]


class PromotionCreate(Body):
    """A new promotion; it is a draft until its state is changed."""

    name: Name
    promotion: Promotion


class PromotionUpdate(Body):
    """What is to change. What is left out stays."""

    revision: Revision
    name: Name | None = None
    state: State | None = None
    promotion: Promotion | None = None


class BudgetUse(View):
    """How much of a budget for all is used, in its newest period."""

    budget: str = Field(examples=["uses/all/ever"], description="What it limits, per what, and its period.")
    taken: int
    most: int


class PromotionView(View):
    """A promotion."""

    id: UUID
    name: str
    state: State
    revision: int
    promotion: Promotion
    budgets: list[BudgetUse]
    created_at: datetime
    updated_at: datetime


class LineResult(View):
    """What a line comes to."""

    id: str
    amount: int
    discount: int
    total: int


class AppliedView(View):
    """A promotion that applies."""

    promotion_id: UUID
    name: str
    code: str | None
    amount: int
    shipping: int = Field(description="Of the amount, what is off shipping.")
    lines: dict[str, int] = Field(description="Line -> discount.")
    desired: int = Field(description="What it would be with a larger budget.")
    gifts: dict[str, int] = Field(description="Product -> units that may be added at no cost.")


class RefusedView(View):
    """A promotion or code that does not apply."""

    promotion_id: UUID | None
    name: str
    code: str | None
    reason: str = Field(examples=["subtotal_too_low"])
    message: str
    missing_amount: int | None
    missing_units: int | None


class AlternativeView(View):
    """A promotion that is one step away."""

    promotion_id: UUID
    name: str
    missing_amount: int | None
    missing_units: int | None
    saving: int = Field(description="What it would take off at least.")


class EvaluationView(View):
    """What the promotions come to."""

    currency: str
    subtotal: int
    shipping: int
    discount: int
    total: int
    lines: list[LineResult]
    applied: list[AppliedView]
    refused: list[RefusedView]
    alternatives: list[AlternativeView]
    best: bool = Field(description="Whether no other combination saves more; for 12 promotions at most.")


class ReserveBody(PromotionRequest):
    """A cart whose promotions are to be kept."""

    minutes: int = Field(default=15, ge=1, le=10_080, description="How long.")


class OrderView(View):
    """An order's promotions."""

    order_id: str
    state: Literal["reserved", "expired", "redeemed", "returned", "cancelled"]
    repeated: bool = Field(description="Whether it was so before: the answer is the first one's.")
    reserved_until: datetime | None
    result: EvaluationView


class ReturnBody(Body):
    """Units that come back."""

    key: str = Field(min_length=1, max_length=120, description="The shop's: the same return again changes nothing.")
    lines: dict[str, Annotated[int, Field(ge=1, le=10_000)]] = Field(default_factory=dict, max_length=1_000)
    shipping: bool = Field(default=False, description="Whether shipping is paid back, too.")


class ReturnedPromotion(View):
    """What a promotion's budget gets again."""

    promotion_id: UUID
    code: str | None
    amount: int


class ReturnView(View):
    """What a return comes to."""

    currency: str
    refund: int = Field(description="What was paid for it.")
    lines: dict[str, int]
    shipping: int
    promotions: list[ReturnedPromotion]
    complete: bool = Field(description="Whether all lines have come back.")


class RedemptionView(View):
    """One promotion of an order."""

    at: datetime
    order_id: str
    code: str | None
    amount: int
    returned: int
    state: str
    currency: str | None
    shop: str | None


class RefusalsView(View):
    """Codes that a key tried in vain in the last 7 days."""

    caller: str
    reason: str
    promotion_id: UUID | None = Field(description="Whose code it was, where there is such a code.")
    promotion: str | None
    tries: int
    codes: int = Field(description="Different ones.")
    latest: datetime


class SharedIdentifierView(View):
    """A device or card with which several customers redeemed a promotion."""

    promotion_id: UUID
    name: str
    identifier: str = Field(description="The beginning of its hash.")
    customers: int
    orders: int
    latest: datetime


class BurnDayView(View):
    """What a day took of a promotion's budgets, less what it gave back."""

    promotion_id: UUID
    day: date
    uses: int
    amount: int = Field(description="Minor units.")


class SimulateBody(PromotionRequest):
    """A cart to try promotions with."""

    promotions: tuple[UUID, ...] = Field(
        default=(), max_length=20, description="Promotions that count as active, whatever their state."
    )
    at: AwareDatetime | None = Field(
        default=None,
        ge=datetime(2000, 1, 1, tzinfo=UTC),
        le=datetime(2200, 1, 1, tzinfo=UTC),
        description="When it is bought; now where it is left out.",
    )
