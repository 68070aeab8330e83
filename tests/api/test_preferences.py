"""Topics, and the page where customers choose among them."""

import html
import re

import httpx
import pytest

from api.dependencies import ApiServices
from api.pages import signer_of
from ingestion.tracking_links import LinkSigner
from tests.api import rows
from tests.api.conftest import client_of
from tests.api.drawing import GREETING, create, flow

TICK = re.compile(r'name="want" value="([^"]+)"[^>]*?( checked)?>')


async def topic(api: httpx.AsyncClient, key: str, *, opt_in: bool = False) -> None:
    answer = await api.put(f"/topics/{key}", json={"name": key.title(), "opt_in": opt_in})
    assert answer.status_code == 200, answer.text


async def link(api: httpx.AsyncClient, name: str = "ada") -> str:
    answer = await api.post(f"/customers/{name}/preferences-link")
    assert answer.status_code == 200, answer.text
    return "/p/" + answer.json()["url"].rsplit("/", 1)[1]


def ticks(page: str) -> dict[str, bool]:
    return {html.unescape(value): bool(checked) for value, checked in TICK.findall(page)}


async def consents(api: httpx.AsyncClient, name: str = "ada") -> dict[str, str]:
    found = (await api.get(f"/customers/{name}/consents")).json()
    return {f"{word['channel']}:{word['topic']}": word["status"] for word in found}


async def test_topics_are_made_changed_listed_and_removed(api: httpx.AsyncClient):
    await topic(api, "offers")
    changed = await api.put("/topics/offers", json={"name": "Weekly offers", "description": "Mondays", "opt_in": True})
    assert changed.json()["name"] == "Weekly offers"
    assert [(row["key"], row["opt_in"]) for row in (await api.get("/topics")).json()] == [("offers", True)]
    assert (await api.delete("/topics/offers")).status_code == 204
    assert (await api.delete("/topics/offers")).status_code == 404


async def test_the_page_shows_what_the_customer_gets_and_changes_nothing(app, api: httpx.AsyncClient):
    await topic(api, "offers")
    await topic(api, "news", opt_in=True)
    await rows.customer(api, "ada", email="ada@shop.example", phone="+14155550123")
    async with client_of(app, key=None) as customer:
        answer = await customer.get(await link(api))
    assert answer.status_code == 200
    assert "no-store" in answer.headers["cache-control"]
    assert ticks(answer.text) == {
        "email:*": True, "email:news": False, "email:offers": True, "sms:*": True, "sms:news": False,
        "sms:offers": True,
    }  # fmt: skip
    assert await consents(api) == {}


async def test_what_is_changed_is_written_down_and_nothing_else(app, api: httpx.AsyncClient):
    await topic(api, "offers")
    await topic(api, "news", opt_in=True)
    await rows.customer(api, "ada", email="ada@shop.example", phone="+14155550123")
    address = await link(api)
    async with client_of(app, key=None) as customer:
        shown = list(ticks((await customer.get(address)).text))
        form = {"shown": shown, "want": ["email:*", "email:news", "sms:offers"]}
        saved = await customer.post(address, data=form)
        again = await customer.post(address, data=form)
    assert ticks(saved.text) == {value: value in form["want"] for value in shown}
    assert again.status_code == 200
    assert await consents(api) == {
        "sms:*": "unsubscribed", "email:news": "subscribed", "email:offers": "unsubscribed",
    }  # fmt: skip
    (event,) = [
        item["what"] for item in (await api.get("/customers/ada/timeline")).json()["items"]
        if item["what"].get("name") == "preferences_updated"
    ]  # fmt: skip
    assert event["properties"]["subscribed"] == ["email:news"]


async def test_a_topic_made_after_the_page_was_opened_is_not_refused_by_it(app, api: httpx.AsyncClient):
    await rows.customer(api, "ada", email="ada@shop.example")
    address = await link(api)
    await topic(api, "offers")
    async with client_of(app, key=None) as customer:
        await customer.post(address, data={"shown": ["email:*"], "want": ["email:*"]})
    assert await consents(api) == {}


@pytest.mark.parametrize("wrong", ["x", "AAAA", "other installation", "another kind"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_link_that_was_not_made_here_opens_nothing(
    app, api: httpx.AsyncClient, services: ApiServices, wrong: str, method: str
):
    customer_id = await rows.customer(api, "ada", email="ada@shop.example")
    token = {
        "other installation": LinkSigner("another secret", "http://x").preferences(customer_id),
        "another kind": signer_of(services).open_pixel(customer_id).removesuffix(".gif"),
    }.get(wrong, wrong)
    async with client_of(app, key=None) as customer:
        answer = await customer.request(method, "/p/" + token.rsplit("/", 1)[-1])
    assert answer.status_code == 404


@pytest.mark.parametrize("body", [b"shown=telepathy:*", b"shown=%FF", b"a=1&" * 6000])
async def test_a_form_that_is_none_is_refused(app, api: httpx.AsyncClient, body: bytes):
    await rows.customer(api, "ada", email="ada@shop.example")
    headers = {"content-type": "application/x-www-form-urlencoded"}
    async with client_of(app, key=None) as customer:
        answer = await customer.post(await link(api), content=body, headers=headers)
    assert answer.status_code == 400


async def test_a_campaign_names_topics_that_exist_and_keeps_them(api: httpx.AsyncClient):
    drawn = flow(settings={"topic": "offers"}, send={"content": GREETING, "topic": "offers"})
    slug = await create(api, drawn)
    refused = await api.post(f"/campaigns/{slug}/publish")
    assert [(each["node_id"], each["code"]) for each in refused.json()["violations"]] == [
        (None, "topic_unknown"),
        ("hello", "topic_unknown"),
    ]
    await topic(api, "offers")
    assert (await api.post(f"/campaigns/{slug}/publish")).status_code == 200
    in_use = await api.delete("/topics/offers")
    assert (in_use.status_code, in_use.json()["used_by"]) == (409, [f"campaign '{slug}'"])
