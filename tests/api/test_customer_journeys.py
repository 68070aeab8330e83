"""Where one customer stands."""

import httpx

from store.database.engine import Database
from tests.api import rows
from tests.api.drawing import publish


async def test_a_customers_journeys_of_all_campaigns_newest_first(api: httpx.AsyncClient, database: Database) -> None:
    who, other = await rows.customer(api, "c-1"), await rows.customer(api, "c-2")
    for slug in ("one", "two"):
        await publish(api, slug=slug)
        state = "ended" if slug == "one" else "active"
        await rows.journey(api, database, slug, who, created_at=rows.NOON.replace(hour=len(slug)), state=state)
        await rows.journey(api, database, slug, other)
    found = (await api.get("/customers/c-1/journeys")).json()["items"]
    assert {(item["campaign"], item["state"]) for item in found} == {("one", "ended"), ("two", "active")}
    [inside] = (await api.get("/customers/c-1/journeys", params={"state": "active"})).json()["items"]
    assert inside["campaign"] == "two"


async def test_the_segments_a_customer_is_in(api: httpx.AsyncClient) -> None:
    await rows.customer(api, "c-1", tags=["vip"])
    for name, tag in (("Very important", "vip"), ("Sleeping", "asleep")):
        condition = {"kind": "tag", "tag": tag}
        answer = await api.post("/segments", json={"name": name, "condition": condition})
        assert answer.status_code == 201, answer.text
    found = (await api.get("/customers/c-1/segments")).json()
    assert [(item["name"], item["member"]) for item in found] == [("Sleeping", False), ("Very important", True)]


async def test_nobody_stands_nowhere(api: httpx.AsyncClient) -> None:
    for path in ("journeys", "segments"):
        assert (await api.get(f"/customers/nobody/{path}")).status_code == 404
