"""What templates may name, and the values for one customer.

| name | what it is |
|---|---|
| `customer.*` | the profile: `first_name`, `last_name`, `email`, `city`, ..., `tags` |
| `attributes.*`, `traits.*` | what the shop says of the customer; what their events taught us |
| `order.*` | the last order: `order_id`, `revenue`, `at`, `products` (each with `name`, `brand`, `price`, ...), ... |
| `trigger.*` | properties of the event that started the journey |
| `scores.*` | what models foretell of them, e.g. `scores.churn`; see docs/intelligence.md |
| `recommended_products` | for this customer, each with `product_id`, `name`, `price`, `url`, `image_url`, ... |
| `coupon.<PREFIX>` | the code that this journey gave |
| `survey.<key>` | the customer's own link to a survey: see docs/surveys.md |
| `campaign.name`, `now` | the campaign; the moment of sending |
| `unsubscribe_url`, `preferences_url` | this customer's own links |
| `confirmation_url` | the page where they confirm their subscription: see docs/contact-rules.md |
| `FirstName`, `LastName`, `LastPurchasedProduct`, `LastOrderDate` | the marketer's tokens |
| `PreferredBrand`, `PurchaseFrequency`, `BrowsingHistory`, `RecommendedProducts` | and more of them |

A value that is not known is not there at all, so that a template without a fallback fails instead of writing "Hello ,".
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain import rolling_windows
from domain.scheduling import customer_zone
from models.customer import Customer

CUSTOMER_FIELDS = (
    "id",
    "external_id",
    "email",
    "phone",
    "first_name",
    "last_name",
    "gender",
    "birth_date",
    "city",
    "country",
    "locale",
    "timezone",
    "tags",
    "created_at",
    "last_seen_at",
)
TOKENS = (
    "FirstName",
    "LastName",
    "LastPurchasedProduct",
    "LastOrderDate",
    "PreferredBrand",
    "PurchaseFrequency",
    "BrowsingHistory",
    "RecommendedProducts",
)
_BROWSED_SHOWN = 5


@dataclass(frozen=True)
class Variables:
    """The names that a template may use without a fallback being asked for.

    Attributes:
        names: full paths, e.g. `customer.first_name`.
        open: roots under which every path may exist, e.g. `attributes`.
        coupons: prefixes of the coupons that the campaign gives.

    """

    names: frozenset[str]
    open: frozenset[str]
    coupons: frozenset[str] = frozenset()

    def with_coupons(self, prefixes: frozenset[str]) -> "Variables":
        """The same, for a campaign that gives these coupons (see `domain.validation.coupon_prefixes`)."""
        return replace(self, coupons=prefixes)

    def without(self, root: str) -> "Variables":
        """The same without a root, e.g. `trigger` for a campaign that no event starts."""
        return replace(self, open=self.open - {root})


KNOWN_VARIABLES = Variables(
    names=frozenset(
        {f"customer.{name}" for name in CUSTOMER_FIELDS}
        | set(TOKENS)
        | {"campaign.name", "unsubscribe_url", "preferences_url", "confirmation_url", "now", "today"}
    ),
    open=frozenset(
        {"attributes", "traits", "order", "trigger", "customer.attributes", "customer.traits", "scores"}
        | {"recommended_products", "survey"}
    ),
)


class Nothing(list[Any]):
    """A list without items: a loop over it renders nothing, and `if` takes it for false, as people mean it."""

    def __liquid__(self) -> bool:
        return False


def build_context(
    customer: Customer,
    *,
    campaign_name: str,
    trigger: Mapping[str, Any] | None = None,
    coupons: Mapping[str, str] | None = None,
    surveys: Mapping[str, str] | None = None,
    last_order: Mapping[str, Any] | None = None,
    scores: Mapping[str, float] | None = None,
    recommended: Sequence[Mapping[str, Any]] = (),
    unsubscribe_url: str | None = None,
    preferences_url: str | None = None,
    confirmation_url: str | None = None,
    campaign_zone: str = "UTC",
    now: datetime | None = None,
) -> dict[str, Any]:
    """The values for one message to one customer.

    Args:
        customer: the profile.
        campaign_name: what `campaign.name` says.
        trigger: properties of the event that started the journey.
        coupons: prefix -> code.
        surveys: key -> this customer's own link.
        last_order: properties of the newest order; without it, what the traits remember of it.
        scores: what models foretell, by name.
        recommended: products for this customer, the best first.
        unsubscribe_url: this customer's own link.
        preferences_url: the page where they choose what they get.
        confirmation_url: the page where they confirm their subscription.
        campaign_zone: whose clock dates are written on, for a customer whose own zone is not known.
        now: the moment of sending; the clock's when not given.

    """
    zone, _ = customer_zone(customer.timezone, campaign_zone)
    moment = (now or datetime.now(UTC)).astimezone(ZoneInfo(zone))
    recent = rolling_windows.read(customer.traits or {}, now=moment, zone=zone)
    attributes, traits = _known(customer.attributes or {}), _known(recent)
    order = _known(last_order if last_order is not None else traits.get("last_order") or {})
    profile = {name: getattr(customer, name) for name in CUSTOMER_FIELDS} | {"id": str(customer.id)}
    context: dict[str, Any] = {
        "customer": _known(profile) | {"attributes": attributes, "traits": traits},
        "attributes": attributes,
        "traits": traits,
        "order": order,
        "trigger": trigger or {},
        "coupon": dict(coupons or {}),
        "survey": dict(surveys or {}),
        "scores": dict(scores or {}),
        "recommended_products": [dict(product) for product in recommended] or Nothing(),
        "RecommendedProducts": _named(recommended),
        "campaign": {"name": campaign_name},
        "unsubscribe_url": unsubscribe_url,
        "preferences_url": preferences_url,
        "confirmation_url": confirmation_url,
        "now": moment,
        "today": moment.date(),
    }
    return _known(context | _tokens(customer, attributes, traits, order, moment))


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None and value != ""}


def _tokens(
    customer: Customer, attributes: dict[str, Any], traits: dict[str, Any], order: dict[str, Any], now: datetime
) -> dict[str, Any]:
    bought = [product.get("name") for product in order.get("products") or [] if isinstance(product, dict)]
    viewed = [view.get("name") for view in traits.get("browsed") or [] if isinstance(view, dict)]
    return {
        "FirstName": customer.first_name,
        "LastName": customer.last_name,
        "LastPurchasedProduct": next(filter(None, bought), traits.get("last_product")),
        "LastOrderDate": _day(order.get("at") or traits.get("last_order_at"), now),
        "PreferredBrand": attributes.get("preferred_brand") or traits.get("preferred_brand"),
        "PurchaseFrequency": attributes.get("purchase_frequency") or _frequency(traits),
        "BrowsingHistory": ", ".join(list(filter(None, viewed))[:_BROWSED_SHOWN]),
    }


def _named(products: Sequence[Mapping[str, Any]]) -> str:
    names = [str(product["name"]) for product in products if product.get("name")]
    return ", ".join(names[:_BROWSED_SHOWN])


def _day(instant: object, now: datetime) -> str | None:
    if not isinstance(instant, str):
        return None
    try:
        local = datetime.fromisoformat(instant)
    except ValueError:
        return None
    return f"{local.astimezone(now.tzinfo) if local.tzinfo else local:%d %B %Y}".removeprefix("0")


def _frequency(traits: Mapping[str, Any]) -> str | None:
    days = traits.get("days_between_orders")
    if isinstance(days, int | float):
        return f"every {days:.0f} days" if days >= 1.5 else "every day"
    return "once" if traits.get("orders") == 1 else None


def is_known(path: str, known: Variables) -> bool:
    """May a template use this path, e.g. `customer.first_name` or `trigger.products`?"""
    parts = re.split(r"[.\[]", path)
    if parts[0] == "coupon":
        return len(parts) > 1 and parts[1].strip("]'") in known.coupons
    return any(".".join(parts[: end + 1]) in known.open | known.names for end in range(len(parts)))
