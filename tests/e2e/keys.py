"""The keyboard alone over one page: Tab to what is wanted, see that the focus is seen, press."""

import re

from playwright.sync_api import Locator, Page, expect

_FAR = 90
# what has the focus is drawn with an outline, a ring or a border of its own, and is not behind something
_SEEN = """() => {
    const at = document.activeElement;
    if (!at || at === document.body) return null;
    const name = at.getAttribute('aria-label') || at.innerText || at.id || at.tagName;
    const marks = (each) => {
        const style = getComputedStyle(each);
        return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
    };
    const line = at.querySelector(':scope > .react-flow__edge-path');
    if (line) return parseFloat(getComputedStyle(line).strokeWidth) > 2 ? null : name;
    const near = [at, at.parentElement, at.nextElementSibling, ...at.querySelectorAll('.step, .note')];
    return near.filter(Boolean).some(marks) ? null : `${at.tagName} ${name.slice(0, 60)}`;
}"""


class Keys:
    """No mouse. `unseen` collects what had the focus without showing it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.unseen: set[str] = set()

    def to(self, what: Locator, *, back: bool = False) -> None:
        """Press Tab (Shift+Tab) until that has the focus."""
        expect(what).to_be_visible()
        for _ in range(_FAR):
            if what.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
            if unseen := self.page.evaluate(_SEEN):
                self.unseen.add(unseen)
        raise AssertionError(f"{what} is not reached by {_FAR} presses of Tab")

    def press(self, key: str) -> None:
        """One key."""
        self.page.keyboard.press(key)

    def button(self, name: str | re.Pattern[str], within: Locator | None = None, *, back: bool = False) -> None:
        """Go to a button by its words, and press Enter."""
        self.to((within or self.page).get_by_role("button", name=name, exact=isinstance(name, str)).first, back=back)
        self.press("Enter")

    def find(self, text: str) -> None:
        """Type into what has the focus, Enter."""
        self.page.keyboard.type(text)
        self.press("Enter")
