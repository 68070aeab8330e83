"""Flows and requests that the tests of the API share."""

from typing import Any
from uuid import uuid4

import httpx

GREETING = {"channel": "sms", "body": "Hello {{ FirstName | default: 'there' }}!"}


def flow(
    trigger: dict[str, Any] | None = None,
    *,
    settings: dict[str, Any] | None = None,
    send: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Entry, one SMS, end."""
    return {
        "nodes": [
            {"id": "entry", "type": "entry", "data": {"trigger": trigger or {"kind": "api"}}},
            {"id": "hello", "type": "send_sms", "data": send or {"content": GREETING}},
            {"id": "end", "type": "end", "data": {}},
        ],
        "edges": [
            {"id": "e1", "source": "entry", "target": "hello"},
            {"id": "e2", "source": "hello", "target": "end"},
        ],
        "settings": settings or {},
    }


async def create(api: httpx.AsyncClient, drawn: dict[str, Any] | None = None, slug: str | None = None) -> str:
    """Create a campaign and return its slug."""
    slug = slug or f"c-{uuid4().hex[:8]}"
    answer = await api.post("/campaigns", json={"slug": slug, "name": slug, "flow": drawn or flow()})
    assert answer.status_code == 201, answer.text
    return slug


async def publish(api: httpx.AsyncClient, drawn: dict[str, Any] | None = None, slug: str | None = None) -> str:
    """Create and publish a campaign and return its slug."""
    slug = await create(api, drawn, slug)
    answer = await api.post(f"/campaigns/{slug}/publish")
    assert answer.status_code == 200, answer.text
    return slug
