"""What is typed arrives: in conditions, in dialogs, and never on the canvas behind them."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e import shop
from tests.e2e.builder import Builder, typed

Open = Callable[..., Builder]
_ALL = "Control+a"
ABOUT = "Event, property or other"


@pytest.fixture
def page(open_builder: Open) -> Page:
    return open_builder().page


def new_segment(page: Page, base: str) -> Locator:
    """The condition editor of a new segment, with one event asked for."""
    page.goto(f"{base}/app/segments/new")
    page.get_by_role("button", name="Edit condition").click()
    return page.get_by_role("dialog")


def test_text_and_numbers_are_typed_into_a_condition(page: Page, state: dict[str, Any]) -> None:
    dialog = new_segment(page, state["urls"]["api"])
    what = dialog.get_by_role("combobox", name=ABOUT)
    typed(what, "order comp")
    page.keyboard.press("Enter")
    typed(dialog.get_by_label("How long"), "25")
    expect(what).to_have_value("Order Completed")
    expect(dialog.get_by_label("How long")).to_have_value("25")
    expect(dialog.get_by_test_id("condition-count")).to_have_text(f"{shop.CUSTOMERS} customers now")
    typed(dialog.get_by_label("How long"), "15")
    expect(dialog.get_by_test_id("condition-count")).to_have_text("0 customers now")

    typed(what, "city")
    page.keyboard.press("Enter")
    typed(dialog.get_by_role("textbox", name="Value"), "Milan")
    expect(dialog.get_by_role("textbox", name="Value")).to_have_value("Milan")
    expect(dialog.get_by_role("textbox", name="Value")).to_be_focused()


def test_suggestions_are_all_of_them_until_something_is_typed(page: Page, state: dict[str, Any]) -> None:
    dialog = new_segment(page, state["urls"]["api"])
    field = dialog.get_by_role("combobox", name=ABOUT)
    field.click()
    for name in ("Order Completed", "City", "Time zone", "Total spent", "Top % by Total spent", "Opened a message"):
        expect(page.get_by_role("option", name=re.compile(f"^{name}"))).to_be_visible()
    page.keyboard.press(_ALL)
    page.keyboard.type("time z")
    # with an example, its type, and how many have it
    expect(page.get_by_role("option").first).to_contain_text(f"Europe/Istanbultext · {shop.CUSTOMERS}")
    page.keyboard.press("Enter")
    expect(field).to_have_value("Time zone")


def test_keys_in_a_dialog_stay_in_it(open_builder: Open) -> None:
    builder = open_builder()
    page = builder.page
    builder.begin("Typed")
    page.get_by_role("button", name="Choose audience").click()
    builder.panel.get_by_role("button", name="Edit condition").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Add condition").click()
    event = dialog.get_by_role("combobox", name=ABOUT).last
    typed(event, "Login and flan")
    expect(event).to_have_value("Login and flan")
    page.keyboard.press(_ALL)
    page.keyboard.press("Backspace")
    expect(event).to_have_value("")
    # nor do they reach it when a button of the dialog has the focus
    typed(event, "Signed In")
    page.keyboard.press("Tab")
    dialog.get_by_role("button", name="Add group").click()
    for key in (_ALL, "Backspace", "n", "a", "l"):
        page.keyboard.press(key)
    dialog.get_by_role("button", name="Done").click()
    expect(page.locator(".step")).to_have_count(1)
    expect(page.locator(".note")).to_have_count(0)
