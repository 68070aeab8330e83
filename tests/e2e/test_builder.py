"""A person draws the win-back campaign from nothing, launches it, and sees everybody come to the end."""

import re
import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from scripts import web
from tests.e2e import shop
from tests.e2e.builder import PATIENCE, Builder, typed

AXE = web.WEB / "node_modules" / "axe-core" / "axe.min.js"
_BROKEN = "() => axe.run({resultTypes: ['violations']}).then(({violations}) => violations)"


def draw_the_win_back(builder: Builder) -> None:
    page, panel = builder.page, builder.panel
    page.get_by_role("button", name="Choose audience").click()
    panel.get_by_role("button", name="Edit condition").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Add condition").click()
    dialog.get_by_role("button", name="Add condition").click()
    page.keyboard.type("not Signed In")
    page.keyboard.press("Enter")
    typed(dialog.get_by_label("How long").nth(1), "15")
    expect(dialog.get_by_test_id("condition-count")).to_have_text(f"{shop.CUSTOMERS} customers now")
    dialog.get_by_role("button", name="Done").click()
    builder.name("Not seen lately")

    builder.add_behind("Not seen lately", "Silent push")
    builder.write_here()
    builder.add_by_search("Channel split")
    builder.add_behind("Channel split", "End", "No reachable channel")
    typed(panel.get_by_role("textbox", name="Exit reason"), "unreachable")
    builder.name("Nobody to reach them")

    for channel, port in (("Push", "Push"), ("E-mail", "E-mail"), ("SMS", "SMS")):
        builder.add_behind("Channel split", channel, port)
        builder.name(f"10% by {channel}")
        builder.write_here()
        builder.add_by_key("Wait")
        builder.wait_seconds(2)
        builder.name(f"Wait after {channel}")
    builder.add_by_key("End")
    builder.name("Done")

    for channel in ("Push", "E-mail"):
        builder.step(f"Wait after {channel}").click()
        builder.add_by_key("Conditional split")
        builder.name(f"{channel} opened?")
        builder.lead("Opened", "Done")
        builder.add_behind(f"{channel} opened?", channel, "Else")
        builder.name(f"Reminder by {channel}")
        builder.lead("Next", "Done")


def test_the_win_back_from_an_empty_canvas(open_builder, state):
    builder = open_builder()
    page, panel = builder.page, builder.panel
    builder.begin("My win-back")
    draw_the_win_back(builder)

    # two reminders have no content yet: the list of what is wrong leads there
    builder.to_mend(2)
    page.get_by_role("button", name="2 issues").click()
    panel.get_by_role("button", name="Show “Reminder by Push”").click()
    builder.write_here()
    builder.to_mend(1)
    builder.step("Reminder by E-mail").click()
    builder.write_here()
    builder.to_mend(0)
    page.get_by_role("button", name="Auto-arrange").click()
    page.get_by_role("button", name="Settings", exact=True).click()
    panel.get_by_role("switch", name="Track a conversion").click()
    builder.saved()

    page.get_by_role("button", name="Preview journey").click()
    # the list holds the newest twenty only: the oldest one has to be searched for
    expect(panel.get_by_role("combobox", name="Customer")).to_have_value("Person 23 (person-23)")
    typed(panel.get_by_role("combobox", name="Customer"), "person-0")
    page.get_by_role("option", name="Person 0 (person-0)").click()
    expect(panel.get_by_test_id("walk")).to_contain_text("would be sent by push")
    # whoever is chosen stays so when chosen again
    typed(panel.get_by_role("combobox", name="Customer"), "person-0")
    page.get_by_role("option", name="Person 0 (person-0)").click()
    expect(panel.get_by_role("combobox", name="Customer")).to_have_value("Person 0 (person-0)")
    expect(panel.get_by_test_id("walk")).to_contain_text("would be sent by push")
    walked = page.locator('.step[data-walked="true"]')
    expect(walked.filter(has_text="Reminder by Push")).to_have_count(1)
    panel.get_by_role("combobox", name="Override at Push opened?").click()
    page.get_by_role("option", name="Opened", exact=True).click()
    expect(panel.get_by_test_id("walk")).not_to_contain_text("Reminder by Push")
    expect(walked.filter(has_text="Reminder by Push")).to_have_count(0)
    expect(walked).not_to_have_count(0)
    panel.get_by_role("button", name="Close").click()
    expect(walked).to_have_count(0)

    page.get_by_role("button", name="Review", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_test_id("review-audience")).to_contain_text(str(shop.CUSTOMERS))
    builder.launch()
    expect(dialog.get_by_text("Version 1 is published")).to_be_visible()
    everybody = f"{shop.CUSTOMERS} of {shop.CUSTOMERS} have entered"
    expect(dialog.get_by_test_id("launched")).to_contain_text(everybody, timeout=60_000)

    with shop.client(state) as api:
        report: dict[str, Any] = {}
        for _ in range(240):
            report = api.get("/campaigns/my-win-back/monitor").json()
            if (report["entered"], report["active"]) == (shop.CUSTOMERS, 0):
                break
            page.wait_for_timeout(500)
        assert report["ended"] == {"completed": shop.CUSTOMERS}
        sent = {(item["node_id"].split("_")[0], item["channel"]) for item in report["messages"]}
    assert {("email", "email"), ("push", "push"), ("silent", "silent_push")} <= sent


def test_two_editors_at_once_lose_nothing(open_builder, state):
    with shop.client(state) as api:
        body = {"example": "win_back", "slug": "shared", "name": "Shared"}
        api.post("/campaigns/from-template", json=body).raise_for_status()
    first, second = open_builder(), open_builder()
    for builder in (first, second):
        builder.open("shared")
    second.step("E-mail: 10%").click()
    expect(second.panel.get_by_role("textbox", name="Notes")).to_be_visible()
    second.page.context.set_offline(True)  # or it would see the first one's change as it comes
    first.step("Push: 10%").click()
    first.name("Push by the first")
    first.saved()
    second.name("E-mail by the second")
    second.page.context.set_offline(False)
    dialog = second.page.get_by_role("dialog")
    expect(dialog.get_by_text("Push by the first").first).to_be_visible(timeout=PATIENCE)
    dialog.get_by_role("button", name="Put both together").click()
    second.saved()
    expect(second.step("Push by the first")).to_be_visible()
    first.open("shared")
    for title in ("Push by the first", "E-mail by the second"):
        expect(first.step(title)).to_be_visible()


def test_edits_are_undone_copied_and_survive_a_reload(open_builder, state):
    with shop.client(state) as api:
        body = {"example": "cart_abandonment", "slug": "carts", "name": "Carts"}
        api.post("/campaigns/from-template", json=body).raise_for_status()
    builder = open_builder()
    page = builder.page
    builder.open("carts")
    cards = page.locator(".step")
    expect(cards).to_have_count(5)
    builder.step("E-mail: your cart").click()
    page.locator(".react-flow__node.selected").focus()
    page.keyboard.press("Control+c")
    page.keyboard.press("Control+v")
    expect(cards).to_have_count(6)
    page.keyboard.press("Delete")
    expect(cards).to_have_count(5)
    builder.step("E-mail: your cart").click()
    page.locator(".react-flow__node.selected").focus()
    page.keyboard.press("Delete")
    expect(cards).to_have_count(4)
    builder.to_mend(0)  # the gap is closed: the wait leads on to the end
    page.keyboard.press("Control+z")
    expect(cards).to_have_count(5)
    page.locator(".way-add").last.get_by_role("button").click()
    page.keyboard.type("Coupon")
    page.keyboard.press("Enter")
    expect(cards).to_have_count(6)
    builder.saved()
    page.reload()
    expect(cards).to_have_count(6)
    builder.to_mend(0)


def test_those_inside_move_with_an_edit(open_builder, state):
    with shop.client(state) as api:
        body = {"example": "win_back", "slug": "edited", "name": "Edited"}
        api.post("/campaigns/from-template", json=body).raise_for_status()
        for step in ("publish", "launch"):
            api.post(f"/campaigns/edited/{step}", json={}).raise_for_status()
        waiting = {}
        for _ in range(120):
            nodes = api.get("/campaigns/edited/monitor").json()["nodes"]
            waiting = {node["node_id"]: node["active"] for node in nodes if node["active"]}
            if sum(waiting.values()) == shop.CUSTOMERS and set(waiting) <= {"push_wait", "email_wait", "sms_wait"}:
                break
            time.sleep(0.5)
    builder = open_builder()
    page = builder.page
    builder.open("edited")
    builder.step("E-mail: wait 2 days").click()
    page.locator(".react-flow__node.selected").focus()
    page.keyboard.press("Delete")
    builder.saved()

    page.get_by_role("button", name="Review", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_test_id("upcoming").get_by_role("listitem")).to_have_count(5)
    expect(dialog.get_by_text(f"{shop.CUSTOMERS} customers are in the journey now.")).to_be_visible()
    dialog.get_by_role("radio", name="Migrate to the new version").click()
    row = dialog.get_by_role("row").filter(has_text="E-mail: wait 2 days")
    expect(row).to_contain_text("They leave the campaign")
    row.get_by_role("combobox").click()
    page.get_by_role("option", name="Push: wait 2 days").click()
    expect(row).to_contain_text("They wait at “Push: wait 2 days”")
    dialog.get_by_role("button", name="Publish version 2 and migrate").click()
    expect(dialog.get_by_test_id("moving")).to_have_text(
        f"{shop.CUSTOMERS} customers have moved to version 2.", timeout=60_000
    )
    page.keyboard.press("Escape")

    page.get_by_role("button", name="More tools", exact=True).click()
    page.get_by_role("menuitem", name="Versions").click()
    versions = page.get_by_role("dialog")
    versions.get_by_role("listitem").filter(has_text="Version 2").get_by_role("button", name="What changed").click()
    drawing = versions.get_by_role("region", name="Both drawings")
    expect(drawing.locator("[data-compared=removed]")).to_contain_text("E-mail: wait 2 days")
    expect(drawing.locator("[data-compared=same]")).to_have_count(13)
    versions.get_by_role("listitem").filter(has_text="Version 1").get_by_role("button", name="Restore as draft").click()
    expect(versions).to_be_hidden()
    expect(builder.step("E-mail: wait 2 days")).to_be_visible()


def test_a_test_of_what_is_written_goes_to_oneself(open_builder, state):
    with shop.client(state) as api:
        body = {"example": "welcome", "slug": "hello", "name": "Hello"}
        api.post("/campaigns/from-template", json=body).raise_for_status()
    builder = open_builder()
    builder.open("hello")
    builder.step("E-mail: welcome").click()
    preview = builder.panel.get_by_role("region", name="Send a test to yourself")
    typed(preview.get_by_role("textbox"), "me@shop.example")
    preview.get_by_role("button", name="Send").click()
    expect(preview.get_by_role("status")).to_contain_text("Sent")
    with shop.client(state) as api:
        (sent,) = [each for each in api.get("/messages").json()["items"] if each["address"] == "me@shop.example"]
    assert sent["test"]


def test_an_editor_sees_the_other_and_may_keep_their_own_apart(open_builder, state):
    with shop.client(state) as api:
        body = {"example": "birthday", "slug": "apart", "name": "Apart"}
        api.post("/campaigns/from-template", json=body).raise_for_status()
    first, second = open_builder(), open_builder()
    for builder in (first, second):
        builder.open("apart")
    first.page.locator(".step[data-kind=end]").click()
    first.name("The first's end")
    first.saved()
    expect(second.step("The first's end")).to_be_visible(timeout=2 * PATIENCE)

    first.page.context.set_offline(True)
    second.page.locator(".step[data-kind=entry]").click()
    second.name("The second's entry")
    second.saved()
    first.name("The first's other end")
    first.page.context.set_offline(False)
    dialog = first.page.get_by_role("dialog")
    dialog.get_by_role("button", name="Keep mine as a campaign of its own").click()
    expect(first.step("The second's entry")).to_be_visible(timeout=PATIENCE)
    first.saved()
    with shop.client(state) as api:
        copies = [each for each in api.get("/campaigns").json()["items"] if each["name"] == "Apart (copy)"]
        kept = api.get(f"/campaigns/{copies[0]['slug']}").json()
    assert "The first's other end" in [node["data"]["label"] for node in kept["draft"]["nodes"]]


def test_several_steps_are_copied_into_another_campaign_with_a_note(open_builder, state):
    with shop.client(state) as api:
        for slug in ("from", "into"):
            body = {"example": "cart_abandonment", "slug": slug, "name": slug}
            api.post("/campaigns/from-template", json=body).raise_for_status()
    builder = open_builder()
    page = builder.page
    builder.open("from")
    page.locator(".react-flow__pane").click(position={"x": 300, "y": 60})
    page.keyboard.press("n")
    page.keyboard.type("Ask Legal")
    page.keyboard.press("Tab")
    note = page.locator(".note")
    expect(note.get_by_role("textbox")).to_have_value("Ask Legal")
    page.locator(".react-flow__pane").click(position={"x": 300, "y": 200})
    for title in ("E-mail: your cart", "Bought within 30 minutes?"):
        builder.step(title).click(modifiers=["Shift"])
    note.click(modifiers=["Shift"], position={"x": 3, "y": 3})
    expect(page.locator(".react-flow__node.selected")).to_have_count(3)
    page.locator(".react-flow__node.selected").first.focus()
    page.keyboard.press("Control+c")
    builder.open("into")
    expect(page.locator(".step")).to_have_count(5)
    page.locator(".react-flow__pane").click(position={"x": 300, "y": 60})
    page.keyboard.press("Control+v")
    expect(page.locator(".react-flow__node.selected")).to_have_count(3)
    expect(page.locator(".note")).to_have_count(1)
    page.keyboard.press("Control+z")
    expect(page.locator(".note")).to_have_count(0)
    expect(page.locator(".step")).to_have_count(5)


def look(page: Page) -> list[str]:
    """What axe finds wrong, in words."""
    page.evaluate(AXE.read_text())
    found = page.evaluate(_BROKEN)
    return [
        f"{each['id']}: {node['html'][:200]} {node['failureSummary'][:200]}" for each in found for node in each["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_builder, state, scheme):
    with shop.client(state) as api:
        body = {"example": "fashion_show", "slug": f"show-{scheme}", "name": "Fashion show"}
        api.post("/campaigns/from-template", json=body).raise_for_status()
    builder = open_builder(color_scheme=scheme, reduced_motion="reduce")
    page = builder.page
    wrong = {"home": look(page)}
    page.get_by_role("link", name="Campaigns", exact=True).click()
    page.wait_for_timeout(400)
    wrong["campaigns"] = look(page)
    page.get_by_role("button", name="New campaign").first.click()
    page.wait_for_timeout(400)
    wrong["new campaign"] = look(page)
    builder.open(f"show-{scheme}")
    page.wait_for_timeout(600)
    page.get_by_role("button", name="More tools", exact=True).click()
    page.get_by_role("menuitem", name="Add note").click()
    page.keyboard.type("Ask Legal")
    wrong["drawing"] = look(page)
    for index in range(page.locator(".step").count()):
        card = page.locator(".react-flow__node-step").nth(index)
        card.focus()
        page.keyboard.press("Enter")
        expect(builder.panel.get_by_role("textbox", name="Notes")).to_be_visible()
        page.wait_for_timeout(300)
        wrong[f"form {index}"] = look(page)
    for name in ("Settings", "Versions", "Review"):
        if name == "Versions":
            page.get_by_role("button", name="More tools", exact=True).click()
            page.get_by_role("menuitem", name=name).click()
        else:
            page.get_by_role("button", name=name, exact=True).click()
        page.wait_for_timeout(500)
        wrong[name] = look(page)
        page.keyboard.press("Escape")
    page.goto(f"{builder.base}/app/")
    page.get_by_role("button", name=re.compile("^Account")).click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    wrong["sign in"] = look(page)
    found = [f"{where}: {each}" for where, all_of_it in wrong.items() for each in all_of_it]
    assert not found, "\n".join(found)
