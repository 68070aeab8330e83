"""Traits: what a profile remembers of the customer's events, kept up to date with each one.

They are what templates and channel choice read without asking the event table. The table stays the truth: conditions
about history ask it. Events may come late and in any order; sums and counters don't care, "first" and "last" go by
the event's own time.

| trait | meaning |
|---|---|
| `orders`, `revenue`, `average_order` | completed orders; revenue in `revenue_currency`, of an order on average |
| `revenue_currency` | the shop's when an order named a currency; orders without one are taken to be in it |
| `other_revenue` | orders in other currencies, by currency: `orders`, `revenue`. They are never added to `revenue` |
| `first_order_at`, `last_order_at`, `days_between_orders` | ISO 8601 in UTC; mean gap in days from two orders on |
| `last_order`, `last_product`, `last_category` | the newest order, and the first product in it |
| `brands`, `categories`, `preferred_brand`, `preferred_category` | bought products counted; the most frequent |
| `browsed`, `last_viewed_product` | the last 20 products viewed, newest first |
| `last_sign_in_at`, `last_cart_at`, `cart_id` | latest sign-in, latest change of a cart and which |
| `engagement` | per channel: messages sent, delivered, opened, clicked, ..., and when last opened and clicked |
| `order_days`, `engagement_days`, `active_hours` | what sums over windows are made of: see `domain.rolling_windows` |
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from domain import rolling_windows
from domain.events import CART_UPDATED, ORDER_CANCELLED, ORDER_COMPLETED, ORDER_REFUNDED, PRODUCT_VIEWED, SIGNED_IN
from domain.field_values import amount_of
from domain.orders import added
from domain.vocabulary import MessageEventKind
from ingestion import currencies

Traits = dict[str, Any]

_BROWSED = 20
_NAMES_COUNTED = 50
_PRODUCTS_KEPT = 5
_ORDER_FIELDS = ("order_id", "revenue", "currency", "coupon", "storeCode")
_PRODUCT_FIELDS = ("product_id", "name", "category", "brand", "price", "url", "image_url")
_PLAIN = (str, int, float)
_MESSAGE_EVENTS = {f"message_{engagement.value}": engagement for engagement in MessageEventKind}
COUNTED = frozenset({ORDER_COMPLETED, ORDER_REFUNDED, ORDER_CANCELLED, PRODUCT_VIEWED, *_MESSAGE_EVENTS})
"""Names of the events of which each one counts. Of any other name traits remember the newest event at most."""


def update_traits(
    traits: Traits, name: str, properties: Mapping[str, Any], at: datetime, currency: str | None = None
) -> None:
    """Let the traits remember one event. `at` is when it happened, `currency` the shop's."""
    update_traits_bulk(traits, [(name, properties, at)], currency)


def update_traits_bulk(
    traits: Traits, events: Iterable[tuple[str, Mapping[str, Any], datetime]], currency: str | None = None
) -> None:
    """Let the traits remember events: name, properties, when it happened. `currency` is the shop's."""
    currencies.settle(traits, currency)
    views: list[dict[str, Any]] = []
    newest: tuple[Mapping[str, Any], str] | None = None
    for name, properties, at in events:
        moment = at.astimezone(UTC).isoformat()
        if name == ORDER_COMPLETED:
            if _ordered(traits, properties, at, moment, currency):
                newest = properties, moment
        elif name == PRODUCT_VIEWED:
            views.append(_brief(properties) | {"at": moment})
        elif name == SIGNED_IN:
            _latest(traits, "last_sign_in_at", moment)
        elif name == CART_UPDATED:
            if _latest(traits, "last_cart_at", moment):
                traits["cart_id"] = properties.get("cart_id")
        elif name in _MESSAGE_EVENTS:
            _engaged(traits, _MESSAGE_EVENTS[name], properties, moment)
    if views:
        traits["browsed"] = _newest_products([*views, *traits.get("browsed", [])])
        traits["last_viewed_product"] = traits["browsed"][0].get("name")
    if newest is not None:  # put together once, however many orders were the newest for a while
        traits["last_order"] = _order(*newest)
    _summarise(traits)


def _latest(traits: Traits, key: str, moment: str) -> bool:
    newest: bool = moment >= traits.get(key, "")
    if newest:
        traits[key] = moment
    return newest


def _number(value: object) -> float:
    """A sum of money; nothing for what can't be one."""
    try:
        return amount_of(value)
    except ValueError:
        return 0.0


def _revenue(properties: Mapping[str, Any]) -> float:
    """Of an order: what it says, else its total."""
    given = properties.get("revenue")
    return _number(properties.get("total") if given is None else given)


def _products(properties: Mapping[str, Any]) -> list[dict[str, Any]]:
    products = properties.get("products")
    return [product for product in products if isinstance(product, dict)] if isinstance(products, list) else []


def _ordered(traits: Traits, properties: Mapping[str, Any], at: datetime, moment: str, currency: str | None) -> bool:
    """Whether the order is the newest, which `last_order` then has to tell."""
    products = _products(properties)
    traits["orders"] = traits.get("orders", 0) + 1
    revenue = _revenue(properties)
    earned = currencies.earn(traits, properties.get("currency"), 1, revenue, currency)
    rolling_windows.note_order(traits, at, earned)
    traits["first_order_at"] = min(moment, traits.get("first_order_at", moment))
    is_newest = _latest(traits, "last_order_at", moment)
    if is_newest and products:
        traits["last_product"] = products[0].get("name")
        traits["last_category"] = products[0].get("category")
    for product in products:
        _count(traits, "brands", product.get("brand"))
        _count(traits, "categories", product.get("category"))
    return is_newest


def correct_order(
    traits: Traits,
    at: datetime,
    before: Mapping[str, Any],
    after: Mapping[str, Any] | None,
    currency: str | None = None,
) -> None:
    """Let the traits know of an order what is now known: another revenue, or (None) that it does not count.

    Args:
        traits: of the customer, who was told of the order as it was.
        at: when it was made.
        before: its properties as they were.
        after: as they are.
        currency: the shop's.

    """
    currencies.settle(traits, currency)
    orders = 0 if after is not None else -1
    more = currencies.earn(traits, before.get("currency"), -1, -_revenue(before), currency)
    if after is not None:
        more = added(more, currencies.earn(traits, after.get("currency"), 1, _revenue(after), currency))
    traits["orders"] = max(0, traits.get("orders", 0) + orders)
    rolling_windows.correct_order(traits, at, orders, more)
    newest = traits.get("last_order")
    if after is not None and isinstance(newest, dict) and newest.get("order_id") == before.get("order_id"):
        traits["last_order"] = _order(after, newest["at"])
    _summarise(traits)


def _order(properties: Mapping[str, Any], moment: str) -> dict[str, Any]:
    """What is remembered of the newest order."""
    order = {key: properties[key] for key in _ORDER_FIELDS if key in properties}
    products = _products(properties)[:_PRODUCTS_KEPT]
    return order | {"at": moment, "products": [_brief(product) for product in products]}


def _summarise(traits: Traits) -> None:
    """The traits that follow from others."""
    orders = traits.get("orders", 0)
    counted = orders - currencies.other_orders(traits)
    if counted > 0:
        traits["average_order"] = round(traits.get("revenue", 0.0) / counted, 2)
    if orders > 1:
        span = datetime.fromisoformat(traits["last_order_at"]) - datetime.fromisoformat(traits["first_order_at"])
        traits["days_between_orders"] = round(span.total_seconds() / 86400 / (orders - 1), 1)
    for counter, favourite in (("brands", "preferred_brand"), ("categories", "preferred_category")):
        counts = traits.get(counter)
        if counts:
            most = max(counts.values())
            traits[favourite] = min(name for name, count in counts.items() if count == most)


def _brief(product: Mapping[str, Any]) -> dict[str, Any]:
    return {key: product[key] for key in _PRODUCT_FIELDS if isinstance(product.get(key), _PLAIN)}


def _count(traits: Traits, counter: str, name: object) -> None:
    if not isinstance(name, str) or not name:
        return
    counts = traits.setdefault(counter, {})
    counts[name] = counts.get(name, 0) + 1
    if len(counts) > _NAMES_COUNTED:
        del counts[min((other for other in counts if other != name), key=lambda other: counts[other])]


def _newest_products(views: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each product once, newest first."""
    seen: dict[object, dict[str, Any]] = {}
    for view in sorted(views, key=lambda view: str(view["at"]), reverse=True):
        seen.setdefault(view.get("product_id", view.get("name")), view)
    return list(seen.values())[:_BROWSED]


def _engaged(traits: Traits, engagement: MessageEventKind, properties: Mapping[str, Any], moment: str) -> None:
    channel = properties.get("channel")
    if not isinstance(channel, str):
        return
    figures = traits.setdefault("engagement", {}).setdefault(channel, {})
    if properties.get("first", True):
        figures[engagement.value] = figures.get(engagement.value, 0) + 1
        by_customer = engagement in (MessageEventKind.OPENED, MessageEventKind.CLICKED)
        at = datetime.fromisoformat(moment)
        rolling_windows.note_engagement(traits, channel, engagement.value, at, by_customer=by_customer)
    if engagement in (MessageEventKind.OPENED, MessageEventKind.CLICKED):
        _latest(figures, f"last_{engagement.value}_at", moment)


_SUMS = ("orders", "revenue")


def joined(traits: Traits, other: Traits) -> Traits:
    """The traits of two profiles that turn out to be one customer."""
    other = currencies.in_currency(other, traits.get("revenue_currency"))
    result = other | traits
    currencies.join(result, traits, other)
    for key in _SUMS:
        if key in traits and key in other:
            result[key] = traits[key] + other[key] if key == "orders" else added(traits[key], other[key])
    for counter in ("brands", "categories"):
        if counter in result:
            result[counter] = _added(traits.get(counter, {}), other.get(counter, {}))
    if "browsed" in result:
        result["browsed"] = _newest_products([*traits.get("browsed", []), *other.get("browsed", [])])
        result["last_viewed_product"] = result["browsed"][0].get("name")
    if "engagement" in result:
        mine, theirs = traits.get("engagement", {}), other.get("engagement", {})
        result["engagement"] = {
            channel: _added(mine.get(channel, {}), theirs.get(channel, {})) for channel in {*mine, *theirs}
        }
    rolling_windows.joined(result, traits, other)
    _take_newer(result, traits, other)
    _summarise(result)
    return result


_FOLLOWING = {
    "last_order_at": ("last_order", "last_product", "last_category"),
    "last_cart_at": ("cart_id",),
    "last_sign_in_at": (),
}


def _take_newer(result: Traits, traits: Traits, other: Traits) -> None:
    """Of two "last" ones the later, with what belongs to it; of two "first" ones the earlier."""
    for key, following in _FOLLOWING.items():
        if other.get(key, "") > traits.get(key, ""):
            result.update({name: other[name] for name in (key, *following) if name in other})
    firsts = [side["first_order_at"] for side in (traits, other) if "first_order_at" in side]
    if firsts:
        result["first_order_at"] = min(firsts)


def _added(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers summed; of two instants the later."""
    result = dict(mine)
    for key, value in theirs.items():
        present = result.get(key)
        if present is None:
            result[key] = value
        else:
            result[key] = max(present, value) if isinstance(value, str) else present + value
    return result
