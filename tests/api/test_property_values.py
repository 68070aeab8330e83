"""The most frequent values of a property, as suggestions: the shop's own, and none that say who somebody is."""

from typing import Any

import pytest


async def _people(api, *profiles: dict[str, Any]) -> None:
    body = {"customers": [{"external_id": f"c-{number}", **profile} for number, profile in enumerate(profiles)]}
    (await api.post("/customers/bulk", json=body)).raise_for_status()


async def _values(api, **query: str) -> dict[str, Any]:
    answer = await api.get("/data-dictionary/values", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_values_of_profiles_come_by_how_often_they_are_had(api):
    await _people(api, {"city": "Milan"}, {"city": "Rome"}, {"city": "Milan"}, {"city": "milan"}, {})
    found = await _values(api, property="city")
    assert found["values"] == [
        {"value": "Milan", "count": 2},
        {"value": "Rome", "count": 1},
        {"value": "milan", "count": 1},
    ]
    assert (found["type"], found["looked_at"], found["money"]) == ("string", 5, False)


@pytest.mark.parametrize(
    ("values", "type_"),
    [(["gold", "gold"], "string"), ([3, 4.5], "number"), ([True, False], "boolean"), (["2026-03-01"], "date")],
)
async def test_an_attributes_type_is_that_of_its_values(api, values, type_):
    await _people(api, *({"attributes": {"given": value}} for value in values))
    assert (await _values(api, property="attributes.given"))["type"] == type_


async def test_values_inside_lists_are_found(api):
    await _people(api, {"attributes": {"likes": ["tea", "jam"]}}, {"attributes": {"likes": ["tea"]}})
    found = await _values(api, property="attributes.likes")
    assert found["values"] == [{"value": "tea", "count": 2}, {"value": "jam", "count": 1}]


async def test_what_says_who_somebody_is_is_not_suggested(api):
    people = [
        {
            "first_name": f"Ada {number}",
            "email": f"a{number}@shop.example",
            "attributes": {"nickname": f"ada-{number}", "mail": "ada@shop.example", "card": "4111 1111 1111 1111"},
        }
        for number in range(25)
    ]
    await _people(api, *people)
    for name in ("first_name", "email", "external_id", "attributes.nickname", "attributes.mail", "attributes.card"):
        assert (await _values(api, property=name))["values"] == [], name


async def test_an_erased_profile_is_not_looked_at(api):
    await _people(api, {"city": "Milan"}, {"city": "Rome"})
    (await api.post("/customers/c-1/erase")).raise_for_status()
    assert (await _values(api, property="city"))["values"] == [{"value": "Milan", "count": 1}]


async def test_money_names_its_currencies(api):
    await _people(api, {}, {}, {})
    orders = [
        {
            "type": "track",
            "event": "Order Completed",
            "userId": f"c-{number}",
            "messageId": f"m{number}",
            "properties": {
                "order_id": f"o{number}",
                "revenue": 40,
                "currency": currency,
                "products": [{"brand": "Acme"}],
            },
        }
        for number, currency in enumerate(("EUR", "USD", "EUR"))
    ]
    sent = await api.post("/v1/batch", json={"batch": orders}, auth=("a-write-key-for-tests", ""))
    assert sent.status_code == 200, sent.text
    spent = await _values(api, property="traits.revenue")
    # of profiles: the shop's own currency comes first
    assert (spent["money"], spent["currencies"][0], spent["type"]) == (True, "EUR", "number")
    revenue = await _values(api, event="Order Completed", property="revenue")
    assert (revenue["money"], revenue["currencies"], revenue["type"]) == (True, ["EUR", "USD"], "number")
    brands = await _values(api, event="Order Completed", property="products.brand")
    assert brands["values"] == [{"value": "Acme", "count": 3}]
    assert (brands["money"], brands["currencies"]) == (False, [])


async def test_dates_of_the_profile_are_dates_and_nothing_known_is_nothing(api):
    assert (await _values(api, property="birth_date"))["type"] == "date"
    nothing: dict[str, Any] = {"type": None, "looked_at": 0, "values": [], "money": False, "currencies": []}
    assert await _values(api, property="attributes.never") == nothing
    assert await _values(api, event="Never Seen", property="x") == nothing


@pytest.mark.parametrize("name", ["shoe_size", "attributes.", "traits", 'a"b', "", "n" * 121])
async def test_a_property_that_can_not_be_is_refused(api, name):
    answer = await api.get("/data-dictionary/values", params={"property": name})
    assert answer.status_code == 422, answer.text
