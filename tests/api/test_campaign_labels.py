"""Folders and tags: what the list of campaigns is sorted into."""

from typing import Any

import httpx
import pytest

from store.campaigns.campaign_labels import MAX_TAGS
from tests.api.drawing import create


@pytest.fixture
async def three(api: httpx.AsyncClient) -> None:
    for slug in ("a", "b", "c"):
        await create(api, slug=slug)


async def labelled(api: httpx.AsyncClient, *slugs: str, **wanted: Any) -> httpx.Response:
    return await api.post("/campaigns/labels", json={"slugs": slugs, **wanted})


async def labels(api: httpx.AsyncClient) -> dict[str, tuple[str | None, list[str]]]:
    items = (await api.get("/campaigns")).json()["items"]
    return {item["slug"]: (item["folder"], item["tags"]) for item in items}


@pytest.mark.usefixtures("three")
async def test_several_get_tags_and_a_folder_and_lose_them_again(api: httpx.AsyncClient):
    assert (await labelled(api, "a", "b", add_tags=["sale", " Autumn "], folder="2026")).status_code == 200
    assert await labels(api) == {"a": ("2026", ["Autumn", "sale"]), "b": ("2026", ["Autumn", "sale"]), "c": (None, [])}
    [changed] = (await labelled(api, "a", add_tags=["vip"], remove_tags=["sale", "vip"])).json()
    assert (changed["folder"], changed["tags"], changed["revision"]) == ("2026", ["Autumn", "vip"], 1)
    await labelled(api, "b", folder=None)
    assert await labels(api) == {"a": ("2026", ["Autumn", "vip"]), "b": (None, ["Autumn", "sale"]), "c": (None, [])}


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(("by", "found"), [({"folder": "2026"}, ["b", "a"]), ({"tag": "vip"}, ["c", "b"])])
async def test_the_list_is_narrowed_by_them(api: httpx.AsyncClient, by: dict[str, str], found: list[str]):
    await labelled(api, "a", "b", folder="2026")
    await labelled(api, "b", "c", add_tags=["vip"])
    assert [item["slug"] for item in (await api.get("/campaigns", params=by)).json()["items"]] == found


@pytest.mark.usefixtures("three")
async def test_all_change_or_none_does(api: httpx.AsyncClient):
    answer = await labelled(api, "a", "nobody", add_tags=["x"])
    assert (answer.status_code, answer.json()["detail"]) == (404, "There is no campaign 'nobody'")
    await labelled(api, "b", add_tags=[str(number) for number in range(MAX_TAGS)])
    answer = await labelled(api, "a", "b", add_tags=["one more"])
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"path": "/add_tags", "message": "b would have 21 tags, and may have 20"}]
    assert (await labels(api))["a"] == (None, [])


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    "wrong", [{"add_tags": [""]}, {"add_tags": ["x" * 41]}, {"folder": " "}, {"folder": "x" * 61}, {"colour": "red"}]
)
async def test_what_can_not_be_a_label_is_refused(api: httpx.AsyncClient, wrong: dict[str, Any]):
    assert (await labelled(api, "a", **wrong)).status_code == 422
    assert (await labels(api))["a"] == (None, [])
