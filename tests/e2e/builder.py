"""The builder as a person uses it: what is seen and pressed, by its words. Text is typed, one key after the other."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

PATIENCE = 20_000


def typed(field: Locator, text: str) -> None:
    """Click a field, mark what it holds, and type; as a person does, so a field that loses the focus gets one key."""
    keyboard = field.page.keyboard
    field.click()
    keyboard.press("Control+a")
    keyboard.type(text)


class Builder:
    """One page of the app with the builder on it."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base
        page.set_default_timeout(PATIENCE)

    def sign_in(self, key: str) -> None:
        """By keyboard."""
        self.page.goto(f"{self.base}/")
        typed(self.page.get_by_label("API key", exact=True), key)
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("heading", name="Home")).to_be_visible()

    def open(self, slug: str) -> None:
        """The campaign's drawing."""
        self.page.goto(f"{self.base}/app/campaigns/{slug}/edit")
        expect(self.page.get_by_test_id("saving")).to_be_visible(timeout=PATIENCE)

    def begin(self, name: str) -> None:
        """A new campaign on an empty canvas."""
        self.page.get_by_role("link", name="Campaigns", exact=True).click()
        self.page.get_by_role("button", name="New campaign").first.click()
        dialog = self.page.get_by_role("dialog")
        typed(dialog.get_by_role("textbox", name="Name", exact=False).first, name)
        dialog.get_by_role("button", name="Create").click()
        expect(self.page.get_by_role("button", name="Choose audience")).to_be_visible(timeout=PATIENCE)

    @property
    def panel(self) -> Locator:
        """The form on the right."""
        return self.page.locator(".builder-panel")

    def step(self, title: str) -> Locator:
        """The card of that title."""
        return self.page.locator(".step").filter(has=self.page.get_by_text(title, exact=True))

    def name(self, title: str) -> None:
        """Give the chosen step a name."""
        typed(self.panel.get_by_role("textbox", name="Name", exact=True), title)
        expect(self.step(title)).to_be_visible()

    def add_behind(self, title: str, kind: str, port: str | None = None) -> None:
        """Press "+" behind a step (at a port), type part of the kind's name, Enter."""
        name = f"Add a step after “{title}”" + (f": {port}" if port else "")
        self.page.get_by_role("button", name=name, exact=True).click()
        self._choose(kind)

    def add_by_key(self, kind: str) -> None:
        """Press A: behind the chosen step."""
        self.page.locator(".react-flow__node.selected").focus()
        self.page.keyboard.press("a")
        self._choose(kind)

    def _choose(self, kind: str) -> None:
        expect(self.page.get_by_role("textbox", name="Find a step")).to_be_focused()
        self.page.keyboard.type(kind)
        self.page.keyboard.press("Enter")
        expect(self.panel.get_by_role("heading", name=kind)).to_be_visible()

    def lead(self, port: str, target: str) -> None:
        """Choose in the form where a way out leads."""
        field = self.panel.get_by_role("combobox", name=port, exact=True)
        field.click()
        self.page.get_by_role("option", name=target, exact=True).click()

    def add_by_search(self, kind: str) -> None:
        """Ctrl+K, from wherever the focus is outside of fields."""
        self.page.keyboard.press("Control+k")
        self._choose(kind)

    def drag_edge(self, source: str, target: str) -> None:
        """From the way out of one step to another step."""
        start = self.step(source).locator(".react-flow__handle.source").first.bounding_box()
        end = self.step(target).locator(".react-flow__handle.target").bounding_box()
        assert start is not None
        assert end is not None
        self.page.mouse.move(*_middle(start))
        self.page.mouse.down()
        self.page.mouse.move(*_middle(end), steps=12)
        self.page.mouse.up()

    def write_here(self) -> None:
        """Take the content that a message begins with."""
        self.panel.get_by_role("button", name="Write message").click()
        expect(self.panel.get_by_text("Preview", exact=True)).to_be_visible()

    def wait_seconds(self, seconds: int) -> None:
        """Let the chosen wait last so long."""
        self.panel.get_by_role("combobox", name=re.compile("How long: ")).click()
        self.page.get_by_role("option", name="seconds", exact=True).click()
        typed(self.panel.get_by_label("How long", exact=True), str(seconds))
        self.page.keyboard.press("Tab")

    def launch(self) -> None:
        """In the open review: press "Send now to ...", and say yes to what it asks. A draft is published with it."""
        send = re.compile("^Send now to [0-9,]+$")
        self.page.get_by_role("dialog").get_by_role("button", name=send).click()
        question = self.page.get_by_role("alertdialog")
        question.get_by_role("button", name=send).click()
        expect(question).to_be_hidden(timeout=PATIENCE)

    def saved(self) -> None:
        """Wait until the draft is saved."""
        expect(self.page.get_by_test_id("saving")).to_have_attribute("data-saving", "saved", timeout=PATIENCE)

    def to_mend(self, count: int) -> None:
        """Wait until so many issues are found."""
        issues = re.compile(f"^{count} issues?$")
        expect(self.page.get_by_role("button", name=issues)).to_be_visible(timeout=PATIENCE)


def _middle(box: Any) -> tuple[float, float]:
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
