"""How conditions, waits and templates name what is in a profile."""

from typing import Any

BUILT_IN = (
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
    "created_at",
    "updated_at",
    "last_seen_at",
)
"""Fields of their own; every other name is an attribute, with or without the prefix `attributes.`."""

BUILT_IN_TEXT = frozenset({"first_name", "last_name", "gender", "city", "country", "locale", "timezone"})
"""Built-in fields that a campaign may set. Addresses are not among them: they are identity."""


def field_value(customer: Any, name: str) -> Any:
    """The value that `name` has for a customer (any object with a profile's fields); None where there is none."""
    if name in BUILT_IN:
        return getattr(customer, name)
    if name.startswith("traits."):
        return customer.traits.get(name.removeprefix("traits."))
    return customer.attributes.get(name.removeprefix("attributes."))
