"""Promotions, their codes, what they were redeemed for, and what is left of their budgets."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, text
from sqlmodel import Field, SQLModel

from models.columns import instant, json_list, json_object


def _amount(*, nullable: bool = False) -> Column[Any]:
    return Column(BigInteger, nullable=nullable, server_default=None if nullable else text("0"))


class PromotionRow(SQLModel, table=True):
    """A promotion. Never deleted: its redemptions name it."""

    __tablename__ = "promotions"

    id: UUID = Field(primary_key=True)
    name: str
    state: str = "draft"
    """`draft`, `active`, `paused` or `ended`."""
    definition: dict[str, Any] = Field(sa_column=json_object())
    """A `domain.promotions.promotion.Promotion`."""
    revision: int = 1
    created_at: datetime = Field(default=None, sa_column=instant(now=True))
    updated_at: datetime = Field(default=None, sa_column=instant(now=True))


class PromotionCode(SQLModel, table=True):
    """A code, as it is looked up: capital letters without hyphens."""

    __tablename__ = "promotion_codes"
    __table_args__ = (
        Index("promotion_codes_promotion", "promotion_id", "code"),
        Index("promotion_codes_customer", "customer_id", postgresql_where=text("customer_id IS NOT NULL")),
    )

    code: str = Field(primary_key=True)
    promotion_id: UUID
    batch_id: UUID
    """Codes that were made together."""
    customer_id: UUID | None = None
    """Whom it was issued to."""
    journey_id: UUID | None = None
    max_uses: int | None = None
    balance: int | None = Field(default=None, sa_column=_amount(nullable=True))
    """Of a gift card when it was made, in minor units."""
    valid_until: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    issued_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    disabled: bool = False


class PromotionCodeBatch(SQLModel, table=True):
    """Codes that a person made or imported together. Those that journeys hand out have none."""

    __tablename__ = "promotion_code_batches"
    __table_args__ = (Index("promotion_code_batches_promotion", "promotion_id", "created_at", "id"),)

    id: UUID = Field(primary_key=True)
    promotion_id: UUID
    kind: str
    """`made` or `imported`."""
    prefix: str = ""
    count: int
    valid_until: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    disabled: bool = False
    """All of them at once: no row of theirs is changed."""
    created_at: datetime = Field(default=None, sa_column=instant(now=True))


class PromotionCounter(SQLModel, table=True):
    """How much of a budget is taken; changed by guarded statements only, so that it never exceeds `most`."""

    __tablename__ = "promotion_counters"

    promotion_id: UUID = Field(primary_key=True)
    budget: str = Field(primary_key=True)
    entity: str = Field(primary_key=True)
    period: date = Field(primary_key=True)
    taken: int = Field(sa_column=_amount())
    most: int = Field(sa_column=_amount())


class PromotionOrder(SQLModel, table=True):
    """An order that promotions were reserved or redeemed for: the row decides, a workflow only waits."""

    __tablename__ = "promotion_orders"
    __table_args__ = (
        Index("promotion_orders_due", "reserved_until", postgresql_where=text("state = 'reserved'")),
        Index("promotion_orders_customer", "customer_id", postgresql_where=text("customer_id IS NOT NULL")),
    )

    id: UUID = Field(primary_key=True)
    order_id: str = Field(unique=True)
    """The shop's."""
    state: str
    """`reserved`, `expired`, `redeemed`, `returned` or `cancelled`."""
    customer_id: UUID | None = None
    request: dict[str, Any] = Field(default_factory=dict, sa_column=json_object())
    """Cart and codes, as they were asked for."""
    result: dict[str, Any] = Field(default_factory=dict, sa_column=json_object())
    """What was answered; never changes after."""
    reserved_until: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    created_at: datetime = Field(default=None, sa_column=instant(now=True))
    redeemed_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))


class PromotionRedemption(SQLModel, table=True):
    """One promotion of an order."""

    __tablename__ = "promotion_redemptions"
    __table_args__ = (
        Index("promotion_redemptions_order", "order_key"),
        Index("promotion_redemptions_promotion", "promotion_id", "at", "id"),
        Index("promotion_redemptions_code", "code", postgresql_where=text("code IS NOT NULL")),
    )

    id: UUID = Field(primary_key=True)
    order_key: UUID
    """`promotion_orders.id`."""
    promotion_id: UUID
    position: int
    code: str | None = None
    amount: int = Field(sa_column=_amount())
    """Its discount, in minor units."""
    returned: int = Field(default=0, sa_column=_amount())
    """What of it came back by returns."""
    lines: list[Any] = Field(default_factory=list, sa_column=json_list())
    """Its discount of each line."""
    returned_lines: list[Any] = Field(default_factory=list, sa_column=json_list())
    counters: list[Any] = Field(default_factory=list, sa_column=json_list())
    """What it counts against: `{budget, entity, period, money}`."""
    state: str
    """As the order's."""
    at: datetime = Field(default=None, sa_column=instant(now=True))


class PromotionReturn(SQLModel, table=True):
    """Units of an order that came back."""

    __tablename__ = "promotion_returns"

    order_key: UUID = Field(primary_key=True)
    key: str = Field(primary_key=True)
    """The shop's: the same return again changes nothing."""
    units: dict[str, Any] = Field(default_factory=dict, sa_column=json_object())
    """Line -> units."""
    result: dict[str, Any] = Field(default_factory=dict, sa_column=json_object())
    at: datetime = Field(default=None, sa_column=instant(now=True))


class PromotionEntry(SQLModel, table=True):
    """The ledger: every change of a promotion's budgets. The sum of its entries is what its counters hold."""

    __tablename__ = "promotion_ledger"
    __table_args__ = (Index("promotion_ledger_promotion", "promotion_id", "id"),)

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    promotion_id: UUID
    order_key: UUID
    kind: str
    """`reserve`, `redeem`, `return`, `cancel` or `expire`."""
    uses: int
    amount: int = Field(sa_column=_amount())
    at: datetime = Field(default=None, sa_column=instant(now=True))


class PromotionRefusal(SQLModel, table=True):
    """A code that was tried and did not apply."""

    __tablename__ = "promotion_refusals"
    __table_args__ = (Index("promotion_refusals_at", "at"),)

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    code_hash: str
    """SHA-256: what was typed may be anything."""
    reason: str
    """A `domain.promotions.reasons.Reason`."""
    promotion_id: UUID | None = None
    caller: str
    """The key's name."""
    at: datetime = Field(default=None, sa_column=instant(now=True))


__all__ = [
    "PromotionCode",
    "PromotionCodeBatch",
    "PromotionCounter",
    "PromotionEntry",
    "PromotionOrder",
    "PromotionRedemption",
    "PromotionRefusal",
    "PromotionReturn",
    "PromotionRow",
]
