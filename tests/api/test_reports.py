"""Reports by the API: funnels, and a segment of those who stopped."""

from datetime import timedelta
from uuid import uuid4

from models import Event
from tests.api.rows import NOON, customer

PERIOD = {"since": "2026-11-22T00:00:00Z", "until": "2026-11-23T00:00:00Z"}
FUNNEL = {
    "steps": [{"kind": "event", "event": "Product Viewed"}, {"kind": "event", "event": "Order Completed"}],
    "breakdown": "country",
}


async def did(database, who, name: str, *, after: timedelta = timedelta(0), **properties) -> None:
    async with database.transaction() as session:
        session.add(
            Event(
                id=uuid4(), occurred_at=NOON + after, customer_id=who, name=name, properties=properties, source="test"
            )
        )


async def test_a_funnel_and_a_segment_of_those_who_stopped(api, database):
    ada, bob, eve = [
        await customer(api, name, country=country) for name, country in (("ada", "IT"), ("bob", "FR"), ("eve", "FR"))
    ]
    for who in (ada, bob, eve):
        await did(database, who, "Product Viewed")
    await did(database, ada, "Order Completed", after=timedelta(hours=2))
    answer = await api.post("/reports/funnel", json={"funnel": FUNNEL, "period": PERIOD})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert [step["reached"] for step in found["whole"]] == [3, 1]
    assert found["whole"][1]["median_seconds"] == 7200
    assert {group["value"]: [step["reached"] for step in group["steps"]] for group in found["groups"]} == {
        "FR": [2, 0],
        "IT": [1, 1],
    }
    question = {"funnel": FUNNEL, "period": PERIOD, "step": 0}
    page = (await api.post("/reports/funnel/stopped", json={**question, "limit": 1})).json()
    rest = (await api.post("/reports/funnel/stopped", json={**question, "cursor": page["next_cursor"]})).json()
    assert {each["external_id"] for each in page["items"] + rest["items"]} == {"bob", "eve"}
    assert rest["next_cursor"] is None
    kept = await api.post("/reports/funnel/segment", json={**question, "name": "looked only"})
    assert kept.status_code == 201, kept.text
    assert kept.json()["customers"] == 2
    members = await api.post(
        "/segments/preview", json={"condition": {"kind": "segment", "segment_id": kept.json()["segment_id"]}}
    )
    assert {each["external_id"] for each in members.json()["sample"]} == {"bob", "eve"}
    again = await api.post("/reports/funnel/segment", json={**question, "name": "looked only"})
    assert again.status_code == 409


async def test_a_step_that_is_not_there(api):
    answer = await api.post("/reports/funnel/stopped", json={"funnel": FUNNEL, "period": PERIOD, "step": 2})
    assert answer.status_code == 422
    assert answer.json()["detail"] == "The funnel has 2 steps: there is no step 3"


async def test_times_that_postgres_does_not_have(api):
    for period in (
        {"since": "0001-01-01T00:00:00Z", "until": "9999-12-31T00:00:00Z"},
        {"since": "2026-01-01", "until": "x"},
    ):
        answer = await api.post("/reports/funnel", json={"funnel": FUNNEL, "period": period})
        assert answer.status_code in (200, 422), answer.text
