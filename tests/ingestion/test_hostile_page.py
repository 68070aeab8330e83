"""Somebody who has read the key out of the shop's page tries to do harm, by every road that takes that key."""

import base64
import json
from typing import Any

import pytest

from tests.ingestion.conftest import BROWSER_KEY
from tests.ingestion.test_authority import SERVER, known, say

OWN_EVENTS = (
    "message_clicked",
    "message_unsubscribed",
    "Segment Entered",
    "Segment Left",
    "preferences_updated",
    "Subscription Confirmed",
)
EVIL = {"email": "me@evil.example", "phone": "+393409999999"}


class Segment:
    """Segment's browser library."""

    async def track(self, api, event: str, user: str, **properties: Any) -> None:
        await self._call(api, "track", userId=user, event=event, properties=properties)

    async def identify(self, api, user: str, traits: dict[str, Any], visitor: str | None = None) -> None:
        named = {"anonymousId": visitor} if visitor else {}
        await self._call(api, "identify", userId=user, traits=traits, context={"traits": traits}, **named)

    async def join(self, api, user: str, previous: str) -> None:
        await self._call(api, "alias", userId=user, previousId=previous)
        await self._call(api, "identify", userId=user, anonymousId=previous)

    async def _call(self, api, kind: str, **body: Any) -> None:
        answer = await api.post(f"/v1/{kind}", json={**body, "writeKey": BROWSER_KEY})
        assert answer.status_code < 500, answer.text


class Ga4:
    """GA4's Measurement Protocol."""

    async def track(self, api, event: str, user: str, **properties: Any) -> None:
        await self._send(api, {"user_id": user, "events": [{"name": event, "params": properties}]})

    async def identify(self, api, user: str, traits: dict[str, Any], visitor: str | None = None) -> None:
        body = {"user_id": user, "user_properties": {name: {"value": value} for name, value in traits.items()}}
        await self._send(api, {**body, "client_id": visitor or "x", "events": [{"name": "login"}]})

    async def join(self, api, user: str, previous: str) -> None:
        await self._send(api, {"user_id": user, "client_id": previous, "events": [{"name": "login"}]})

    async def _send(self, api, body: dict[str, Any]) -> None:
        answer = await api.post(f"/mp/collect?api_secret={BROWSER_KEY}", json=body)
        assert answer.status_code < 500, answer.text


class Mixpanel:
    """Mixpanel's browser library."""

    async def track(self, api, event: str, user: str, **properties: Any) -> None:
        await self._send(api, "/track", {"event": event, "properties": {**properties, "distinct_id": user}})

    async def identify(self, api, user: str, traits: dict[str, Any], visitor: str | None = None) -> None:
        for operation in ("$set", "$set_once"):
            given = {operation: {f"${name}": value for name, value in traits.items()} | traits}
            await self._send(api, "/engage", {"$distinct_id": user, "$token": BROWSER_KEY, **given})
        if visitor:
            await self.join(api, user, f"$device:{visitor}")

    async def join(self, api, user: str, previous: str) -> None:
        identify = {"distinct_id": user, "$identified_id": user, "$anon_distinct_id": previous, "$anon_id": previous}
        await self._send(api, "/track", {"event": "$identify", "properties": identify})
        await self._send(
            api, "/track", {"event": "$create_alias", "properties": {"distinct_id": previous, "alias": user}}
        )
        merge = {"$distinct_ids": [user, previous]}
        await self._send(api, "/track", {"event": "$merge", "properties": merge})

    async def _send(self, api, path: str, item: dict[str, Any]) -> None:
        if "properties" in item:
            item["properties"]["token"] = BROWSER_KEY
        data = base64.b64encode(json.dumps([item]).encode()).decode()
        answer = await api.post(path, data={"data": data})
        assert answer.status_code < 500, answer.text


ROADS = {"segment": Segment(), "ga4": Ga4(), "mixpanel": Mixpanel()}


@pytest.fixture(params=ROADS)
def road(request):
    return ROADS[request.param]


async def test_two_named_customers_stay_two(api, query, road):
    await known(api, "ada")
    await known(api, "victim", phone=None)
    for user, previous in (("ada", "victim"), ("victim", "ada"), ("nobody-yet", "victim"), ("ada", "nobody-yet")):
        await road.join(api, user, previous)
    names = dict(await query("SELECT external_id, email FROM customers WHERE email IS NOT NULL"))
    assert names == {"ada": "ada@shop.example", "victim": "victim@shop.example"}
    assert await query("SELECT count(*) FROM customer_merges WHERE merged_external_id IS NOT NULL") == [(0,)]
    # whose name each of them was, it still is
    await say(api, "track", SERVER, userId="victim", event="Order Completed", properties={"revenue": 5})
    found = await query(
        "SELECT c.external_id FROM events e JOIN customers c ON c.id = e.customer_id WHERE e.name = 'Order Completed'"
    )
    assert found == [("victim",)]


async def test_a_known_customers_messages_go_where_they_went(api, query, road):
    await known(api, "victim")
    await road.identify(api, "victim", EVIL)
    await road.identify(api, "victim", EVIL, visitor="evil-device")
    await road.track(api, "Signed In", "victim", **EVIL)
    found = await query("SELECT email, phone FROM customers WHERE external_id = 'victim'")
    assert found == [("victim@shop.example", "+393401234567")]
    assert await query("SELECT count(*) FROM devices WHERE active") == [(0,)]
    assert await query("SELECT count(*) FROM consents") == [(0,)]


@pytest.mark.parametrize("event", OWN_EVENTS)
async def test_the_applications_own_events_come_from_nobody_else(api, query, road, event):
    await known(api, "victim")
    await road.track(api, event, "victim", channel="email", topic="*", subscribed=["email:*"])
    assert await query("SELECT count(*) FROM events WHERE name = :name", name=event) == [(0,)]
    assert await query("SELECT count(*) FROM consents") == [(0,)]


async def test_what_it_can_make_of_one_profile_is_bounded(api, query, road):
    for start in range(0, 300, 50):
        await road.identify(api, "mine", {f"name-{number}": "x" * 100 for number in range(start, start + 50)})
    for number in range(60):
        code = f"{chr(65 + number % 26)}{chr(65 + number // 26)}X"
        order = {"order_id": f"o-{number}", "transaction_id": f"o-{number}", "currency": code, "revenue": 1, "value": 1}
        await road.track(api, "purchase" if isinstance(road, Ga4) else "Order Completed", "mine", **order)
    [(attributes, traits)] = await query(
        "SELECT (SELECT count(*) FROM jsonb_object_keys(attributes)), traits FROM customers WHERE external_id = 'mine'"
    )
    assert attributes <= 100
    assert len(traits["other_revenue"]) <= 20
    assert len(json.dumps(traits)) < 20_000
