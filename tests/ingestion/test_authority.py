"""What a key that stands in every page may change, and what not."""

import pytest

from api.rate_limits import RateLimit
from domain.authority import user_token
from tests.ingestion.conftest import API_KEY, BROWSER_KEY, TOKEN_SECRET, WRITE_KEY

SERVER = (WRITE_KEY, "")
PAGE = (BROWSER_KEY, "")


async def say(api, kind, auth=PAGE, status=200, **body):
    answer = await api.post(f"/v1/{kind}", json=body, auth=auth)
    assert answer.status_code == status, answer.text
    return answer.json()


def limited_to(most: int) -> RateLimit:
    """So many, and hardly any more while a test runs."""
    limit = RateLimit(0.001)
    limit._most = most
    return limit


async def known(api, name="ada", **traits):
    given = {"email": f"{name}@shop.example", "phone": "+393401234567", **traits}
    await say(api, "identify", SERVER, userId=name, traits=given)


async def test_a_page_cannot_join_two_named_customers(api, query):
    await known(api)
    await known(api, "victim", phone=None)
    for wanted in ("ada", "somebody-new"):
        answer = await say(api, "alias", status=400, userId=wanted, previousId="victim")
        assert "only a server key" in answer["detail"]
    assert await query("SELECT external_id FROM customers ORDER BY 1") == [("ada",), ("victim",)]
    await say(api, "alias", SERVER, userId="ada", previousId="victim")
    assert await query("SELECT external_id FROM customers") == [("ada",)]


async def test_a_page_cannot_catch_a_name_before_its_owner_comes(api, query):
    await known(api, "eve")
    await say(api, "alias", userId="eve", previousId="c-2000")
    await known(api, "c-2000", phone=None)
    assert await query("SELECT external_id, email FROM customers ORDER BY 1") == [
        ("c-2000", "c-2000@shop.example"),
        ("eve", "eve@shop.example"),
    ]


async def test_a_page_cannot_change_where_a_known_customers_messages_go(api, query):
    await known(api)
    stolen = {"email": "me@evil.example", "phone": "+393409999999", "city": "Rome"}
    answer = await say(api, "identify", userId="ada", traits=stolen, context={"device": {"token": "mine"}})
    assert [note.split(" is ")[0] for note in answer["notes"]] == ["email", "phone", "the push token"]
    assert await query("SELECT email, phone, city FROM customers") == [("ada@shop.example", "+393401234567", "Rome")]
    assert await query("SELECT count(*) FROM devices") == [(0,)]
    same = await say(api, "identify", userId="ada", traits={"email": " ADA@shop.example"})
    assert same["notes"] == []
    await say(api, "identify", userId="ada", traits={"email": None})
    assert await query("SELECT email FROM customers") == [("ada@shop.example",)]


async def test_nor_by_the_way_of_a_visitor_who_signs_in(api, query):
    await known(api, phone=None)
    traits = {"phone": "+393409999999", "email": "me@evil.example"}
    await say(api, "identify", anonymousId="a-1", traits=traits, context={"device": {"token": "mine"}})
    await say(api, "track", anonymousId="a-1", userId="ada", event="Signed In")
    assert await query("SELECT email, phone FROM customers") == [("ada@shop.example", None)]
    assert await query("SELECT active FROM devices") == [(False,)]


async def test_a_page_names_who_has_no_name_yet(api, query):
    await say(api, "track", anonymousId="a-1", event="Product Viewed")
    await say(api, "identify", anonymousId="a-1", userId="new", traits={"email": "new@shop.example"})
    await say(api, "identify", userId="other", traits={"email": "other@shop.example"})
    assert await query("SELECT external_id, email FROM customers ORDER BY 1") == [
        ("new", "new@shop.example"),
        ("other", "other@shop.example"),
    ]


async def test_a_page_completes_whom_only_pages_have_named(api, query):
    await say(api, "identify", userId="ada", traits={"firstName": "Ada"})
    await say(api, "identify", userId="ada", traits={"email": "ada@shop.example"}, context={"device": {"token": "t"}})
    answer = await say(api, "identify", userId="ada", traits={"email": "me@evil.example"})
    assert answer["notes"][0].startswith("email is left as it was")
    assert await query("SELECT email FROM customers") == [("ada@shop.example",)]
    assert await query("SELECT active FROM devices") == [(True,)]


async def test_a_signed_user_token_speaks_for_its_customer_only(api, query):
    await known(api)
    await known(api, "victim")
    context = {"userToken": user_token(TOKEN_SECRET, "ada"), "device": {"token": "adas"}}
    assert (await say(api, "identify", userId="ada", traits={"email": "ada@new.example"}, context=context))[
        "notes"
    ] == []
    assert await query("SELECT email FROM customers WHERE external_id = 'ada'") == [("ada@new.example",)]
    assert await query("SELECT token, active FROM devices") == [("adas", True)]
    answer = await say(api, "identify", userId="victim", traits={"email": "me@evil.example"}, context=context)
    assert answer["notes"][0].startswith("userToken is not of this userId")
    assert await query("SELECT email FROM customers WHERE external_id = 'victim'") == [("victim@shop.example",)]
    await say(api, "alias", status=400, userId="ada", previousId="victim", context=context)


@pytest.mark.parametrize(
    "name",
    ["message_clicked", "Segment Entered", "preferences_updated", "Subscription Confirmed", " message_opened\u200b"],
)
@pytest.mark.parametrize("auth", [SERVER, PAGE])
async def test_nobody_outside_speaks_the_applications_own_events(api, query, name, auth):
    answer = await say(api, "track", auth, status=400, userId="ada", event=name)
    assert "own events" in answer["detail"]
    assert await query("SELECT count(*) FROM events") == [(0,)]


async def test_a_forged_transaction_does_not_drop_the_real_order(api, query):
    order = {"name": "purchase", "params": {"transaction_id": "o-77", "value": 1}}
    body = {"user_id": "ada", "client_id": "x", "events": [order]}
    assert (await api.post(f"/mp/collect?api_secret={BROWSER_KEY}", json=body)).status_code == 204
    real = {**body, "events": [{"name": "purchase", "params": {"transaction_id": "o-77", "value": "49.90"}}]}
    for _ in range(2):
        assert (await api.post(f"/mp/collect?api_secret={WRITE_KEY}", json=real)).status_code == 204
    assert (49.9,) in [(row[0],) for row in await query("SELECT (properties->>'revenue')::float FROM events")]


async def test_profiles_that_a_page_can_make_are_bounded(api, services, query):
    services.profile_limit = limited_to(2)
    for number in range(5):
        await api.post("/v1/track", json={"anonymousId": f"a-{number}", "event": "X"}, auth=PAGE)
    assert await query("SELECT count(*) FROM customers") == [(2,)]
    await say(api, "track", anonymousId="a-1", event="Y")
    assert (await say(api, "track", SERVER, anonymousId="a-9", event="Y"))["accepted"] == 1


async def test_attributes_that_a_page_can_make_are_bounded(api, query):
    for start in range(0, 200, 50):
        traits = {f"name-{number}": "x" for number in range(start, start + 50)}
        answer = await say(api, "identify", userId="ada", traits=traits)
    assert "has 100 attributes already" in answer["notes"][0]
    assert await query("SELECT count(*) FROM customers, jsonb_object_keys(attributes)") == [(100,)]


async def test_who_sends_too_much_is_told_when_to_try_again(api, services):
    services.browser_limit = limited_to(3)
    batch = {"batch": [{"type": "track", "anonymousId": "a", "event": "X"}] * 5}
    assert (await api.post("/v1/batch", json=batch, auth=PAGE)).status_code == 200
    answer = await api.post("/v1/batch", json=batch, auth=PAGE)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1
    assert (await api.post("/v1/batch", json=batch, auth=SERVER)).status_code == 200


async def test_history_is_not_taken_with_a_page_key(api):
    items = [{"event": "X", "properties": {"distinct_id": "ada", "token": BROWSER_KEY, "time": 1}}]
    assert (await api.post("/import", json=items)).status_code == 403


async def test_what_could_not_be_used_can_be_looked_up(api):
    await say(api, "identify", userId="ada", traits={"email": "no address"})
    await say(api, "identify", userId="bob", traits={"email": "none either"})
    await say(api, "track", status=400, event="X")
    admin = {"X-API-Key": API_KEY}
    found = (await api.get("/intake-notes", headers=admin)).json()["items"]
    assert {(item["source"], item["outcome"], item["count"]) for item in found} == {
        ("segment", "noted", 2),
        ("segment", "rejected", 1),
    }
    noted = next(item for item in found if item["outcome"] == "noted")
    assert "address" in noted["reason"]
    assert "no address" not in noted["reason"]
    assert "none either" in noted["examples"][0]["item"]
    one = (await api.get("/intake-notes?outcome=rejected&limit=1", headers=admin)).json()
    assert one["items"][0]["reason"] == "it has neither userId nor anonymousId"


@pytest.mark.parametrize("name", ["user/13", "a/b/c", "50%", "a?b#c", "ü/ß", "a b", "x/timeline", "a%2Fb"])
async def test_every_id_can_be_opened_exported_and_erased(api, query, name):
    from urllib.parse import quote

    admin = {"X-API-Key": API_KEY}
    await known(api, name, email="ada@shop.example")
    at = f"/customers/{quote(name, safe='')}"
    for path in ("", "/timeline", "/export", "/journeys", "/consents", "/merges"):
        answer = await api.get(at + path, headers=admin)
        assert answer.status_code == 200, (path, answer.text)
    assert (await api.get(at, headers=admin)).json()["external_id"] == name
    assert (await api.put(at, json={"city": "Rome"}, headers=admin)).json()["city"] == "Rome"
    assert (await api.post(f"{at}/erase", headers=admin)).status_code == 200
    assert (await api.get(at, headers=admin)).status_code == 404


async def test_an_id_with_a_slash_works_unencoded(api):
    await known(api, "user/13")
    admin = {"X-API-Key": API_KEY}
    assert (await api.get("/customers/user/13", headers=admin)).json()["external_id"] == "user/13"
    assert (await api.get("/customers/user/13/timeline", headers=admin)).status_code == 200


@pytest.mark.parametrize("name", ["undefined", " null ", "0", "%7B%7Bid%7D%7D"])
async def test_a_placeholder_is_no_customer_of_the_api(api, name):
    answer = await api.put(f"/customers/{name}", json={"city": "Rome"}, headers={"X-API-Key": API_KEY})
    assert answer.status_code == 422
    assert "stands for no id" in answer.text
