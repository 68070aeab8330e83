"""Amounts of money, each in its currency."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field

from api.schemas.base import View


class MoneyView(View):
    """An amount in one currency."""

    currency: str | None = Field(description="ISO 4217; null where the events name none.", examples=["EUR"])
    amount: float


def _amounts(value: object) -> object:
    if not isinstance(value, Mapping):
        return value
    amounts: list[tuple[str, Decimal]] = sorted(value.items(), key=lambda item: (-item[1], item[0]))
    return [{"currency": currency or None, "amount": float(amount)} for currency, amount in amounts]


Revenue = Annotated[
    list[MoneyView],
    BeforeValidator(_amounts),
    Field(description="Of the conversions, each currency on its own, the largest amount first."),
]
