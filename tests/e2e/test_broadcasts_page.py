"""A newsletter as a marketer sends it: to a segment, with a template that exists; undone, and after a crash."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.e2e import shop
from tests.e2e.builder import Builder
from tests.e2e.pages import broken_in_any_look, settled

Open = Callable[..., Builder]
_MOST = 8
_BODY = "<mjml><mj-body><mj-section><mj-column><mj-text>Hello</mj-text></mj-column></mj-section></mj-body></mjml>"
_PATIENCE = 60_000


@pytest.fixture(scope="module")
def newsletter(state: dict[str, Any]) -> dict[str, Any]:
    """A segment of everybody, and a template."""
    with shop.client(state) as api:
        segment = {"name": "Readers", "condition": {"kind": "all"}}
        made = api.post("/segments", json=segment).raise_for_status().json()
        content = {"channel": "email", "subject": "Autumn news", "mjml": _BODY}
        api.post("/templates", json={"name": "Autumn", "content": content}).raise_for_status()
        return {"segment": made["id"], "send": re.compile(f"^Send now to {shop.CUSTOMERS}$")}


class Counted:
    """What a person does, counted: a press of the mouse or of a key that is no text is one, a text typed is one."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.actions = 0

    def click(self, role: Any, name: Any) -> None:
        self.page.get_by_role(role, name=name, exact=isinstance(name, str)).first.click()
        self.actions += 1


def written(counted: Counted) -> None:
    """From the segment's page: a broadcast to it with the template, not sent yet."""
    counted.click("button", "Send a message")
    counted.click("combobox", "Template")
    counted.click("option", "Autumn")
    expect(counted.page.get_by_test_id("saving")).to_have_attribute("data-saved", "true")


def press(page: Page, button: Locator, times: int) -> None:
    """As fast as a hand can, wherever the button is by then."""
    button.hover()  # waits until the dialog has come to rest
    for _ in range(times):
        page.mouse.down()
        page.mouse.up()


def messages(state: dict[str, Any], slug: str) -> int:
    with shop.client(state) as api:
        return len(api.get("/messages", params={"campaign": slug, "limit": 200}).json()["items"])


def broadcast_of(state: dict[str, Any], page: Page) -> dict[str, Any]:
    with shop.client(state) as api:
        found: dict[str, Any] = api.get(f"/broadcasts/{page.url.rsplit('/', 1)[1]}").raise_for_status().json()
        return found


def test_a_newsletter_takes_eight_actions_at_most(
    open_builder: Open, state: dict[str, Any], newsletter: dict[str, Any]
) -> None:
    page = open_builder().page
    counted = Counted(page)
    counted.click("link", "Segments")
    counted.click("link", "Readers")
    written(counted)
    counted.click("button", newsletter["send"])
    question = page.get_by_role("alertdialog")
    expect(question).to_contain_text(f"{shop.CUSTOMERS} customers are in the audience now.")
    question.get_by_role("button", name=newsletter["send"]).click()
    counted.actions += 1
    expect(page.get_by_test_id("status")).to_have_attribute("data-status", "sent", timeout=_PATIENCE)
    # it is locked, and the same button does not stand there again
    expect(page.get_by_role("button", name=re.compile("^Send now"))).to_have_count(0)
    assert messages(state, broadcast_of(state, page)["slug"]) == shop.CUSTOMERS
    print(f"newsletter to a segment, template exists: {counted.actions} actions")  # noqa: T201
    if report := os.environ.get("CAMPAIGN_FLOW_BENCH_REPORT"):
        file = Path(report)
        known = json.loads(file.read_text()) if file.exists() else {}
        file.write_text(json.dumps(known | {"marketer.newsletter_actions": counted.actions}, indent=2) + "\n")
    assert counted.actions <= _MOST


def test_it_is_undone_before_the_first_message_and_sends_once_after_that(
    open_builder: Open, state: dict[str, Any], newsletter: dict[str, Any]
) -> None:
    page = open_builder().page
    page.goto(f"{state['urls']['api']}/app/segments/{newsletter['segment']}")
    written(Counted(page))
    page.get_by_role("button", name=newsletter["send"]).click()
    page.get_by_role("alertdialog").get_by_role("button", name=newsletter["send"]).click()
    page.get_by_role("alert").get_by_role("button", name="Undo").click()
    expect(page.get_by_text("is a draft again", exact=False)).to_be_visible()
    expect(page.get_by_text("Draft", exact=True)).to_be_visible()
    assert messages(state, broadcast_of(state, page)["slug"]) == 0

    # a second tab has the same question open
    other = open_builder().page
    other.goto(page.url)
    other.get_by_role("button", name=newsletter["send"]).click()
    there = other.get_by_role("alertdialog").get_by_role("button", name=newsletter["send"])
    expect(there).to_be_enabled()

    # there is no network; then the answer is lost on the way back; and it is pressed again and again
    def cut(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    page.context.route("**/send", cut, times=1)
    page.get_by_role("button", name=newsletter["send"]).click()
    question = page.get_by_role("alertdialog")
    button = question.get_by_role("button", name=newsletter["send"])
    expect(button).to_be_enabled()
    page.context.set_offline(True)
    press(page, button, 5)
    expect(question.get_by_role("alert").last).to_contain_text("does not answer")
    page.context.set_offline(False)
    press(page, button, 5)
    press(other, there, 5)
    expect(page.get_by_test_id("status")).to_have_attribute("data-status", "sent", timeout=_PATIENCE)
    expect(other.get_by_test_id("status")).to_have_attribute("data-status", "sent", timeout=_PATIENCE)
    slug = broadcast_of(state, page)["slug"]
    assert messages(state, slug) == shop.CUSTOMERS
    with shop.client(state) as api:
        runs = api.get(f"/campaigns/{slug}/runs").json()["items"]
    assert sorted(run["state"] for run in runs if run["state"] != "cancelled") == ["finished"]


def test_what_was_sent_is_accessible_and_fits(
    open_builder: Open, state: dict[str, Any], newsletter: dict[str, Any]
) -> None:
    with shop.client(state) as api:
        push = {"channel": "push", "body": "Hello"}
        said = {"audience": {"segment_id": newsletter["segment"]}, "message": {"channel": "push", "content": push}}
        made = api.post("/broadcasts", json={"name": "Looked at", "broadcast": said}).raise_for_status().json()
        body = {"revision": made["revision"], "key": "looked-at"}
        api.post(f"/broadcasts/{made['id']}/send", json=body).raise_for_status()
    page = open_builder(reduced_motion="reduce").page
    for path in ("/broadcasts", f"/broadcasts/{made['id']}"):
        page.goto(f"{state['urls']['api']}/app{path}")
        settled(page)
        assert broken_in_any_look(page) == []
