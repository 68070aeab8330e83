"""A stack as it is shipped: who falls silent enters a campaign, and Temporal's SDK complains of nothing."""

from uuid import uuid4

import httpx

FLOW = {
    "nodes": [
        {
            "id": "entry",
            "type": "entry",
            "position": {"x": 0, "y": 0},
            "data": {
                "trigger": {
                    "kind": "inactivity",
                    "event": "Product Viewed",
                    "silence": {"minutes": 0.5},
                }
            },
        },
        {"id": "end", "type": "end", "position": {"x": 0, "y": 100}, "data": {}},
    ],
    "edges": [{"id": "e", "source": "entry", "sourceHandle": "next", "target": "end"}],
}


def test_a_silent_customer_enters(start):
    run = start("stack.serve")
    run.until_ready()
    state = run.state()
    key, write_key = state["keys"]["api_key"], state["keys"]["write_key"]
    api = httpx.Client(
        base_url=state["urls"]["api"], headers={"Authorization": f"Bearer {key}"}, trust_env=False, timeout=30
    )
    with api:
        campaign = {"slug": "silence", "name": "Silence", "flow": FLOW}
        made = api.post("/campaigns", json=campaign)
        assert made.status_code == 201, made.text
        published = api.post("/campaigns/silence/publish", json={})
        assert published.status_code < 300, published.text
        event = {"userId": "ada", "event": "Product Viewed", "messageId": str(uuid4())}
        taken = api.post("/v1/track", json=event, auth=(write_key, ""))
        assert taken.status_code == 200, taken.text

        def entered() -> bool:
            return bool(api.get("/campaigns/silence/journeys").json()["items"])

        run.until(entered, "a journey of the customer who fell silent")
