"""The API's reference: in a real browser whose network ends at the API, and only where it is wanted."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from stack.ports import choose
from tests.e2e.browser import chromium
from tests.operating.processes import running, status, until

PATIENCE = 30_000


@pytest.fixture
def api(database_url: str, temporal_address: str, tmp_path: Path) -> Iterator[str]:
    port = choose(["api"])["api"]
    with running(["-m", "api", "--port", str(port)], database_url, temporal_address, tmp_path / "log"):
        until(lambda: status(f"http://127.0.0.1:{port}/readyz") == 200, "the API ready")
        yield f"http://127.0.0.1:{port}"


def test_it_loads_without_the_internet_and_breaks_no_rule_of_its_own(api: str):
    with chromium() as browser:
        page = browser.new_page()
        asked: list[str] = []
        complaints: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
        page.goto(f"{api}/docs")
        expect(page.get_by_role("heading", name="Campaign Flow")).to_be_visible(timeout=PATIENCE)
        page.get_by_role("link", name="tracking").click()
        expect(page.get_by_text("/v1/track", exact=True).first).to_be_visible(timeout=PATIENCE)
        assert [url for url in asked if not url.startswith((api, "data:"))] == []
        assert [said for said in complaints if said.startswith("error")] == []
    assert status(f"{api}/docs/assets/swagger-ui.js.map") == 404


def test_production_keeps_it_to_itself_unless_told_otherwise(database_url: str, tmp_path: Path):
    port = choose(["api"])["api"]
    secret = "a-secret-of-more-than-24-characters"
    settings = {"environment": "production", "secret_key": secret, "bootstrap_api_key": secret, "write_key": secret}
    settings["public_url"] = "https://shop.example"
    with running(["-m", "api", "--port", str(port)], database_url, "127.0.0.1:1", tmp_path / "log", **settings):
        until(lambda: status(f"http://127.0.0.1:{port}/healthz") == 200, "the API alive")
        assert status(f"http://127.0.0.1:{port}/docs") == 404
        assert status(f"http://127.0.0.1:{port}/openapi.json") == 404
