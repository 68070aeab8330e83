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


def test_text_and_numbers_are_typed_into_anew_segment(page: Page, state: dict[str, Any]) -> None:
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
    typed(dialog.get_by_role("combobox", name="Value"), "Milan")
    expect(dialog.get_by_role("combobox", name="Value")).to_have_value("Milan")
    expect(dialog.get_by_role("combobox", name="Value")).to_be_focused()


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


def test_values_are_suggested_and_a_wrong_case_is_said(page: Page, state: dict[str, Any]) -> None:
    dialog = new_segment(page, state["urls"]["api"])
    what = dialog.get_by_role("combobox", name=ABOUT)
    what.click()
    page.keyboard.type("time zone")
    page.keyboard.press("Enter")
    value = dialog.get_by_role("combobox", name="Value")
    value.click()
    expect(page.get_by_role("option")).to_have_text([f"Europe/Istanbul{shop.CUSTOMERS}"])
    page.keyboard.type("europe/istanbul")
    count = dialog.get_by_test_id("condition-count")
    expect(count).to_have_text("0 customers now")
    page.keyboard.press("Tab")
    expect(dialog.get_by_text("Upper and lower case count", exact=False)).to_be_visible()
    dialog.get_by_role("button", name="Use “Europe/Istanbul”").click()
    expect(value).to_have_value("Europe/Istanbul")
    expect(count).to_have_text(f"{shop.CUSTOMERS} customers now")


def test_dates_have_a_calendar_and_amounts_a_field_of_their_own(page: Page, state: dict[str, Any]) -> None:
    dialog = new_segment(page, state["urls"]["api"])
    what = dialog.get_by_role("combobox", name=ABOUT)
    what.click()
    page.keyboard.type("created")
    page.keyboard.press("Enter")
    dialog.get_by_role("combobox", name="Comparison").click()
    page.get_by_role("option", name="is at least", exact=True).click()
    day = dialog.get_by_label("Value", exact=True)
    expect(day).to_have_attribute("type", "date")
    day.focus()
    page.keyboard.type("01012020")
    expect(day).to_have_value("2020-01-01")
    expect(dialog.get_by_test_id("condition-count")).to_have_text(f"{shop.CUSTOMERS} customers now")
    what.click()
    page.keyboard.type("total spent")
    page.keyboard.press("Enter")
    amount = dialog.get_by_role("textbox", name="Value")
    expect(amount).to_have_attribute("inputmode", "decimal")
    amount.click()
    page.keyboard.type("40,5")
    expect(amount).to_have_value("40.5")
    expect(dialog.get_by_test_id("condition-words")).to_contain_text("40.5")
