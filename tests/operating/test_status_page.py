"""The app says what is wrong: a banner on every page, and the page Status, in a real browser."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page, expect

from scripts import web
from stack.ports import choose
from tests.api.conftest import ADMIN_KEY
from tests.e2e.browser import chromium
from tests.operating.processes import running, status, until

PATIENCE = 30_000
TWILIO = {"twilio_account_sid": "AC1", "twilio_auth_token": "t", "twilio_from": "+15005550006"}
SAID = "HTTP 401: The provided authorization grant is invalid"


@pytest.fixture
def api(database_url: str, temporal_address: str, tmp_path: Path) -> Iterator[str]:
    web.build()
    port = choose(["api"])["api"]
    with running(["-m", "api", "--port", str(port)], database_url, temporal_address, tmp_path / "log", **TWILIO):
        until(lambda: status(f"http://127.0.0.1:{port}/readyz") == 200, "the API ready")
        yield f"http://127.0.0.1:{port}"


def refuse_the_key(database_url: str) -> None:
    since = datetime.now(UTC) - timedelta(minutes=3)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO circuit_breakers"
            " (provider, failures, kind, reason, failing_since, key_check, key_checked_at) VALUES"
            " ('sendgrid', 7, 'configuration', %s, %s, NULL, NULL), ('twilio', 0, NULL, '', NULL, 'accepted', now())",
            (SAID, since),
        )


def sign_in(page: Page, api: str) -> None:
    page.goto(f"{api}/app/campaigns")
    page.get_by_label("API key").click()
    page.keyboard.type(ADMIN_KEY)
    page.keyboard.press("Enter")


def test_a_refused_key_is_told_on_every_page_and_explained_on_one(api: str, database_url: str):
    expect.set_options(timeout=PATIENCE)
    with chromium() as browser:
        page = browser.new_context(locale="en-GB", timezone_id="UTC").new_page()
        sign_in(page, api)
        page.get_by_role("link", name="Status").click()
        expect(page.get_by_role("table", name="Providers")).to_be_visible()
        # not that all is well: tests share Temporal, and others' queues may wait there
        banner = page.get_by_role("status").filter(has_text="SendGrid refuses our key or account since")
        expect(banner).to_have_count(0)
        refuse_the_key(database_url)
        page.get_by_role("link", name="Campaigns").click()
        expect(banner).to_be_visible()
        banner.get_by_role("link", name="See the status page").click()
        expect(page.get_by_role("heading", name="Status")).to_be_visible()
        expect(page.get_by_role("table", name="Providers").get_by_text(SAID)).to_be_visible()
        expect(page.get_by_role("table", name="Providers").get_by_role("cell", name="accepted")).to_be_visible()
        expect(page.get_by_role("table", name="Task queues").get_by_role("cell", name="send-email")).to_be_visible()
        look(page)


def look(page: Page) -> None:
    """Nothing is cut off on a telephone, in the dark, or in Italian."""
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "it scrolls sideways"
    page.set_viewport_size({"width": 1280, "height": 900})
    page.evaluate("localStorage.setItem('campaign-flow-language', 'it')")
    page.reload()
    expect(page.get_by_text("SendGrid rifiuta la nostra chiave o il nostro account").first).to_be_visible()
