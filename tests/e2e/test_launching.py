"""A launch is sent once, however often and wherever it is pressed; twice only when somebody says so."""

import re
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Route, expect

from tests.api import drawing
from tests.e2e import shop
from tests.e2e.builder import Builder
from tests.e2e.pages import hours_flow

Open = Callable[..., Builder]
_PATIENCE = 30.0
ACTIVATE = re.compile("^Activate: ")
EVERYBODY = {"kind": "segment", "condition": {"kind": "all"}}


def asked(builder: Builder, slug: str) -> Locator:
    """The question that a press of "Send now" in the review asks."""
    builder.open(slug)
    builder.page.get_by_role("button", name="Review", exact=True).click()
    builder.page.get_by_role("dialog").get_by_role("button", name=f"Send now to {shop.CUSTOMERS}").click()
    question = builder.page.get_by_role("alertdialog")
    expect(question).to_contain_text(f"{shop.CUSTOMERS} customers are in the audience now.")
    return question


def press(question: Locator, times: int, name: str | re.Pattern[str] = f"Send now to {shop.CUSTOMERS}") -> None:
    """Press the decisive button so often, as fast as a hand can, wherever it is by then."""
    button = question.get_by_role("button", name=name)
    expect(button).to_be_enabled()
    button.hover()  # waits until the dialog has come to rest
    mouse = question.page.mouse
    for _ in range(times):
        mouse.down()
        mouse.up()


def lose_the_answer(builder: Builder, to: str = "**/launch") -> None:
    """Cut the network when the next such request has reached the server, and before its answer comes."""

    def cut(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    builder.page.context.route(to, cut, times=1)


def launches(state: dict[str, Any], slug: str) -> list[dict[str, Any]]:
    with shop.client(state) as api:
        found: list[dict[str, Any]] = api.get(f"/campaigns/{slug}/runs").json()["items"]
    return found


def planned(api: httpx.Client, slug: str) -> list[str]:
    """When the campaign's schedule launches it in the next days."""
    return [each["at"] for each in api.get("/upcoming-launches").json()["launches"] if each["slug"] == slug]


@pytest.fixture(params=[1, 5], ids=["one press", "five presses"])
def presses(request: pytest.FixtureRequest) -> int:
    return int(request.param)


def test_presses_in_two_tabs_with_the_network_cut_send_once(
    open_builder: Open, state: dict[str, Any], presses: int
) -> None:
    slug = f"once-{presses}"
    with shop.client(state) as api:
        drawn = {"slug": slug, "name": "Once", "flow": drawing.flow(EVERYBODY)}
        api.post("/campaigns", json=drawn).raise_for_status()
        api.post(f"/campaigns/{slug}/publish").raise_for_status()
    first, second = open_builder(), open_builder()
    here, there = asked(first, slug), asked(second, slug)
    expect(here).to_contain_text("never sent before")
    first.page.mouse.click(5, 5)  # beside the question: where a hurried press lands when the buttons move
    expect(here).to_contain_text("never sent before")

    first.page.context.set_offline(True)
    press(here, presses)
    expect(here.get_by_role("alert").last).to_contain_text("does not answer")
    first.page.context.set_offline(False)
    lose_the_answer(first)
    press(here, presses)
    everybody = f"{shop.CUSTOMERS} of {shop.CUSTOMERS} have entered"
    expect(first.page.get_by_test_id("launched")).to_contain_text(everybody, timeout=60_000)

    press(there, presses)
    expect(there).to_contain_text("Sent a few minutes ago")
    expect(there.get_by_test_id("last-launch")).to_contain_text(f"to {shop.CUSTOMERS} customers")
    again = there.get_by_role("button", name=f"Send again to {shop.CUSTOMERS}")
    expect(again).to_be_disabled()
    assert len(launches(state, slug)) == 1

    # where it was sent, nothing offers to send it now
    review = first.page.get_by_role("dialog")
    expect(review.get_by_role("button", name="Send again…")).to_be_visible()
    expect(review.get_by_role("button", name="Send now")).to_have_count(0)

    # on purpose, it is sent again
    there.get_by_role("checkbox", name="Send it again").click()
    again.click()
    expect(second.page.get_by_test_id("launched")).to_contain_text("have entered", timeout=60_000)
    assert len(launches(state, slug)) == 2


def test_activation_pressed_again_and_again_in_two_tabs_starts_one_schedule(
    open_builder: Open, state: dict[str, Any]
) -> None:
    slug = "weekly"
    weekly = {"timezone": "Europe/Rome", "recurrence": {"frequency": "weekly", "time": "17:05", "weekdays": [0]}}
    with shop.client(state) as api:
        drawn = drawing.flow(EVERYBODY, settings={"schedule": weekly})
        api.post("/campaigns", json={"slug": slug, "name": "Weekly", "flow": drawn}).raise_for_status()
    tabs = [open_builder(), open_builder()]
    asked_in = []
    for tab in tabs:
        tab.open(slug)
        tab.page.get_by_role("button", name="Review", exact=True).click()
        dialog = tab.page.get_by_role("dialog")
        expect(dialog.get_by_test_id("their-clocks")).to_contain_text(f"Europe/Istanbul ({shop.CUSTOMERS} customers)")
        dialog.get_by_role("button", name=ACTIVATE).click()
        asked_in.append(tab.page.get_by_role("alertdialog"))
    here, there = asked_in
    tabs[0].page.context.set_offline(True)
    press(here, 5, ACTIVATE)
    expect(here.get_by_role("alert").last).to_contain_text("does not answer")
    tabs[0].page.context.set_offline(False)
    lose_the_answer(tabs[0], "**/schedule")
    press(here, 5, ACTIVATE)
    press(there, 5, ACTIVATE)
    for tab in tabs:
        expect(tab.page.get_by_role("button", name=ACTIVATE)).to_have_count(0, timeout=60_000)
    with shop.client(state) as api:
        assert api.get(f"/campaigns/{slug}").json()["current_version"] == 1
        assert api.get(f"/campaigns/{slug}/schedule").json()["on"] is True
        # Temporal lists a schedule a moment after it was made
        deadline = time.monotonic() + _PATIENCE
        while not (ahead := planned(api, slug)):
            assert time.monotonic() < deadline, "no launch lies ahead"
            time.sleep(0.3)
    assert len(ahead) == len(set(ahead)) == 2  # in fourteen days


def test_until_the_first_message_left_a_launch_is_undone(open_builder: Open, state: dict[str, Any]) -> None:
    slug, waiting = "undone", hours_flow()
    waiting["nodes"][0]["data"]["trigger"] = EVERYBODY  # nothing is sent within a day, however slow this machine is
    with shop.client(state) as api:
        drawn = {"slug": slug, "name": "Undone", "flow": waiting}
        api.post("/campaigns", json=drawn).raise_for_status()
        api.post(f"/campaigns/{slug}/publish").raise_for_status()
    builder = open_builder()
    page = builder.page
    press(asked(builder, slug), 2)
    told = page.get_by_role("alert").filter(has_text="“Undone” is being sent.")
    told.get_by_role("button", name="Undo").click()
    expect(page.get_by_test_id("launched")).to_have_text("The launch was undone. Nobody got it.")
    assert [run["state"] for run in launches(state, slug)] == ["cancelled"]

    # nobody got it, so it is sent as if for the first time; and from its report it is undone as well
    press(asked(builder, slug), 1)
    expect(page.get_by_role("dialog").get_by_role("button", name="Send again…")).to_be_visible()
    page.goto(page.url.replace("/edit", "/monitor"))
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("alert").filter(has_text="was undone. Nobody got it.")).to_be_visible()
    assert [run["state"] for run in launches(state, slug)] == ["cancelled", "cancelled"]

    # once messages have left there is no way back
    slug = "gone"
    with shop.client(state) as api:
        drawn = {"slug": slug, "name": "Gone", "flow": drawing.flow(EVERYBODY)}
        api.post("/campaigns", json=drawn).raise_for_status()
        api.post(f"/campaigns/{slug}/publish").raise_for_status()
    press(asked(builder, slug), 1)
    everybody = f"{shop.CUSTOMERS} of {shop.CUSTOMERS} have entered"
    expect(page.get_by_test_id("launched")).to_contain_text(everybody, timeout=60_000)
    expect(page.get_by_role("dialog").get_by_role("button", name="Undo")).to_have_count(0, timeout=30_000)
    expect(page.get_by_role("dialog").get_by_role("button", name="Send again…")).to_be_visible()
    with shop.client(state) as api:
        newest = launches(state, slug)[0]["id"]
        assert api.get(f"/campaigns/{slug}/runs/{newest}").json()["can_undo"] is False
        assert api.post(f"/campaigns/{slug}/runs/{newest}/cancel").json()["code"] == "already_sending"
