"""What the web app's pages of promotions ask: batches, burn-down, simulations, misuse."""

from datetime import UTC, datetime
from uuid import uuid4

import httpx

from store.database.engine import Database
from tests.api.rows import customer
from tests.api.test_promotions import cart, generic, held, promotion, redeem


async def test_a_batch_is_disabled_at_once_and_a_code_by_itself(api: httpx.AsyncClient):
    id_ = await promotion(api, codes={"kind": "unique"})
    made = (await api.post(f"/promotions/{id_}/codes", json={"count": 3, "prefix": "GIFT"})).json()
    first, second, third = made["codes"]
    assert (await redeem(api, "o1", first)).status_code == 200
    [batch] = (await api.get(f"/promotions/{id_}/codes/batches")).json()
    assert (batch["id"], batch["count"], batch["prefix"], batch["disabled"]) == (made["batch_id"], 3, "GIFT", False)
    one = await api.patch(f"/promotions/{id_}/codes/{second}", json={"disabled": True})
    assert (one.status_code, one.json()["disabled"], one.json()["code"]) == (200, True, second)
    assert (await redeem(api, "o2", second)).json()["refused"][0]["reason"] == "code_disabled"
    assert (await redeem(api, "o3", third)).status_code == 200
    await api.patch(f"/promotions/{id_}/codes/{third}", json={"disabled": False})
    await api.post("/promotions/orders/o3/cancel")
    off = await api.patch(f"/promotions/{id_}/codes/batches/{batch['id']}", json={"disabled": True})
    assert off.json()["disabled"]
    assert (await redeem(api, "o4", third)).json()["refused"][0]["reason"] == "code_disabled"
    listed = (await api.get(f"/promotions/{id_}/codes", params={"batch": batch["id"]})).json()["items"]
    assert {(each["code"], each["used"], each["disabled"]) for each in listed} == {
        (first, 1, True), (second, 0, True), (third, 0, True),
    }  # fmt: skip
    found = (await api.get(f"/promotions/{id_}/codes", params={"starts": first[:10].lower()})).json()["items"]
    assert first in [each["code"] for each in found]
    file = (await api.get(f"/promotions/{id_}/codes/export")).text.splitlines()
    assert file[0] == "code,valid_until,uses,most,balance,disabled"
    assert sorted(line.split(",")[0] for line in file[1:]) == sorted(made["codes"])


async def test_what_is_of_another_promotion_is_not_found(api: httpx.AsyncClient):
    mine, other = await promotion(api, codes={"kind": "unique"}), await promotion(api, codes={"kind": "unique"})
    made = (await api.post(f"/promotions/{mine}/codes", json={"count": 1})).json()
    for url in (f"codes/{made['codes'][0]}", f"codes/batches/{made['batch_id']}", f"codes/batches/{uuid4()}"):
        assert (await api.patch(f"/promotions/{other}/{url}", json={"disabled": True})).status_code == 404
    assert (await api.get(f"/promotions/{other}/codes", params={"batch": made["batch_id"]})).json()["items"] == []


async def test_a_burn_down_counts_what_came_back(api: httpx.AsyncClient):
    id_ = await generic(api, "SUMMER")
    for order in ("o1", "o2", "o3"):
        await redeem(api, order, "SUMMER")
    await api.post("/promotions/orders/o3/cancel")
    await api.post("/promotions/orders/o2/returns", json={"key": "r", "lines": {"l0": 1}})
    [day] = (await api.get("/promotions/burn-down", params={"promotion_id": [id_]})).json()
    today = datetime.now(UTC).date().isoformat()
    assert (day["promotion_id"], day["day"], day["uses"], day["amount"]) == (id_, today, 2, 1_000)


async def test_a_simulation_tries_drafts_at_any_time_and_leaves_nothing(api: httpx.AsyncClient, database: Database):
    draft = await promotion(
        api, state="draft", schedule={"last_day": "2030-05-31"}, budgets=[{"of": "uses", "limit": 1}]
    )
    body = {"cart": cart(10_000), "codes": ["GUESS"]}
    assert (await api.post("/promotions/simulate", json=body)).json()["discount"] == 0
    said = (await api.post("/promotions/simulate", json={**body, "promotions": [draft]})).json()
    assert (said["discount"], said["refused"][0]["reason"]) == (1_000, "unknown_code")
    late = {**body, "promotions": [draft], "at": "2030-06-01T00:00:00Z"}
    assert (await api.post("/promotions/simulate", json=late)).json()["discount"] == 0
    assert (await api.post("/promotions/simulate", json={**body, "promotions": [str(uuid4())]})).status_code == 404
    for wrong in ("9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "2030-06-01T00:00:00"):
        assert (await api.post("/promotions/simulate", json={**body, "at": wrong})).status_code == 422
    assert await held(database) == []
    assert (await api.get("/promotions/refused-codes")).json() == []


async def test_one_card_of_many_customers_shows(api: httpx.AsyncClient):
    id_ = await generic(api, "NEW", budgets=[{"of": "uses", "limit": 9, "per": "identifier"}])
    for n in range(3):
        await customer(api, f"c{n}")
        assert (await redeem(api, f"o{n}", "NEW", customer=f"c{n}", identifier="card-1")).status_code == 200
    await customer(api, "c9")
    await redeem(api, "o9", "NEW", customer="c9", identifier="card-9")
    [shared] = (await api.get("/promotions/shared-identifiers")).json()
    assert (shared["promotion_id"], shared["customers"], shared["orders"]) == (id_, 3, 3)
    await redeem(api, "o10", "NOPE")
    await redeem(api, "o11", "NEW", identifier=None)
    by_promotion = (await api.get("/promotions/refused-codes", params={"promotion_id": id_})).json()
    assert [(each["reason"], each["promotion"]) for each in by_promotion] == [("customer_needed", "Sale")]


async def test_what_a_customer_used_follows_them_into_a_merge_and_out_of_it(api: httpx.AsyncClient, database: Database):
    await generic(api, "ONCE", budgets=[{"of": "uses", "limit": 1, "per": "customer"}])
    for name in ("ada", "bob"):
        await customer(api, name)
        assert (await redeem(api, f"of-{name}", "ONCE", customer=name)).status_code == 200
    assert (await api.post("/customers/ada/merge", json={"into": "bob"})).status_code == 200
    assert await held(database) == [0, 2]
    again = await redeem(api, "again", "ONCE", customer="bob")
    assert again.json()["refused"][0]["reason"] == "budget_used_up"
    await api.post("/promotions/orders/of-bob/cancel")
    assert await held(database) == [0, 1]
    [merge] = (await api.get("/customers/bob/merges")).json()
    parted = await api.post(f"/customers/bob/merges/{merge['id']}/undo")
    assert parted.status_code == 200, parted.text
    assert await held(database) == [0, 1]
    assert (await redeem(api, "bobs", "ONCE", customer="bob")).status_code == 200
    assert (await redeem(api, "adas", "ONCE", customer="ada")).json()["refused"][0]["reason"] == "budget_used_up"
    await api.post("/promotions/orders/of-ada/cancel")
    assert (await redeem(api, "adas", "ONCE", customer="ada")).status_code == 200
