"""How many actions it takes to draw two campaigns from an empty canvas, by clicks and keystrokes alone."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e import shop
from tests.e2e.builder import PATIENCE, Builder
from tests.e2e.hands import ABOUT, Hands

MOST_WIN_BACK = 60
MOST_FASHION_SHOW = 80
UNWRITTEN = "Add content"


def where(hands: Hands, name: str, value: str) -> None:
    panel = hands.page.locator(".builder-panel")
    hands.button("Where property…", panel)
    hands.type(name)
    hands.write(panel.get_by_role("combobox", name="Value").last, value)


def send_now(hands: Hands, page: Page) -> None:
    hands.button("Review")
    send = re.compile("^Send now to [0-9,]+$")
    hands.button(send, page.get_by_role("dialog"))
    hands.button(send, page.get_by_role("alertdialog"))
    everybody = f"{shop.CUSTOMERS} of {shop.CUSTOMERS} have entered"
    expect(page.get_by_test_id("launched")).to_contain_text(everybody, timeout=90_000)


def test_the_win_back(open_builder: Callable[..., Builder], state: dict[str, Any]) -> None:
    builder = open_builder()
    page, panel = builder.page, builder.panel
    hands = Hands(page)
    hands.begin("Counted win-back")
    hands.button("Edit condition")
    dialog = page.get_by_role("dialog")
    hands.button("Add condition", dialog)
    hands.button("Add condition", dialog)
    hands.find("not signed in")
    hands.click(dialog.get_by_label("How long").nth(1))
    hands.type("15")
    expect(dialog.get_by_test_id("condition-count")).to_have_text(f"{shop.CUSTOMERS} customers now")
    hands.button("Done", dialog)

    hands.behind("Entry", "silent push > channel split")
    hands.button("Write message")
    hands.behind("Channel split", "end", "No reachable channel")
    hands.write(panel.get_by_role("textbox", name="Exit reason"), "unreachable")
    for channel, text, reminder in (
        ("Push", "10 % off what you like", "Your 10 % is still here"),
        ("E-mail", "10 % off for you", "5 % more, until Sunday"),
    ):
        kind = channel.lower()
        hands.behind("Channel split", f"{kind} > wait 2 seconds > if > {kind} > end", channel)
        hands.compose(text)
        hands.behind("Conditional split", "end", "Opened")
        hands.click(page.locator(".step").filter(has_text=UNWRITTEN))
        hands.compose(reminder)
    hands.behind("Channel split", "sms > wait 2 seconds > end", "SMS")
    hands.compose("10 % off: shop.example. Reply STOP to opt out.")
    hands.button("Settings")
    hands.click(panel.get_by_role("switch", name="Track a conversion"))
    builder.to_mend(0)
    builder.saved()
    send_now(hands, page)
    hands.tell("winback_actions")
    with shop.client(state) as api:
        flow = api.get("/campaigns/counted-win-back").json()["draft"]
    kinds = sorted(node["type"] for node in flow["nodes"])
    assert kinds.count("send_push") == kinds.count("send_email") == kinds.count("wait") - 1 == kinds.count("check") == 2
    assert hands.actions <= MOST_WIN_BACK


def test_the_fashion_show(open_builder: Callable[..., Builder], state: dict[str, Any]) -> None:
    builder = open_builder()
    page, panel = builder.page, builder.panel
    hands = Hands(page)
    hands.begin("Counted fashion show")
    hands.click(panel.get_by_role("combobox", name="Trigger"))
    hands.click(page.get_by_role("option", name="Event", exact=True))
    hands.behind("Entry", "coupon > sms > wait until 10 days > end")
    hands.write(panel.get_by_role("textbox", name="Code prefix"), "FASHION")
    hands.click(page.locator(".step").filter(has_text=UNWRITTEN))
    hands.compose("Your code: {{ coupon.FASHION }}. Reply STOP to opt out.")
    hands.click(page.locator(".step").filter(has_text="Order Completed").last)
    hands.button("With this journey’s FASHION coupon", panel)
    where(hands, "storeCode", "Milan")
    hands.behind("Wait for event", "if > end", "Bought")

    hands.write(panel.get_by_role("textbox", name="Branch"), "Women")
    hands.button("Edit condition", panel)
    dialog = page.get_by_role("dialog")
    hands.click(dialog.get_by_role("combobox", name=ABOUT))
    hands.find("top % by total spent")
    hands.button("Add condition", dialog)
    hands.find("gender")
    hands.write(dialog.get_by_role("combobox", name="Value"), "female")
    words = dialog.get_by_test_id("condition-words")
    expect(words).to_contain_text("is in the top 10 % by revenue and has a profile whose gender is")
    hands.button("Done", dialog)
    hands.button("Copy this branch", panel)
    hands.click(panel.get_by_role("button", name="Edit condition").nth(1))
    hands.write(dialog.get_by_role("combobox", name="Value"), "male")
    hands.button("Done", dialog)
    hands.write(panel.get_by_role("textbox", name="Branch").nth(1), "Men")

    hands.behind("Conditional split", "sms > wait until 14 days > end", "Women")
    hands.compose("You are invited: the women's show in Milan. Reply STOP to opt out.")
    hands.click(page.locator(".step").filter(has_text="Order Completed").last)
    hands.write(panel.get_by_role("combobox", name="Event", exact=True), "Event Attended")
    where(hands, "event_code", "milan-fashion-show")
    hands.behind("Wait for event", "sms > end", "Bought")
    hands.compose("Thank you for coming! Reply STOP to opt out.")
    hands.behind("Conditional split", "sms", "Men")
    hands.compose("You are invited: the men's show in Milan. Reply STOP to opt out.")
    hands.click(panel.get_by_role("combobox", name="Next", exact=True))
    hands.click(page.get_by_role("option", name="Wait for event", exact=True).last)
    builder.saved()
    builder.to_mend(0)
    hands.button("Review")
    hands.button(re.compile("^(Publish|Activate)"), page.get_by_role("dialog"))
    expect(page.get_by_role("dialog").get_by_text("Version 1 is published")).to_be_visible(timeout=PATIENCE)
    hands.tell("fashion_show_actions")
    with shop.client(state) as api:
        flow = api.get("/campaigns/counted-fashion-show").json()["draft"]
    [waits, _] = [node["data"] for node in flow["nodes"] if node["type"] == "wait_event"]
    tests = [(test["property"], test["value"]) for test in waits["branches"][0]["on"]["where"]]
    assert tests == [("coupon", {"ref": "coupon.FASHION"}), ("storeCode", "Milan")]
    assert hands.actions <= MOST_FASHION_SHOW
