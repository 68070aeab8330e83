"""A few customers who bought lately and were not seen since."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

CUSTOMERS = 24


def client(state: dict[str, Any]) -> httpx.Client:
    """Of the running stack, with its key."""
    headers = {"Authorization": f"Bearer {state['keys']['api_key']}"}
    return httpx.Client(base_url=state["urls"]["api"], headers=headers, trust_env=False, timeout=30)


def fill(state: dict[str, Any]) -> None:
    """A third has the app, all have e-mail, all have a phone; the first is the oldest: lists begin with the last."""
    names = [f"person-{number}" for number in range(CUSTOMERS)]
    with client(state) as api:
        for number, name in enumerate(names):
            api.post("/customers/bulk", json={"customers": [_person(name, number)]}).raise_for_status()
        for name in names[::3]:
            api.put(f"/customers/{name}/devices", json={"token": f"token-{name}"}).raise_for_status()
        batch = [_order(name) for name in names]
        api.post("/v1/batch", json={"batch": batch}, auth=(state["keys"]["write_key"], "")).raise_for_status()


def _person(name: str, number: int) -> dict[str, Any]:
    return {
        "external_id": name,
        "first_name": f"Person {number}",
        "email": f"{name}@people.example",
        "phone": f"+3934712345{number:02}",
        "timezone": "Europe/Istanbul",
    }


def _order(name: str) -> dict[str, Any]:
    at = datetime.now(UTC) - timedelta(days=20)
    properties = {"order_id": f"order-{name}", "revenue": 40, "products": [{"name": "Scarf", "brand": "Acme"}]}
    return {
        "type": "track",
        "event": "Order Completed",
        "userId": name,
        "messageId": f"order-{name}",
        "timestamp": at.isoformat(),
        "properties": properties,
    }
