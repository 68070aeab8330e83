"""A campaign is drawn, written, reviewed and launched without a mouse."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.e2e import shop
from tests.e2e.builder import PATIENCE, Builder
from tests.e2e.hands import ABOUT
from tests.e2e.keys import Keys

SEND = re.compile(f"^Send now to {shop.CUSTOMERS}$")


def test_draw_write_review_and_launch(open_builder: Callable[..., Builder], state: dict[str, Any]) -> None:
    builder = open_builder()
    page, panel = builder.page, builder.panel
    keys = Keys(page)
    dialog = page.get_by_role("dialog")

    keys.to(page.get_by_role("link", name="Campaigns", exact=True))
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Campaigns")).to_be_visible()
    keys.button("New campaign")
    expect(page.get_by_role("textbox", name="Name")).to_be_focused()
    keys.find("By keyboard")

    # draw: the card that was added has the focus, and Ctrl+K adds behind it
    keys.button("Choose audience")
    entry = page.locator(".react-flow__node", has=page.locator('.step[data-kind="entry"]'))
    expect(entry).to_be_focused()
    keys.press("Control+k")
    expect(page.get_by_role("textbox", name="Find a step")).to_be_focused()
    keys.find("push > end")
    expect(dialog).to_be_hidden()
    push = page.locator(".react-flow__node", has=page.locator('.step[data-kind="send_push"]'))
    expect(push).to_be_focused()

    # write: Enter leads into the form, Escape back
    keys.press("Enter")
    expect(panel).to_be_focused()
    keys.button("Write message", panel)
    text = panel.get_by_role("textbox", name="Text", exact=True)
    keys.to(text)
    page.keyboard.press("Control+a")
    page.keyboard.type("Written without a mouse")
    expect(text).to_have_value("Written without a mouse")
    keys.press("Escape")
    expect(push).to_be_focused()

    # the audience: a condition in a dialog, which gives the focus back
    keys.to(entry, back=True)
    keys.press("Enter")
    expect(panel).to_be_focused()
    keys.button("Edit condition", panel)
    keys.button("Add condition", dialog)
    expect(dialog.get_by_role("combobox", name=ABOUT)).to_be_focused()
    keys.find("time zone")
    keys.to(dialog.get_by_role("combobox", name="Value"))
    page.keyboard.type("Europe/Istanbul")
    expect(dialog.get_by_test_id("condition-count")).to_have_text(f"{shop.CUSTOMERS} customers now")
    keys.button("Done", dialog)
    expect(dialog).to_be_hidden()
    expect(panel.get_by_role("button", name="Edit condition")).to_be_focused()
    keys.press("Escape")
    expect(entry).to_be_focused()

    # review and launch
    builder.saved()
    builder.to_mend(0)
    keys.button("Review", back=True)
    send = dialog.get_by_role("button", name=SEND)
    expect(send).to_be_enabled(timeout=PATIENCE)
    keys.to(send)
    keys.press("Enter")
    question = page.get_by_role("alertdialog")
    keys.button(SEND, question)
    expect(question).to_be_hidden(timeout=PATIENCE)
    everybody = f"{shop.CUSTOMERS} of {shop.CUSTOMERS} have entered"
    expect(page.get_by_test_id("launched")).to_contain_text(everybody, timeout=90_000)
    keys.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("button", name="Review", exact=True)).to_be_focused()
    assert keys.unseen == set()
    with shop.client(state) as api:
        campaign = api.get("/campaigns/by-keyboard").json()
    [message] = [node["data"] for node in campaign["draft"]["nodes"] if node["type"] == "send_push"]
    assert "Written without a mouse" in str(message["content"])
