"""Attribution by the API: windows, refunds, currencies, holdouts."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from models import Event
from tests.api.drawing import create
from tests.api.rows import NOON, customer, message

QUESTION = {"since": "2026-11-20T00:00:00Z", "until": "2026-11-25T00:00:00Z", "currency": "EUR"}


async def made(api) -> UUID:
    slug = await create(api)
    return UUID((await api.get(f"/campaigns/{slug}")).json()["id"])


async def bought(database, who, revenue: float, *, after: timedelta, **properties) -> None:
    row = Event(
        id=uuid4(), occurred_at=NOON + after, customer_id=who, name="Order Completed", source="test",
        properties={"revenue": revenue, "currency": "EUR", **properties},
    )  # fmt: skip
    async with database.transaction() as session:
        session.add(row)


async def clicked(database, who, campaign: UUID, channel: str, *, at: timedelta) -> None:
    moment = NOON + at
    await message(
        database, who, channel=channel, campaign_id=campaign, node_id="hello", reserved_at=moment, sent_at=moment,
        clicked_at=moment,
    )  # fmt: skip


async def asked(api, **changes) -> dict[str, Any]:
    answer = await api.post("/reports/attribution", json={**QUESTION, **changes})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_models_windows_and_costs(api, database):
    campaign = await made(api)
    ada, bob = await customer(api, "ada"), await customer(api, "bob")
    await clicked(database, ada, campaign, "email", at=timedelta(0))
    await clicked(database, ada, campaign, "sms", at=timedelta(hours=20))
    await bought(database, ada, 100, after=timedelta(hours=30))
    await clicked(database, bob, campaign, "sms", at=timedelta(0))
    await bought(database, bob, 50, after=timedelta(hours=25))  # the window of an SMS is a day
    await bought(database, bob, 7, after=timedelta(hours=26), currency="USD")
    found = await asked(api, costs={"email": "0.01", "sms": "0.08"}, margin_percent=50)
    assert (found["conversions"], found["revenue"], found["touched"], found["other_currencies"]) == (2, 150, 1, 1)
    players = {each["key"]: each for each in found["players"]}
    assert players["email"]["credits"]["first"]["revenue"] == 100
    assert players["sms"]["credits"]["last"]["revenue"] == 100
    assert players["sms"]["credits"]["linear"]["conversions"] == 0.5
    assert players["sms"]["sent"] == 2
    assert players["sms"]["cost"] == 0.16
    assert players["sms"]["credits"]["last"]["profit"] == 49.84
    wide = await asked(api, windows_hours={"sms": 48})
    credited = {each["key"]: each["credits"]["last"]["revenue"] for each in wide["players"]}
    assert {key: revenue for key, revenue in credited.items() if revenue} == {"sms": 150}
    by_message = await asked(api, by="message")
    assert by_message["players"][0]["key"] == f"{campaign}/hello"
    for by in ("campaign", "version", "arm"):
        for touch in ("open", "send"):
            await asked(api, by=by, credited=touch)


async def test_refunds_flow_back_and_can_be_put_back(api, database):
    campaign = await made(api)
    ada = await customer(api, "ada")
    await clicked(database, ada, campaign, "email", at=timedelta(0))
    words: dict[str, Any] = {"order_id": "o1", "revenue_before_refunds": 100, "revenue_refunded": 30}
    await bought(database, ada, 70, after=timedelta(hours=1), **words)
    async with database.transaction() as session:
        session.add(
            Event(
                id=uuid4(), occurred_at=NOON + timedelta(hours=2), customer_id=ada, name="Order Refunded",
                properties={"order_id": "o1", "revenue": 30}, source="test",
            )
        )  # fmt: skip
        await session.flush()
        await session.execute(
            text("UPDATE events SET received_at = :then WHERE name = 'Order Completed'"), {"then": NOON}
        )
    assert (await asked(api))["players"][0]["credits"]["last"]["revenue"] == 70
    earlier = await asked(api, as_of="2026-11-23T00:00:00Z")
    assert earlier["players"][0]["credits"]["last"]["revenue"] == 100
    assert (await asked(api, as_of="2026-11-21T00:00:00Z"))["conversions"] == 0


async def test_what_cannot_be_asked(api):
    wrongs: tuple[dict[str, Any], ...] = (
        {"since": "2026-11-26T00:00:00Z"},
        {"windows_hours": {}},
        {"windows_hours": {"email": 1e9}},
        {"costs": {"email": "-1"}},
        {"costs": {"email": "NaN"}},
        {"half_life_hours": 0},
        {"since": "0001-01-01T00:00:00Z"},
    )
    for wrong in wrongs:
        answer = await api.post("/reports/attribution", json={**QUESTION, **wrong})
        assert answer.status_code == 422, (wrong, answer.text)
