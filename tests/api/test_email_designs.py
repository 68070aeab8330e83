"""The brand kit, saved blocks and documents, by the API."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from activities.version_cache import Versions
from domain.content import EmailContent
from store.database.engine import Database
from tests.api.drawing import create, flow

TEXT = {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Hello"}]}]}
BUTTON = {"id": "b1", "type": "button", "label": "Go", "link": "https://shop.example"}
ROW = {"id": "r", "columns": [{"id": "c", "blocks": [{"id": "b", "type": "text", "text": TEXT}, BUTTON]}]}
EMAIL = {"channel": "email", "subject": "Hi", "document": {"version": 1, "rows": [ROW]}}


def kit_of(primary: str, **more: Any) -> dict[str, Any]:
    return {"name": "Shop", "colors": {"primary": primary}} | more


async def saved(api: httpx.AsyncClient, primary: str, revision: int) -> httpx.Response:
    return await api.put("/brand-kit", json={"kit": kit_of(primary), "revision": revision})


async def published(api: httpx.AsyncClient, slug: str) -> UUID:
    answer = await api.post(f"/campaigns/{slug}/publish")
    assert answer.status_code == 200, answer.text
    number = (await api.get(f"/campaigns/{slug}")).json()["current_version"]
    version = (await api.get(f"/campaigns/{slug}/versions/{number}")).json()
    return UUID(version["id"])


async def test_the_kit_is_saved_under_its_revision(api: httpx.AsyncClient):
    assert (await api.get("/brand-kit")).json()["revision"] == 0
    assert (await saved(api, "#112233", 0)).json()["kit"]["colors"]["primary"] == "#112233"
    late = await saved(api, "#445566", 0)
    assert (late.status_code, late.json()["code"], late.json()["revision"]) == (409, "revision_conflict", 1)
    assert (await api.get("/brand-kit")).json()["kit"]["colors"]["primary"] == "#112233"
    wrong = await saved(api, "blue", 1)
    assert wrong.status_code == 422
    assert "primary" in wrong.text


async def test_a_preview_has_the_kits_colours_and_says_what_is_wrong(api: httpx.AsyncClient):
    await saved(api, "#123abc", 0)
    made = await api.post("/templates", json={"name": "drawn", "content": EMAIL})
    assert made.status_code == 201, made.text
    assert made.json()["content"]["document"]["rows"][0]["columns"][0]["blocks"][1]["label"] == "Go"
    shown = (await api.post(f"/templates/{made.json()['id']}/preview", json={})).json()
    assert shown["problems"] == []
    assert "#123abc" in shown["rendered"]["html"]
    coupon = {"id": "r2", "columns": [{"id": "c2", "blocks": [{"id": "b2", "type": "coupon", "prefix": "X"}]}]}
    unknown = EMAIL | {"document": {"version": 1, "rows": [coupon]}}
    told = (await api.post("/templates/preview", json={"content": unknown})).json()
    assert "coupon" in told["problems"][0]


async def test_a_version_keeps_the_kit_that_it_was_published_with(steered: httpx.AsyncClient, database: Database):
    await saved(steered, "#111111", 0)
    drawn = flow()
    drawn["nodes"][1] = {"id": "hello", "type": "send_email", "data": {"content": EMAIL}}
    slug = await create(steered, drawn)
    first = await published(steered, slug)
    await saved(steered, "#222222", 1)

    async def mjml(version_id: UUID) -> str:
        async with database.transaction() as session:
            loaded = await Versions().get(session, version_id)
        content = loaded.graph.node("hello").data.content  # type: ignore[union-attr]
        assert isinstance(content, EmailContent)
        return content.mjml or ""

    assert "#111111" in await mjml(first)
    second = await published(steered, slug)
    assert "#222222" in await mjml(second)
    assert "#111111" in await mjml(first)


async def test_rows_are_kept_under_names(api: httpx.AsyncClient):
    made = await api.post("/saved-blocks", json={"name": "greeting", "content": ROW})
    assert made.status_code == 201, made.text
    again = await api.post("/saved-blocks", json={"name": "greeting", "content": ROW})
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    [listed] = (await api.get("/saved-blocks")).json()["items"]
    assert listed["content"]["columns"][0]["blocks"][1]["label"] == "Go"
    assert (await api.delete(f"/saved-blocks/{listed['id']}")).status_code == 204
    assert (await api.delete(f"/saved-blocks/{listed['id']}")).status_code == 404


@pytest.mark.parametrize("language", ["en", "it"])
async def test_ten_designs_are_offered_in_both_languages(api: httpx.AsyncClient, language: str):
    offered = (await api.get("/email-designs", params={"language": language})).json()["items"]
    assert len(offered) == 10
    for design in offered:
        content = {"channel": "email", "subject": design["subject"], "document": design["document"]}
        made = await api.post("/templates", json={"name": design["key"], "content": content})
        assert made.status_code == 201, made.text
        assert made.json()["content"]["document"] == design["document"]
        assert "<table" in design["html"]


async def test_exported_mjml_comes_back_and_other_mjml_says_why_not(api: httpx.AsyncClient):
    document = {"version": 1, "rows": [ROW]}
    mjml = (await api.post("/email-documents/mjml", json={"document": document})).json()["mjml"]
    back = (await api.post("/email-documents/import", json={"mjml": mjml})).json()["document"]
    assert back["rows"][0]["columns"][0]["blocks"][1]["label"] == "Go"
    refused = await api.post("/email-documents/import", json={"mjml": mjml.replace("Hello", "Bye")})
    assert refused.status_code == 422
    assert "changed after" in refused.json()["detail"]


async def test_a_body_is_a_document_or_source_never_both(api: httpx.AsyncClient):
    both = EMAIL | {"mjml": "<mjml></mjml>"}
    refused = await api.post("/templates", json={"name": "both", "content": both})
    assert refused.status_code == 422
    assert "not both" in refused.text
