"""An e-mail from an empty page to a preview, by clicks and keystrokes: no MJML is written by hand."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e import shop
from tests.e2e.builder import Builder

Open = Callable[..., Builder]


class Hands:
    """Clicks and texts, counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.actions = page, 0

    def click(self, role: Any, name: Any, within: Any = None) -> None:
        (within or self.page).get_by_role(role, name=name, exact=isinstance(name, str)).first.click()
        self.actions += 1

    def type(self, text: str, key: str = "") -> None:
        if key:
            self.page.keyboard.press(key)
        self.page.keyboard.type(text)
        self.actions += 1

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.actions += 1


def looked_at(page: Page, name: str) -> None:
    if folder := os.environ.get("CAMPAIGN_FLOW_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png")


def test_an_email_is_built_of_blocks_moved_by_keys_undone_and_saved(open_builder: Open, state: dict[str, Any]) -> None:
    page = open_builder().page
    hands = Hands(page)
    hands.click("link", "Templates")
    hands.click("button", "New template")
    page.get_by_label("Name").click()
    hands.type("Built of blocks")
    hands.click("button", "Create")
    page.get_by_text("Blocks", exact=True).click()
    hands.actions += 1
    hands.click("button", "Open e-mail editor")
    editor = page.get_by_role("dialog")
    add = editor.get_by_role("navigation", name="Add")
    hands.click("button", "Logo", add)
    hands.click("button", "Text", add)
    text = editor.get_by_role("textbox", name="Text")
    text.click()
    hands.type("Our summer linen is here", "Control+a")
    hands.click("button", "Button", add)
    hands.click("button", "Products", add)
    hands.click("button", "Footer", add)
    canvas = editor.get_by_role("region", name="E-mail")
    expect(canvas).to_contain_text("Our summer linen is here")

    def holds(*kinds: str) -> None:
        blocks = canvas.locator("[data-block]")
        expect(blocks).to_have_count(len(kinds))
        for number, kind in enumerate(kinds):
            expect(blocks.nth(number)).to_have_attribute("aria-label", kind)

    holds("Logo", "Text", "Button", "Products", "Footer")
    looked_at(page, "editor-desktop")
    # by keys: the button above the text, and back
    canvas.locator('[data-block][aria-label="Button"]').click()
    hands.press("Alt+ArrowUp")
    holds("Logo", "Button", "Text", "Products", "Footer")
    hands.click("button", "Undo")
    holds("Logo", "Text", "Button", "Products", "Footer")
    # shown to some only, without Liquid
    hands.click("button", "Add rule")
    editor.get_by_text("Phone", exact=True).first.click()
    looked_at(page, "editor-phone")
    editor.get_by_text("Preview", exact=True).first.click()
    letter = editor.frame_locator("iframe")
    expect(letter.locator("body")).to_contain_text("Our summer linen is here", timeout=20_000)
    looked_at(page, "editor-preview")
    hands.click("button", "Done")
    hands.click("button", "Save")
    expect(page.get_by_text("is saved")).to_be_visible()
    with shop.client(state) as api:
        [made] = [each for each in api.get("/templates").json()["items"] if each["name"] == "Built of blocks"]
        content = api.get(f"/templates/{made['id']}").json()["content"]
        assert content["mjml"] is None
        blocks = content["document"]["rows"][0]["columns"][0]["blocks"]
        assert [block["type"] for block in blocks] == ["logo", "text", "button", "products", "footer"]
        assert blocks[2]["show_if"]["rules"] == [{"field": "customer.city", "operator": "known", "value": ""}]
    # what was saved opens as it was
    page.reload()
    hands.click("button", "Open e-mail editor")
    expect(page.get_by_role("dialog").locator("[data-block]")).to_have_count(5)
    print(f"an e-mail of five blocks: {hands.actions} actions")  # noqa: T201
    assert hands.actions <= 60


def test_a_design_is_a_start(open_builder: Open) -> None:
    page = open_builder().page
    hands = Hands(page)
    hands.click("link", "Templates")
    hands.click("button", re.compile("New template"))
    page.get_by_label("Name").click()
    hands.type("From a design")
    hands.click("button", "Create")
    page.get_by_text("Blocks", exact=True).click()
    hands.click("button", "Designs")
    expect(page.get_by_role("dialog").get_by_role("button", name="Win-back")).to_be_visible(timeout=20_000)
    looked_at(page, "designs")
    hands.click("button", "Win-back")
    expect(page.get_by_role("region", name="E-mail")).to_contain_text("We miss you", timeout=20_000)
    looked_at(page, "editor-design")
