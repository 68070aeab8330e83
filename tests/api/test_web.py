"""The web app's files, as a browser is served them."""

import gzip

import httpx
import pytest
from fastapi import FastAPI

from api import web


@pytest.fixture
def built(tmp_path):
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<title>Campaign Flow</title>")
    (tmp_path / "assets" / "app-1234.js").write_text("1")
    return tmp_path


def client(folder) -> httpx.AsyncClient:
    app = FastAPI()
    web.install(app, folder)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://api.test")


@pytest.mark.parametrize("path", ["/app/", "/app/campaigns", "/app/campaigns/win-back/edit"])
async def test_every_address_of_the_app_is_its_page_and_asked_for_anew(built, path):
    async with client(built) as browser:
        answer = await browser.get(path)
    assert answer.status_code == 200
    assert "Campaign Flow" in answer.text
    assert answer.headers["cache-control"] == "no-cache"
    assert "script-src 'self'" in answer.headers["content-security-policy"]


async def test_files_with_a_hash_in_their_name_are_kept_and_missing_ones_are_not_the_page(built):
    async with client(built) as browser:
        kept = await browser.get("/app/assets/app-1234.js")
        missing = await browser.get("/app/assets/app-5678.js")
    assert "immutable" in kept.headers["cache-control"]
    assert missing.status_code == 404


@pytest.mark.parametrize(("accepted", "packed"), [("gzip, br", True), ("identity", False)])
async def test_scripts_come_packed_to_a_browser_that_can_unpack_them(built, accepted, packed):
    script = built / "assets" / "app-1234.js"
    script.with_name("app-1234.js.gz").write_bytes(gzip.compress(b"1"))
    async with client(built) as browser:
        answer = await browser.get("/app/assets/app-1234.js", headers={"Accept-Encoding": accepted})
    assert answer.text == "1"
    assert answer.headers.get("content-encoding") == ("gzip" if packed else None)
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]


async def test_the_root_leads_to_the_app(built):
    async with client(built) as browser:
        answer = await browser.get("/")
    assert answer.headers["location"] == "/app/"


async def test_an_app_that_is_not_built_says_how_and_is_there_once_it_is(tmp_path):
    async with client(tmp_path / "dist") as browser:
        before = await browser.get("/app/campaigns")
        (tmp_path / "dist").mkdir()
        (tmp_path / "dist" / "index.html").write_text("built")
        after = await browser.get("/app/campaigns")
    assert before.status_code == 503
    assert "make web" in before.text
    assert after.text == "built"
