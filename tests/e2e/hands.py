"""Actions of a person, counted: each click, each key that writes nothing, each text that is typed."""

import json
import re

from playwright.sync_api import Locator, Page, expect

from stack.run_folder import RUN
from tests.e2e.builder import PATIENCE

REPORT = RUN / "bench-report.json"
ABOUT = "Event, property or other"


class Hands:
    """The mouse and the keyboard over one page. A count is of what a person does, not of what a test looks at."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.actions = 0

    def click(self, what: Locator) -> None:
        """Press something that is seen."""
        what.click()
        self.actions += 1

    def button(self, name: str | re.Pattern[str], within: Locator | None = None) -> None:
        """Press a button by its words."""
        self.click((within or self.page).get_by_role("button", name=name, exact=isinstance(name, str)).first)

    def type(self, text: str) -> None:
        """Type where the focus is."""
        self.page.keyboard.type(text)
        self.actions += 1

    def press(self, key: str) -> None:
        """A key that writes nothing."""
        self.page.keyboard.press(key)
        self.actions += 1

    def write(self, field: Locator, text: str) -> None:
        """Click a short field, which marks what it holds, and type in its place."""
        self.click(field)
        self.type(text)
        expect(field).to_have_value(text)

    def find(self, text: str) -> None:
        """In an open search: type, Enter."""
        self.type(text)
        self.press("Enter")

    def behind(self, step: str, steps: str, port: str = "") -> None:
        """Press "+" behind a step (at a port), and say what comes there."""
        name = f"Add a step after “{step}”" + (f": {port}" if port else "")
        plus = self.page.get_by_role("button", name=name, exact=True).first
        expect(plus).to_be_visible()
        self.page.wait_for_timeout(600)  # the canvas comes to rest
        if not self._in_sight(plus):
            self.button("Fit to screen")
            self.page.wait_for_timeout(600)
        self.click(plus)
        expect(self.page.get_by_role("textbox", name="Find a step")).to_be_focused()
        self.find(steps)

    def _in_sight(self, what: Locator) -> bool:
        box, canvas = what.bounding_box(), self.page.locator(".builder-canvas").bounding_box()
        assert box is not None
        assert canvas is not None
        right, bottom = canvas["x"] + canvas["width"], canvas["y"] + canvas["height"]
        across = canvas["x"] <= box["x"] and box["x"] + box["width"] <= right
        return across and canvas["y"] <= box["y"] and box["y"] + box["height"] <= bottom

    def begin(self, name: str) -> None:
        """A new campaign, empty."""
        self.click(self.page.get_by_role("link", name="Campaigns", exact=True))
        self.button("New campaign")
        expect(self.page.get_by_role("textbox", name="Name")).to_be_focused()
        self.find(name)
        self.button("Choose audience")

    def compose(self, text: str) -> None:
        """Write the message of the chosen step: its text, or an e-mail's subject."""
        self.button("Write message")
        expect(self.page.locator(".builder-panel").get_by_text("Preview", exact=True)).to_be_visible(timeout=PATIENCE)
        self.type(text)

    def tell(self, name: str) -> None:
        """Put the count into the report of the benchmarks."""
        known = json.loads(REPORT.read_text()) if REPORT.exists() else {}
        marketer = known.get("marketer", {}) | {name: self.actions}
        REPORT.parent.mkdir(exist_ok=True)
        REPORT.write_text(json.dumps(known | {"marketer": marketer}, indent=2) + "\n")
